// Documents: uploaded as multipart/form-data, kept in memory, downloaded as sent; and the other answers that are not JSON.
// Threads  as the store.
// Source   parts, mandatory recordType and recordId of lists, download headers: document C, clients C; what a thumbnail is: U.
#pragma once

#include <map>

#include "plugins/connectwise/sandbox/engine/form.hpp"
#include "plugins/connectwise/sandbox/engine/reading.hpp"
#include "plugins/connectwise/sandbox/engine/writer.hpp"

namespace leat::sandbox {

class Documents {
 public:
  Documents(Store& store, Reading& reading, Writer& writer);

  bool serves(const Call& call) const;
  Response answer(const Call& call);

  // [{"id", "recordType", "recordId", "content" (base64)}]
  Json to_json() const;
  void restore(const Json& documents);

 private:
  // What a document's record does not show.
  struct Kept {
    std::string record_type;  // as the list names it
    Id record_id = 0;
    bool file = false;
    std::string content;
  };
  Response upload(const Call& call);
  Response update(const Call& call);
  Response erase(const Call& call);
  Response list(const Call& call);
  Response of_ticket(const Call& call);
  Response download(const Call& call);
  Response thumbnail(const Call& call);
  // The record of the path's document. Refusal 404.
  Json record_of(const Call& call, Id& id);
  std::string condition_of(std::string_view record_type, Id record_id) const;
  void take(Json& record, Kept& kept, const std::vector<FormPart>& parts) const;

  Store& store_;
  Reading& reading_;
  Writer& writer_;
  std::map<Id, Kept> kept_;  // by document
};

}  // namespace leat::sandbox
