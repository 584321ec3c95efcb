// Where the children of a container are: the commas between them, found 64 bytes at a time.
// Memory   LEAT_PADDING bytes behind the text must be readable; they are not used.
// Threads  any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace leat::host {

// Writes the offsets of the commas that are in the container itself, not deeper, to the front of `out`, which grows as
// needed, and gives their number. The container is one that the scanner has passed.
std::size_t find_commas(std::string_view container, std::vector<std::uint32_t>& out);

}  // namespace leat::host
