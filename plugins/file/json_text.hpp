// Writing JSON text.
#pragma once

#include <string>
#include <string_view>

namespace leat::file {

// Appends the text as a JSON string, quotes included.
void append_json_string(std::string_view text, std::string& out);

// The text with each byte that is no valid UTF-8 replaced by U+FFFD.
std::string repaired_utf8(std::string_view text);

bool is_utf8(std::string_view text);

}  // namespace leat::file
