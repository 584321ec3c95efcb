// Custom fields by their captions: { "Asset": "x" } or [{ "caption": "Asset", "value": "x" }] -> [{ "id": 21, "value": "x" }].
// Definitions are read from a record of the list itself, which shows every field that is defined for it, set or not; of
// an empty list from GET /system/userDefinedFields. They are kept for a while.
// Threads  any.
// Errors   invalid: an unknown caption with the nearest ones, or a value that the field's type does not take. Else the
//          client's.
// Source   clients C: every defined field is listed with id, caption and type; a Checkbox holds true or false, a Number
//          a number.
#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <vector>

#include "leat/client.hpp"
#include "leat/record.hpp"
#include "plugins/connectwise/catalog/catalog.hpp"

namespace leat::connectwise {

class CustomFields {
 public:
  struct Definition {
    std::string id;
    std::string caption;
    std::string type;  // "Text", "Checkbox"
  };

  // `list` shows records with the fields: "/service/tickets". Empty: there is none.
  CustomFields(std::string list, std::chrono::milliseconds keep) : list_(std::move(list)), keep_(keep) {}

  // Edits the value of a payload's customFields in place.
  Result<Done> resolve(leat::Node fields, const leat::Client& client, Context& context);

 private:
  Result<Done> fill(const leat::Client& client, Context& context);

  const std::string list_;
  const std::chrono::milliseconds keep_;
  std::mutex mutex_;  // held while the definitions are read and used
  bool filled_ = false;
  std::chrono::milliseconds read_at_{0};
  std::vector<Definition> definitions_;
};

// Captions of the fields that the server's set-up requires of the records of a list ("/service/tickets"), by their
// definitions. The client's error: the API member may not read them.
Result<std::vector<std::string>> required_custom_fields(const std::string& list, const leat::Client& client,
                                                        Context& context);

}  // namespace leat::connectwise
