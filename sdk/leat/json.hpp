// Optional: nlohmann/json beside records, for authors who use it. Whole documents are parsed and printed: for small
// values; long pipelines are faster on Node.
#pragma once

#include <nlohmann/json.hpp>

#include "leat/record.hpp"

namespace leat __attribute__((visibility("hidden"))) {

  inline nlohmann::json to_json(Node node) {
    if (!node) return nlohmann::json(nlohmann::json::value_t::discarded);
    return nlohmann::json::parse(node.json());
  }
  inline nlohmann::json to_json(Record record) { return nlohmann::json::parse(record.json()); }

  inline void set_json(Node node, const nlohmann::json& value) { node.set_json(value.dump()); }

}  // namespace leat
