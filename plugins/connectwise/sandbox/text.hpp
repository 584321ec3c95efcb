// Small text functions: comparing without case, URL encodings, Basic credentials.
// Threads  any.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace leat::sandbox {

char lower(char c);  // ASCII
std::string lower(std::string_view text);
bool same_text(std::string_view a, std::string_view b);            // ignoring ASCII case
int compare_text(std::string_view a, std::string_view b);          // -1, 0, 1, ignoring ASCII case
bool contains_text(std::string_view text, std::string_view part);  // ignoring ASCII case
std::vector<std::string_view> split(std::string_view text, char separator);
std::string_view trim(std::string_view text);
std::optional<std::int64_t> to_integer(std::string_view text);  // the whole text
std::optional<double> to_number(std::string_view text);         // the whole text

// "%3d" to "="; `plus_is_blank` as in a query. Nothing when a percent sign is not followed by two hex digits.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_blank);
// As the live system writes Link URLs: + for blanks, lower-case hex, unreserved -_.!*() left. Recorded (AMP).
std::string link_encode(std::string_view text);

struct QueryParameter {
  std::string name;   // decoded, as sent
  std::string value;  // decoded
};
// In the order sent; nothing for a broken percent encoding.
std::optional<std::vector<QueryParameter>> parse_query(std::string_view query);

std::optional<std::string> base64_decode(std::string_view text);

}  // namespace leat::sandbox
