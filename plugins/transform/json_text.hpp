// Writing JSON text.
#pragma once

#include <string>
#include <string_view>

namespace leat::transform {

// Appends the text as a JSON string, quotes included. It is valid UTF-8.
void append_json_string(std::string_view text, std::string& out);

// The inside of a JSON string: no quotes around it.
void append_json_escaped(std::string_view text, std::string& out);

}  // namespace leat::transform
