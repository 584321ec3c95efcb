// Where a subscriber goes on in a file, and how it knows that it is still the same file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "leat/result.hpp"
#include "splitter.hpp"

namespace leat::file {

struct Cursor {
  Position position;
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t before = 0;  // hash of the bytes in front of the offset (kBeforeMax at most)
};

inline constexpr std::size_t kBeforeMax = 256;

// {"offset":120,"line":4,"record":3,...}: all members are whole numbers.
std::string to_text(const Cursor& cursor);

// Also one that a person wrote: {"offset":0,"line":1,"record":0}. Absent members are zero (line: 1). denied: anything
// else.
Result<Cursor> parse_cursor(std::string_view text);

}  // namespace leat::file
