// The border: says whether text is JSON (RFC 8259, strictly) and cuts a page into its elements, in one pass.
// Beyond the grammar it refuses what Record refuses: see record.hpp. Numbers of any size are fine.
// Memory   LEAT_PADDING bytes behind the text must be readable; they are not used.
// Threads  any.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/record/node.hpp"

namespace leat::host {

struct Mistake {
  std::size_t offset = 0;
  const char* expected = "";  // "',' or ']' after an array element"
};

// "byte 17: expected ':' after a member's name, found '}'"
std::string to_string(const Mistake& mistake, std::string_view text);

struct Slice {
  std::string_view text;
  bool compact = true;  // no white space between its tokens
};

struct Checked {
  std::optional<Mistake> mistake;
  Slice document;  // without white space around it
};

// depth: how many containers may be inside each other.
Checked check_document(std::string_view text, int depth = depth_max);

// Appends the elements of one JSON array; on a mistake `out` is as it was. Each element may be depth_max deep.
std::optional<Mistake> split_array(std::string_view text, std::vector<Slice>& out);

// A JSON number and nothing else. The text needs no padding.
bool is_number(std::string_view text);

}  // namespace leat::host
