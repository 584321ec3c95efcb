#include "host/plugin/descriptor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <string_view>
#include <utility>

#include "host/base/utf8.hpp"
#include "host/config/component.hpp"
#include "host/config/schema_text.hpp"
#include "host/plugin/table.hpp"

namespace leat::host {
namespace {

// More than any real plugin offers: a larger count is a damaged descriptor.
constexpr std::uint32_t components_max = 4096;

std::string text(const char* from) { return from == nullptr ? "" : from; }

bool is_id(std::string_view id) {
  return !id.empty() && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
  });
}

// The first text of a descriptor that is not UTF-8, as abi.h has them all.
std::string text_problem(std::initializer_list<std::pair<const char*, const char*>> texts) {
  for (const auto& [name, value] : texts) {
    if (!is_utf8(text(value))) return fmt::format("its {} is not UTF-8", name);
  }
  return "";
}

// The first function that its kind cannot do without and that is not there.
std::string_view missing_function(std::uint32_t kind, const void* vtable) {
  switch (kind) {
    case LEAT_KIND_CLIENT: {
      const auto table = full_table<leat_http_client>(vtable);
      return table.send == nullptr      ? "send"
             : table.cancel == nullptr  ? "cancel"
             : table.quiesce == nullptr ? "quiesce"
                                        : "";
    }
    case LEAT_KIND_SUBSCRIBER: {
      const auto table = full_table<leat_subscriber>(vtable);
      return table.open == nullptr ? "open" : table.poll == nullptr ? "poll" : "";
    }
    case LEAT_KIND_PUBLISHER: return full_table<leat_publisher>(vtable).publish == nullptr ? "publish" : "";
    default: return full_table<leat_transformer>(vtable).process == nullptr ? "process" : "";
  }
}

std::string component_problem(const leat_component& component) {
  if (component.kind < LEAT_KIND_CLIENT || component.kind > LEAT_KIND_TRANSFORMER) {
    return fmt::format("is of kind {}, this host knows kinds {} to {}", component.kind, LEAT_KIND_CLIENT,
                       LEAT_KIND_TRANSFORMER);
  }
  if (auto problem = text_problem({{"id", component.id},
                                   {"title", component.title},
                                   {"summary", component.summary},
                                   {"config_schema", component.config_schema}});
      !problem.empty()) {
    return problem;
  }
  if (!is_id(text(component.id))) {
    return fmt::format("its id '{}' is not made of letters, digits, '.', '_' and '-'", text(component.id));
  }
  if (component.create == nullptr) return "has no function create";
  if (component.destroy == nullptr) return "has no function destroy";
  if (component.vtable == nullptr) return "has no function table";
  if (const auto missing = missing_function(component.kind, component.vtable); !missing.empty()) {
    return fmt::format("has no function {}", missing);
  }
  return "";
}

LibraryComponent read_component(const leat_component* component) {
  LibraryComponent read;
  if (component == nullptr || component->struct_size < first_size::component) {
    read.refused = fmt::format("its descriptor has {} bytes, ABI 1.0 has {}",
                               component == nullptr ? 0 : component->struct_size, first_size::component);
    return read;
  }
  read.kind = component->kind;
  read.id = repaired_utf8(text(component->id));
  read.title = repaired_utf8(text(component->title));
  read.summary = repaired_utf8(text(component->summary));
  read.table = component;
  read.refused = component_problem(*component);
  if (!read.refused.empty()) return read;
  auto schema = parse_schema(text(component->config_schema));
  if (schema) {
    read.schema = std::move(*schema);
  } else {
    read.refused = fmt::format("its config_schema: {}", as_reason(schema.error().message));
  }
  return read;
}

std::string plugin_problem(const leat_plugin& plugin) {
  if (plugin.need_minor > LEAT_ABI_MINOR) {
    return fmt::format("needs a host that speaks ABI {0}.{1}, this host speaks {0}.{2}: update leat", LEAT_ABI_MAJOR,
                       plugin.need_minor, LEAT_ABI_MINOR);
  }
  if (auto problem = text_problem({{"id", plugin.id},
                                   {"version", plugin.version},
                                   {"vendor", plugin.vendor},
                                   {"built_with", plugin.built_with}});
      !problem.empty()) {
    return problem;
  }
  if (!is_id(text(plugin.id))) {
    return fmt::format("its id '{}' is not made of letters, digits, '.', '_' and '-'", text(plugin.id));
  }
  if (plugin.component_count > components_max || (plugin.component_count > 0 && plugin.components == nullptr)) {
    return fmt::format("its descriptor names {} components but gives no usable list", plugin.component_count);
  }
  return "";
}

}  // namespace

void read_descriptor(const leat_plugin& plugin, Library& library) {
  library.state = Library::State::refused;
  if (plugin.struct_size < first_size::plugin) {
    library.reason = fmt::format("its descriptor has {} bytes, ABI 1.0 has {}: damaged, or built with a foreign header",
                                 plugin.struct_size, first_size::plugin);
    return;
  }
  library.id = repaired_utf8(text(plugin.id));
  library.version = repaired_utf8(text(plugin.version));
  library.vendor = repaired_utf8(text(plugin.vendor));
  library.built_with = repaired_utf8(text(plugin.built_with));
  library.abi_minor = plugin.abi_minor;
  library.need_minor = plugin.need_minor;
  library.reason = plugin_problem(plugin);
  if (!library.reason.empty()) return;

  for (std::uint32_t i = 0; i < plugin.component_count; ++i) {
    library.components.push_back(read_component(plugin.components[i]));
  }
  library.plugin = &plugin;
  library.state = Library::State::loaded;
  refuse_if_empty(library);
}

void refuse_if_empty(Library& library) {
  const auto& components = library.components;
  if (std::any_of(components.begin(), components.end(), [](const auto& one) { return one.refused.empty(); })) return;
  library.state = Library::State::refused;
  library.plugin = nullptr;
  library.reason = components.empty() ? "offers no component"
                                      : fmt::format("none of its components can be used; {} '{}': {}",
                                                    to_string(static_cast<ComponentKind>(components.front().kind)),
                                                    components.front().id, components.front().refused);
}

}  // namespace leat::host
