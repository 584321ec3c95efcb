// The subscriber's options that are objects of their own.
#pragma once

#include <chrono>
#include <string>

#include "leat/schema.hpp"
#include "plugins/connectwise/reading/incremental.hpp"

namespace leat::connectwise {

inline constexpr const char* parameters_schema =
    R"("type": "object", "additionalProperties": false, "properties": {)"
    R"("path": {"type": "object", "additionalProperties": true, )"
    R"("description": "Values for the names in braces: { id: 4 }."}, )"
    R"("query": {"type": "object", "additionalProperties": true, )"
    R"("description": "conditions, orderBy, fields, and what else the entity takes."}})";

struct IncrementalOptions {
  std::string field = "lastUpdated";
  std::chrono::milliseconds overlap{std::chrono::minutes(2)};
  std::string from = "all";

  static auto options() {
    return leat::options<IncrementalOptions>()
        .field("field", &IncrementalOptions::field,
               "The time that tells what changed, as conditions name it: lastUpdated, or dateEntered for what is new.")
        .field("overlap", &IncrementalOptions::overlap,
               "How far each pass looks back behind the last one: longer than the longest transaction of the server.")
        .field("from", &IncrementalOptions::from, "Where the first pass begins: all, or a date or time in UTC.",
               leat::example("2026-01-01"));
  }
  // invalid: what the schema cannot say.
  Result<IncrementalSetup> setup() const;
};

}  // namespace leat::connectwise
