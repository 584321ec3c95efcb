// The subscriber's options that are objects of their own.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "leat/schema.hpp"
#include "plugins/connectwise/reading/for_each.hpp"
#include "plugins/connectwise/reading/incremental.hpp"
#include "plugins/connectwise/reading/sweep.hpp"

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

struct ForEachOptions {
  std::string entity;
  Json parameters{"{}"};
  std::map<std::string, std::string> path;
  std::optional<IncrementalOptions> incremental;
  std::string member = "parent";

  static auto options() {
    return leat::options<ForEachOptions>()
        .field("entity", &ForEachOptions::entity, "The parents, as `entity` names them.", leat::required,
               leat::example("GET /service/tickets"))
        .field("parameters", &ForEachOptions::parameters, "Parameters of their request.",
               leat::schema(parameters_schema))
        .field("path", &ForEachOptions::path,
               "Path parameters of the children, each with the place of its value in the parent: { parentId: id }, "
               "{ parentId: company/id }.",
               leat::required)
        .field("incremental", &ForEachOptions::incremental, "Reads only the children of parents that changed.")
        .field("member", &ForEachOptions::member,
               "Member of the child record that gets the path values: \"parent\": {\"parentId\": 7601}. Empty: none.");
  }
  // invalid: what the schema cannot say.
  Result<ForEachSetup> setup() const;
};

struct DeletionOptions {
  std::chrono::milliseconds every{std::chrono::hours(24)};
  std::string threshold = "10%";
  std::string flag;

  static auto options() {
    return leat::options<DeletionOptions>()
        .field("every", &DeletionOptions::every,
               "How often all ids are read and compared with those known. 0s: never, for flags or callbacks alone.")
        .field("threshold", &DeletionOptions::threshold,
               "Share of the known records that may be gone at a time; more is an error and nothing is reported.",
               leat::example("10%"))
        .field(
            "flag", &DeletionOptions::flag,
            "A member that is true in records that are deleted but still listed, which are reported as deleted then.",
            leat::example("deletedFlag"));
  }
  // invalid: what the schema cannot say.
  Result<SweepSetup> setup() const;
};

struct CallbackOptions {
  std::string type;
  std::string level = "owner";
  std::int64_t object_id = 1;
  bool ignore_own = false;
  std::string member;
  std::chrono::milliseconds check_every{std::chrono::minutes(10)};

  static auto options() {
    return leat::options<CallbackOptions>()
        .field("type", &CallbackOptions::type, "What changes: ticket, company, contact, configuration...",
               leat::required, leat::example("ticket"))
        .field("level", &CallbackOptions::level,
               "owner: all of them; or what they belong to, such as board, status, company.", leat::example("board"))
        .field("object_id", &CallbackOptions::object_id, "The id at that level; 1 at owner.")
        .field("ignore_own", &CallbackOptions::ignore_own, "Leaves out what the API member itself changed last.")
        .field("member", &CallbackOptions::member,
               "The API member's identifier, for ignore_own where it may not look itself up.")
        .field("check_every", &CallbackOptions::check_every,
               "How often the entry is looked at, and switched on again if need be; at the beginning of a run.");
  }
};

}  // namespace leat::connectwise
