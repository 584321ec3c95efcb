// JSON trees of the write path; members keep the order they came in.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace leat::sandbox {

using Json = nlohmann::ordered_json;

// A request's body. Refusal 400 when it is not JSON, not UTF-8, or nested deeper than 64 levels.
Json parse_body(std::string_view text);
// Compact.
std::string to_text(const Json& json);
// The text member of an object; empty when absent or not a text.
std::string text_at(const Json& object, std::string_view member);
// The whole-number member of an object; 0 when absent or not one.
std::int64_t id_at(const Json& object, std::string_view member = "id");
// True when absent or null.
bool is_absent(const Json& object, std::string_view member);

}  // namespace leat::sandbox
