// Function tables of the other side, at the size this host knows: what the plugin does not have is NULL until filled.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "leat/abi.h"

namespace leat::host {

// Sizes in ABI 1.0: what every plugin fills. They stay when the structs grow.
namespace first_size {
inline constexpr std::size_t plugin = offsetof(leat_plugin, extension) + sizeof(leat_plugin::extension);
inline constexpr std::size_t component = offsetof(leat_component, destroy) + sizeof(leat_component::destroy);
inline constexpr std::size_t catalog = offsetof(leat_catalog, search) + sizeof(leat_catalog::search);
inline constexpr std::size_t request = offsetof(leat_http_request, reserved) + sizeof(leat_http_request::reserved);
inline constexpr std::size_t response = offsetof(leat_http_response, elapsed_ms) + sizeof(std::uint32_t);
inline constexpr std::size_t outcome = offsetof(leat_outcome, message) + sizeof(leat_outcome::message);
}  // namespace first_size

// vtable: NULL, or a struct that starts with its size.
template <class Table>
Table full_table(const void* vtable) {
  static_assert(std::is_trivially_copyable_v<Table> && offsetof(Table, struct_size) == 0);
  Table table{};
  if (vtable == nullptr) return table;
  std::uint32_t size = 0;
  std::memcpy(&size, vtable, sizeof size);
  std::memcpy(&table, vtable, std::min<std::size_t>(size, sizeof table));
  table.struct_size = sizeof table;
  return table;
}

template <class Function>
void fill(Function& slot, std::type_identity_t<Function> otherwise) {
  if (slot == nullptr) slot = otherwise;
}

}  // namespace leat::host
