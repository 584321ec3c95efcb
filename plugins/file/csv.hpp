// Rows of CSV (RFC 4180). Values are strings; nothing is guessed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "leat/result.hpp"

namespace leat::file {

// The values of a row without its line end, into `values`, whose strings are reused. Returns their number. invalid:
// something follows a closing quote, or a quote does not close; says in which value.
Result<std::size_t> parse_row(std::string_view row, char delimiter, std::vector<std::string>& values);

// Appends one value, quoted when it has to be.
void append_value(std::string_view value, char delimiter, std::string& out);

}  // namespace leat::file
