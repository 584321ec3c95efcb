// Small text helpers of this plugin. ASCII letters only: names of the API and of HTTP have no others.
// Threads  any; pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace leat::connectwise {

std::string lower(std::string_view text);
bool same_letters(std::string_view a, std::string_view b);  // whatever their case
std::string_view trim(std::string_view text);               // blanks, tabs and line ends at both sides
std::string collapse(std::string_view text);                // trimmed, and every run of blanks made one blank

std::vector<std::string_view> split(std::string_view text, char separator);  // "a||b" gives three; "" gives one
std::vector<std::string_view> lines(std::string_view text);                  // without "\n" and "\r\n"

// All of `text` is a whole number of 64 bits: "-5"; no blanks, no "+".
std::optional<std::int64_t> whole_number(std::string_view text);

// FNV-1a of 64 bits; `hash` of what stands before the text goes on.
constexpr std::uint64_t hash_start = 14695981039346656037ULL;
std::uint64_t hash_of(std::string_view text, std::uint64_t hash = hash_start);

// Edits that make `a` of `b`, case aside.
std::size_t distance(std::string_view a, std::string_view b);
// The name most like `text`; empty when none is near enough to be what was meant.
std::string_view nearest(std::string_view text, const std::vector<std::string_view>& names);
// " (did you mean X?)", or nothing.
std::string did_you_mean(std::string_view text, const std::vector<std::string_view>& names);

}  // namespace leat::connectwise
