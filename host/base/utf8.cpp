#include "host/base/utf8.hpp"

#include <fmt/format.h>

namespace leat::host {
namespace {

unsigned byte(const char* p) { return static_cast<unsigned char>(*p); }

}  // namespace

// The table of RFC 3629, section 4: no overlong forms, no surrogates, nothing above U+10FFFF.
int utf8_length(const char* p, const char* end) {
  const auto tail = [&](int i, unsigned low = 0x80, unsigned high = 0xBF) {
    return i < end - p && byte(p + i) >= low && byte(p + i) <= high;
  };
  const unsigned lead = byte(p);
  if (lead >= 0xC2 && lead <= 0xDF) return tail(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const unsigned low = lead == 0xE0 ? 0xA0 : 0x80;
    const unsigned high = lead == 0xED ? 0x9F : 0xBF;
    return tail(1, low, high) && tail(2) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const unsigned low = lead == 0xF0 ? 0x90 : 0x80;
    const unsigned high = lead == 0xF4 ? 0x8F : 0xBF;
    return tail(1, low, high) && tail(2) && tail(3) ? 4 : 0;
  }
  return 0;
}

bool is_utf8(std::string_view text) {
  const char* const end = text.data() + text.size();
  for (const char* p = text.data(); p < end;) {
    const int length = static_cast<signed char>(*p) >= 0 ? 1 : utf8_length(p, end);
    if (length == 0) return false;
    p += length;
  }
  return true;
}

std::string repaired_utf8(std::string_view text) {
  if (is_utf8(text)) return std::string(text);
  std::string out;
  out.reserve(text.size());
  const char* const end = text.data() + text.size();
  for (const char* p = text.data(); p < end;) {
    const int length = static_cast<signed char>(*p) >= 0 ? 1 : utf8_length(p, end);
    if (length == 0) {
      out += "\xEF\xBF\xBD";
      ++p;
    } else {
      out.append(p, static_cast<std::size_t>(length));
      p += length;
    }
  }
  return out;
}

std::string as_reason(std::string_view text) {
  std::string reason = repaired_utf8(text.substr(0, reason_max));
  if (text.size() <= reason_max && reason.size() <= reason_max) return reason;
  const std::string end = fmt::format("... ({} bytes)", fmt::group_digits(text.size()));
  std::size_t cut = reason_max - end.size();
  while ((byte(reason.data() + cut) & 0xC0U) == 0x80U) --cut;
  reason.resize(cut);
  return reason + end;
}

}  // namespace leat::host
