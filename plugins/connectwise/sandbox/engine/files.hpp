// Answers that are not JSON, and documents: uploaded as multipart/form-data, kept in memory, downloaded as sent.
// Threads  one at a time, as the store.
// Source   connectwise/README.md, "Writing"; media types are the catalog's notes.
#pragma once

#include <map>

#include "plugins/connectwise/sandbox/engine/reading.hpp"

namespace leat::sandbox {

struct FormPart {
  std::string name;
  std::string file_name;
  std::string content;
};

// The parts of a multipart/form-data body. Refusal 400 when the boundary is missing or a part does not end.
std::vector<FormPart> parse_form(std::string_view content_type, std::string_view body);

class Files {
 public:
  Files(Store& store, Reading& reading) : store_(store), reading_(reading) {}

  bool serves(const Call& call) const;
  Response answer(const Call& call);

 private:
  Response upload(const Call& call);
  Response download(const Call& call) const;

  Store& store_;
  Reading& reading_;
  std::map<Id, std::string> contents_;  // by document
};

}  // namespace leat::sandbox
