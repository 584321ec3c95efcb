// Quoted strings of expressions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "leat/result.hpp"

namespace leat::transform {

// The string that begins with a quote (" or ') at `at`, its escapes (those of a JSON string, and \') resolved; moves
// `at` behind the closing quote. invalid: what is wrong, with its byte offset.
Result<std::string> parse_string(std::string_view text, std::size_t& at);

}  // namespace leat::transform
