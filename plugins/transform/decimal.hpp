// Numbers as JSON writes them, compared exactly: 9007199254740993, 0.1 and 1e400 are not rounded to a double.
#pragma once

#include <string_view>

namespace leat::transform {

// True for the grammar of a JSON number (RFC 8259, 6).
bool is_json_number(std::string_view text);

// Below, at or above zero: a < b, a = b, a > b. Both are JSON numbers. Exponents count up to +-10^15.
int compare_decimals(std::string_view a, std::string_view b);

}  // namespace leat::transform
