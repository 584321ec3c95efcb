// Components as the configuration sees them: which there are, what options they state, and one as configured.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "host/config/problem.hpp"
#include "leat/abi.h"

namespace leat::host {

// Members keep the order in which they were written.
using Json = nlohmann::ordered_json;

enum class ComponentKind : std::uint32_t {
  client = LEAT_KIND_CLIENT,
  subscriber = LEAT_KIND_SUBSCRIBER,
  publisher = LEAT_KIND_PUBLISHER,
  transformer = LEAT_KIND_TRANSFORMER,
};

inline constexpr ComponentKind kComponentKinds[] = {ComponentKind::client, ComponentKind::subscriber,
                                                    ComponentKind::publisher, ComponentKind::transformer};

constexpr std::string_view to_string(ComponentKind kind) {
  switch (kind) {
    case ComponentKind::client: return "client";
    case ComponentKind::subscriber: return "subscriber";
    case ComponentKind::publisher: return "publisher";
    case ComponentKind::transformer: return "transformer";
  }
  return "component";
}

struct ComponentInfo {
  std::string type;  // "connectwise"
  std::string title;
  std::string summary;
  Json schema;            // of its options; parse_schema() has accepted it
  bool isolated = false;  // it has a process of its own
};

// Which components there are. Constant while it is used.
class ComponentSchemas {
 public:
  virtual ~ComponentSchemas() = default;
  // nullptr: no such type. The pointer lives as long as this object.
  virtual const ComponentInfo* find(ComponentKind kind, std::string_view type) const = 0;
  // Sorted by type.
  virtual std::vector<const ComponentInfo*> all(ComponentKind kind) const = 0;
};

// Where there are no plugins.
class NoComponents final : public ComponentSchemas {
 public:
  const ComponentInfo* find(ComponentKind /*kind*/, std::string_view /*type*/) const override { return nullptr; }
  std::vector<const ComponentInfo*> all(ComponentKind /*kind*/) const override { return {}; }
};

// A component of the configuration, checked: `{type: connectwise, ...options}`.
struct ComponentConfig {
  std::string type;
  Json options;      // without `type`; defaults filled in, units converted, secrets and chains as references
  std::string path;  // "incoming.tickets.subscriber", "routes.sync.transformers[1]"
  Position position;
};

}  // namespace leat::host
