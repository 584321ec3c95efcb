// Which list a reference schema points into, and how a reference to one of its records looks.
// Threads  any.
// Source   clients C: id, name, identifier where the schema has it, and an href under `_info`.
#pragma once

#include <string>
#include <string_view>

#include "plugins/connectwise/catalog/catalog.hpp"
#include "plugins/connectwise/sandbox/engine/json.hpp"

namespace leat::sandbox {

struct ReferenceKind {
  std::string_view schema;  // "ServiceStatusReference"
  std::string_view path;    // "/service/boards/{board}/statuses": {board} is the id of the record's own board
  std::string_view noun;    // of "status_href"
  std::string_view title;   // in messages: "Service Status"
};

// nullptr: references of this schema are kept as they are given.
const ReferenceKind* reference_kind(std::string_view schema);
// The first kind that points into the list at a pattern such as "/service/boards"; nullptr: none does.
const ReferenceKind* reference_kind_at(std::string_view pattern);

// `path` is the kind's path with the ids in it; `url` stands before it.
Json make_reference(const connectwise::Schema& schema, const ReferenceKind& kind, const std::string& path,
                    const Json& target, const std::string& url);

}  // namespace leat::sandbox
