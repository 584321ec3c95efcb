// A host's table in the shape of another release: as short as ABI 1.0 has it, with memory behind it that must not be
// touched, or longer than today's, with a tail that makes no sense.
// Lifetime  until the process ends, as tables of a host do.
#pragma once

#include <cstddef>

namespace leat::host::check {

enum class Shape {
  today,
  first,   // ABI 1.0: ends at an unreadable page
  future,  // a later minor: 256 further bytes of poison
};

// table: starts with its struct_size (uint32). first_size: its size in ABI 1.0.
const void* shaped(const void* table, std::size_t first_size, Shape shape);

// The size in ABI 1.0 of the table of a service; 0: no such service then.
std::size_t first_size_of(const char* service_id);

}  // namespace leat::host::check
