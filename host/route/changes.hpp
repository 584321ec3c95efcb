// What a request changes, field by field.
// Threads  pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/config/component.hpp"

namespace leat::host {

struct FieldChange {
  std::string field;           // "company.id"
  std::optional<Json> before;  // absent: it has no value, or (not known) nobody knows
  std::optional<Json> after;   // absent: it is taken away
  bool known = false;          // what was there before
};

// Of a PUT or PATCH with a JSON-Patch or a document: the fields whose values change from `before` (null: not known: all
// that are sent). Of a POST: the fields sent. Of a DELETE: the id at the end of its path. Of a body that is no JSON:
// none.
std::vector<FieldChange> changes_of(std::string_view method, std::string_view path, std::string_view body,
                                    const Json* before);

}  // namespace leat::host
