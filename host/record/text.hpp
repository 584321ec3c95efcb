// Text of JSON values that the scanner has passed, and numbers as they stand in it.
// Memory   all text needs 16 readable bytes behind it (scan.hpp); they are not used.
// Threads  any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "host/record/bytes.hpp"

namespace leat::host {

// Behind a string; p is at its opening quotation mark. escaped: set when there is a backslash in it.
inline const char* skip_string(const char* p, bool& escaped) {
  for (++p;; p += 2) {
    p = find_quote(p);
    if (*p == '"') return p + 1;
    escaped = true;
  }
}

// Writes the text behind a string's escapes; `raw` is without quotation marks. At most raw.size() bytes; gives their
// number.
std::size_t unescape(std::string_view raw, char* out);

// Appends a JSON string with this value.
void append_quoted(std::string& out, std::string_view value);

// Writes the text without white space between its tokens; gives its size. `out` may be the text itself.
std::size_t minify(std::string_view text, char* out);

// Of a JSON number: see leat_node::as_i64 and as_f64.
std::optional<std::int64_t> to_i64(std::string_view number);
std::optional<double> to_f64(std::string_view number);

}  // namespace leat::host
