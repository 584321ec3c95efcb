// The custom fields that the sandbox's set-up defines, per entity.
// Threads  any.
// Source   clients C: every defined field is listed, set or not; entries are matched by id, and what a
//          write leaves out keeps its value.
#pragma once

#include <span>
#include <string_view>

#include "plugins/connectwise/sandbox/engine/json.hpp"

namespace leat::sandbox {

struct CustomField {
  std::int64_t id;
  std::string_view entity;  // schema name
  std::string_view caption;
  std::string_view type;
  std::string_view entry_method;
};

std::span<const CustomField> custom_fields();
// All fields of an entity with null values; an empty list where none is defined.
Json empty_custom_fields(std::string_view entity);
// `current` with the values of `changes` taken over by id.
Json merge_custom_fields(Json current, const Json& changes);

}  // namespace leat::sandbox
