#include "literal.hpp"

#include <charconv>
#include <cstdint>

namespace leat::transform {
namespace {

Error fail(const char* what, std::size_t at) {
  return {ErrorKind::invalid, std::string(what) + " at offset " + std::to_string(at), 0};
}

bool read_hex4(std::string_view text, std::size_t& at, std::uint32_t& code) {
  const std::string_view digits = text.substr(at, 4);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
  if (digits.size() != 4 || error != std::errc() || end != digits.data() + 4) return false;
  at += 4;
  return true;
}

void append_utf8(std::string& out, std::uint32_t code) {
  const auto byte = [&](std::uint32_t bits) { out += static_cast<char>(bits); };
  if (code < 0x80) {
    byte(code);
  } else if (code < 0x800) {
    byte(0xc0U | code >> 6U);
    byte(0x80U | (code & 0x3fU));
  } else {
    if (code < 0x10000) {
      byte(0xe0U | code >> 12U);
    } else {
      byte(0xf0U | code >> 18U);
      byte(0x80U | (code >> 12U & 0x3fU));
    }
    byte(0x80U | (code >> 6U & 0x3fU));
    byte(0x80U | (code & 0x3fU));
  }
}

bool is_high(std::uint32_t code) { return code >= 0xd800 && code < 0xdc00; }
bool is_low(std::uint32_t code) { return code >= 0xdc00 && code < 0xe000; }

// `at` stands behind "\u".
Result<Done> read_unicode(std::string_view text, std::size_t& at, std::string& out) {
  const std::size_t begin = at;
  std::uint32_t code = 0;
  if (!read_hex4(text, at, code)) return fail("expected four hex digits", begin);
  if (is_high(code)) {
    std::uint32_t low = 0;
    if (text.substr(at, 2) != "\\u") return fail("half of a surrogate pair", begin);
    at += 2;
    if (!read_hex4(text, at, low) || !is_low(low)) return fail("half of a surrogate pair", begin);
    code = 0x10000 + ((code - 0xd800) << 10U) + (low - 0xdc00);
  } else if (is_low(code)) {
    return fail("half of a surrogate pair", begin);
  }
  append_utf8(out, code);
  return Done{};
}

}  // namespace

Result<std::string> parse_string(std::string_view text, std::size_t& at) {
  const std::size_t begin = at;
  const char quote = text[at++];
  std::string out;
  while (at < text.size() && text[at] != quote) {
    if (text[at] != '\\') {
      out += text[at++];
      continue;
    }
    const char escape = at + 1 < text.size() ? text[at + 1] : '\0';
    constexpr std::string_view kFrom = "\"'\\/bfnrt";
    constexpr std::string_view kTo = "\"'\\/\b\f\n\r\t";
    if (const std::size_t known = kFrom.find(escape); escape != '\0' && known != std::string_view::npos) {
      out += kTo[known];
      at += 2;
    } else if (escape == 'u') {
      at += 2;
      if (auto done = read_unicode(text, at, out); !done) return std::move(done).error();
    } else {
      return fail("unknown escape", at);
    }
  }
  if (at >= text.size()) return fail("the string does not end; it began", begin);
  ++at;
  return out;
}

}  // namespace leat::transform
