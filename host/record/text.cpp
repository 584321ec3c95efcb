#include "host/record/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

namespace leat::host {
namespace {

// Four hexadecimal digits the scanner has seen.
unsigned hex4(const char* p) {
  unsigned value = 0;
  std::from_chars(p, p + 4, value, 16);
  return value;
}

char* append_utf8(char* out, unsigned code) {
  const auto put = [&out](unsigned byte) { *out++ = static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | code >> 6);
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  }
  return out;
}

// The letter of a two-character escape for a byte, or 0.
constexpr char short_escape(char c) {
  switch (c) {
    case '"': return '"';
    case '\\': return '\\';
    case '\b': return 'b';
    case '\f': return 'f';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    default: return 0;
  }
}

// A number as digits x 10^scale; no zeros at either end of the digits, which are empty for 0.
struct Decimal {
  bool negative = false;
  std::string digits;
  std::int64_t scale = 0;
};

Decimal to_decimal(std::string_view number) {
  Decimal decimal;
  decimal.negative = number.front() == '-';
  const std::size_t exponent_at = std::min(number.find_first_of("eE"), number.size());
  bool fraction = false;
  for (const char c : number.substr(0, exponent_at)) {
    if (c == '.') fraction = true;
    if (c < '0' || c > '9') continue;
    if (fraction) --decimal.scale;
    if (c != '0' || !decimal.digits.empty()) decimal.digits += c;
  }
  while (!decimal.digits.empty() && decimal.digits.back() == '0') {
    decimal.digits.pop_back();
    ++decimal.scale;
  }
  if (exponent_at < number.size()) {
    std::string_view exponent = number.substr(exponent_at + 1);
    if (exponent.front() == '+') exponent.remove_prefix(1);
    // Far beyond any number of digits in a document, and far from overflow.
    constexpr std::int64_t limit = 1'000'000'000'000;
    std::int64_t value = exponent.front() == '-' ? -limit : limit;
    std::from_chars(exponent.data(), exponent.data() + exponent.size(), value);
    decimal.scale += std::clamp(value, -limit, limit);
  }
  return decimal;
}

}  // namespace

std::size_t unescape(std::string_view raw, char* out) {
  char* const begin = out;
  const char* const end = raw.data() + raw.size();
  for (const char* p = raw.data(); p < end;) {
    const char* mark = static_cast<const char*>(std::memchr(p, '\\', static_cast<std::size_t>(end - p)));
    if (mark == nullptr) mark = end;
    out = std::copy(p, mark, out);
    if (mark == end) break;
    p = mark + 2;
    switch (mark[1]) {
      case 'b': *out++ = '\b'; break;
      case 'f': *out++ = '\f'; break;
      case 'n': *out++ = '\n'; break;
      case 'r': *out++ = '\r'; break;
      case 't': *out++ = '\t'; break;
      case 'u': {
        unsigned code = hex4(p);
        p += 4;
        if (code >= 0xD800 && code <= 0xDBFF) {  // its other half follows: the scanner saw to that
          code = 0x10000 + ((code - 0xD800) << 10) + (hex4(p + 2) - 0xDC00);
          p += 6;
        }
        out = append_utf8(out, code);
        break;
      }
      default: *out++ = mark[1];
    }
  }
  return static_cast<std::size_t>(out - begin);
}

void append_quoted(std::string& out, std::string_view value) {
  const char* const end = value.data() + value.size();
  const char* run = value.data();  // not yet appended
  out += '"';
  for (const char* p = find_special(run, end); p < end; p = find_special(p + 1, end)) {
    if (static_cast<unsigned char>(*p) >= 0x80) continue;
    out.append(run, p);
    run = p + 1;
    out += '\\';
    if (const char letter = short_escape(*p); letter != 0) {
      out += letter;
    } else {
      constexpr std::string_view digits = "0123456789abcdef";
      out += "u00";
      out += digits[static_cast<unsigned char>(*p) >> 4];
      out += digits[static_cast<unsigned char>(*p) & 0x0F];
    }
  }
  out.append(run, end);
  out += '"';
}

std::size_t minify(std::string_view text, char* out) {
  char* const begin = out;
  const char* const end = text.data() + text.size();
  for (const char* p = text.data(); p < end;) {
    if (*p == '"') {
      bool escaped = false;
      const char* const behind = skip_string(p, escaped);
      const auto size = static_cast<std::size_t>(behind - p);
      std::memmove(out, p, size);
      out += size;
      p = behind;
    } else {
      if (*p != ' ' && *p != '\n' && *p != '\r' && *p != '\t') *out++ = *p;
      ++p;
    }
  }
  return static_cast<std::size_t>(out - begin);
}

std::optional<std::int64_t> to_i64(std::string_view number) {
  const auto parse = [](std::string_view text) -> std::optional<std::int64_t> {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
  };
  if (number.find_first_of(".eE") == std::string_view::npos) return parse(number);
  Decimal decimal = to_decimal(number);
  if (decimal.digits.empty()) return 0;
  constexpr std::int64_t digits_max = 19;  // of 9223372036854775807
  if (decimal.scale < 0 || static_cast<std::int64_t>(decimal.digits.size()) + decimal.scale > digits_max) {
    return std::nullopt;
  }
  decimal.digits.append(static_cast<std::size_t>(decimal.scale), '0');
  return parse((decimal.negative ? "-" : "") + decimal.digits);
}

std::optional<double> to_f64(std::string_view number) {
  double value = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
  if (error == std::errc() && std::isfinite(value)) return value;
  const Decimal decimal = to_decimal(number);
  const bool tiny = static_cast<std::int64_t>(decimal.digits.size()) + decimal.scale <= 0;
  if (!tiny) return std::nullopt;
  return decimal.negative ? -0.0 : 0.0;
}

}  // namespace leat::host
