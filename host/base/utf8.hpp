// UTF-8 as RFC 3629 has it, and what becomes of texts from plugins that may be anything.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace leat::host {

// The length of the UTF-8 sequence that starts at p with a byte of 0x80 or more; 0 when it is none.
int utf8_length(const char* p, const char* end);

bool is_utf8(std::string_view text);

// Each byte that belongs to no character as U+FFFD.
std::string repaired_utf8(std::string_view text);

// More bytes than a person reads about one failure; a plugin's text is kept with each record.
constexpr std::size_t reason_max = 4096;

// A text in which a plugin says why, fit for logs, the store and JSON: valid UTF-8 of at most reason_max bytes;
// of a longer one the beginning and its size: "... (20,000,000 bytes)". Line breaks and other control characters stay.
std::string as_reason(std::string_view text);

}  // namespace leat::host
