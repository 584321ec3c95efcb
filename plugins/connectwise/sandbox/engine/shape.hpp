// Request bodies against the catalog's schemas, read as leniently and as strictly as the live system does.
// Threads  any.
// Source   clients C: numbers in texts are taken, nulls mean absent, `_info` is ignored; an unknown member or
//          a value of the wrong type fails the whole request at once, all other faults of a record are listed together.
#pragma once

#include <string_view>
#include <vector>

#include "plugins/connectwise/catalog/catalog.hpp"
#include "plugins/connectwise/sandbox/engine/json.hpp"
#include "plugins/connectwise/sandbox/message.hpp"

namespace leat::sandbox {

class Shape {
 public:
  Shape(const connectwise::Catalog& known, int status) : catalog(known), unknown_member_status(status) {}

  const connectwise::Catalog& catalog;
  const int unknown_member_status;

  // The body with coerced values, without nulls and `_info`. Refusal for an unknown member or a wrong type. `text` is
  // the body as sent: messages name a position in it.
  Json read(const connectwise::Schema& schema, const Json& body, std::string_view text) const;

  // Adds what makes the record invalid: required members, lengths, years out of range.
  void check(const connectwise::Schema& schema, const Json& record, std::vector<FieldError>& errors) const;

 private:
  // The `resource` of errors, and the path that their field stands below.
  struct Within {
    std::string resource;
    std::string path;
  };
  void check_members(const connectwise::Schema& schema, const Json& record, const Within& within,
                     std::vector<FieldError>& errors) const;
  void check_elements(const connectwise::Type& type, const Json& list, const Within& within,
                      std::vector<FieldError>& errors) const;
  void check_text(const connectwise::Type& type, const std::string& text, const Within& within,
                  std::vector<FieldError>& errors) const;
};

}  // namespace leat::sandbox
