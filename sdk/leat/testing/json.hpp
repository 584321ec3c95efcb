// JSON text for the test kit: RFC 8259, strictly, with the limits and the messages of the host.
#pragma once

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace leat __attribute__((visibility("hidden"))) {
  namespace testing {
  namespace detail {

  constexpr int depth_max = 512;  // arrays and objects inside each other

  inline bool is_digit(char c) { return c >= '0' && c <= '9'; }

  // Bytes of the UTF-8 sequence at the start of `text` (RFC 3629, section 4), 0 when there is none.
  inline std::size_t utf8_length(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const auto tail = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xBF) {
      return i < text.size() && byte(i) >= low && byte(i) <= high;
    };
    const unsigned lead = byte(0);
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead <= 0xDF) return tail(1) ? 2 : 0;
    if (lead >= 0xE0 && lead <= 0xEF) {
      return tail(1, lead == 0xE0 ? 0xA0 : 0x80, lead == 0xED ? 0x9F : 0xBF) && tail(2) ? 3 : 0;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
      return tail(1, lead == 0xF0 ? 0x90 : 0x80, lead == 0xF4 ? 0x8F : 0xBF) && tail(2) && tail(3) ? 4 : 0;
    }
    return 0;
  }

  inline bool is_utf8(std::string_view text) {
    while (!text.empty()) {
      const std::size_t length = utf8_length(text);
      if (length == 0) return false;
      text.remove_prefix(length);
    }
    return true;
  }

  // Reads one text once. What is accepted comes out compact: without white space between tokens, otherwise as it was.
  class Scanner {
   public:
    explicit Scanner(std::string_view text) : text_(text) {}

    bool document(int depth, std::string& out) { return begins() && value(depth, out) && ends(); }
    bool array(std::vector<std::string>& elements) {
      if (!begins()) return false;
      if (!take('[')) return fail("'[': a JSON array of records");
      space();
      if (take(']')) return ends();
      for (;;) {
        if (!value(depth_max, elements.emplace_back())) return false;
        space();
        if (take(']')) return ends();
        if (!take(',')) return fail("',' or ']' after an array element");
        space();
      }
    }
    bool number() {
      take('-');
      if (take('0')) {
        if (at_ < text_.size() && is_digit(text_[at_])) return fail("no further digit after a leading 0");
      } else if (!digits()) {
        return fail("a digit");
      }
      if (take('.') && !digits()) return fail("a digit after the decimal point");
      if (take('e') || take('E')) {
        if (!take('+')) take('-');
        if (!digits()) return fail("a digit of the exponent");
      }
      return true;
    }
    bool at_end() const { return at_ == text_.size(); }
    // "byte 17: expected ':' after a member's name, found '}'"
    std::string mistake() const {
      std::string found = "the end";
      if (at_ < text_.size()) {
        const char c = text_[at_];
        char shown[16];
        std::snprintf(shown, sizeof shown, c > ' ' && c < 0x7F ? "'%c'" : "byte 0x%02X", static_cast<unsigned char>(c));
        found = shown;
      }
      return "byte " + std::to_string(at_) + ": expected " + expected_ + ", found " + found;
    }

   private:
    bool fail(const char* expected) {
      expected_ = expected;
      return false;
    }
    bool take(char c) {
      if (at_ >= text_.size() || text_[at_] != c) return false;
      ++at_;
      return true;
    }
    bool digits() {
      const std::size_t from = at_;
      while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
      return at_ != from;
    }
    bool begins() {
      if (text_.substr(0, 3) == "\xEF\xBB\xBF") return fail("JSON without a byte order mark in front");
      space();
      return true;
    }
    bool ends() {
      space();
      return at_end() || fail("the end of the text");
    }
    void space() {
      while (at_ < text_.size() && std::string_view(" \n\r\t").find(text_[at_]) != std::string_view::npos) ++at_;
    }
    // What stands between `from` and here goes out.
    void copy(std::size_t from, std::string& out) const { out += text_.substr(from, at_ - from); }

    int hex4(std::size_t at) const {
      if (at + 4 > text_.size()) return -1;
      int value = 0;
      for (std::size_t i = at; i < at + 4; ++i) {
        const char c = text_[i];
        const char lower = static_cast<char>(c | 0x20);
        if (is_digit(c)) {
          value = value * 16 + (c - '0');
        } else if (lower >= 'a' && lower <= 'f') {
          value = value * 16 + (lower - 'a' + 10);
        } else {
          return -1;
        }
      }
      return value;
    }
    bool escape() {
      const std::size_t from = at_++;
      if (at_end()) return fail("the rest of a string");
      if (text_[at_] != 'u') {
        if (std::string_view("\"\\/bfnrt").find(text_[at_]) == std::string_view::npos) {
          return fail("one of \" \\ / b f n r t u after a backslash");
        }
        ++at_;
        return true;
      }
      const int unit = hex4(++at_);
      if (unit < 0) return fail("four hexadecimal digits after \\u");
      at_ += 4;
      if (unit < 0xD800 || unit > 0xDFFF) return true;
      if (unit <= 0xDBFF && text_.substr(at_, 2) == "\\u") {
        const int low = hex4(at_ + 2);
        if (low >= 0xDC00 && low <= 0xDFFF) {
          at_ += 6;
          return true;
        }
      }
      at_ = from;
      return fail("both halves of a surrogate pair");
    }
    bool string() {
      for (++at_;;) {
        if (at_end()) return fail("the closing quotation mark of a string");
        const auto byte = static_cast<unsigned char>(text_[at_]);
        if (byte == '"') return take('"');
        if (byte == '\\') {
          if (!escape()) return false;
        } else if (byte < 0x20) {
          return fail("an escape: control characters cannot stand in a string");
        } else if (const std::size_t length = utf8_length(text_.substr(at_)); length > 0) {
          at_ += length;
        } else {
          return fail("valid UTF-8");
        }
      }
    }
    bool word(const char* expected) {
      const std::string_view word = expected;
      if (text_.substr(at_, word.size()) != word) return fail(expected);
      at_ += word.size();
      return true;
    }
    bool value(int depth, std::string& out) {
      if (at_end()) return fail("a value");
      const std::size_t from = at_;
      const char first = text_[at_];
      if (first == '{' || first == '[') {
        if (depth == 0) return fail("no deeper nesting: 512 arrays and objects may be inside each other");
        ++at_;
        out += first;
        return children(first == '{', depth - 1, out);
      }
      const bool good = first == '"'                      ? string()
                        : first == '-' || is_digit(first) ? number()
                        : first == 't'                    ? word("true")
                        : first == 'f'                    ? word("false")
                        : first == 'n'                    ? word("null")
                                                          : fail("a value");
      if (good) copy(from, out);
      return good;
    }
    bool children(bool object, int depth, std::string& out) {
      const char end = object ? '}' : ']';
      space();
      for (bool first = true; !(first && take(end)); first = false) {
        if (object) {
          const std::size_t from = at_;
          if (at_end() || text_[at_] != '"') return fail("a member's name in quotation marks");
          if (!string()) return false;
          copy(from, out);
          space();
          if (!take(':')) return fail("':' after a member's name");
          out += ':';
          space();
        }
        if (!value(depth, out)) return false;
        space();
        if (take(end)) break;
        if (!take(',')) return fail(object ? "',' or '}' after a member" : "',' or ']' after an array element");
        out += ',';
        space();
      }
      out += end;
      return true;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    const char* expected_ = "";
  };

  inline bool is_number(std::string_view text) {
    Scanner scanner(text);
    return scanner.number() && scanner.at_end();
  }

  inline void append_utf8(std::string& out, unsigned code) {
    const auto put = [&](unsigned byte) { out += static_cast<char>(byte); };
    if (code < 0x80) return put(code);
    if (code < 0x800) {
      put(0xC0 | code >> 6);
    } else if (code < 0x10000) {
      put(0xE0 | code >> 12);
      put(0x80 | (code >> 6 & 0x3F));
    } else {
      put(0xF0 | code >> 18);
      put(0x80 | (code >> 12 & 0x3F));
      put(0x80 | (code >> 6 & 0x3F));
    }
    put(0x80 | (code & 0x3F));
  }

  // What a string of accepted text says; `quoted` with its quotation marks.
  inline std::string unquoted(std::string_view quoted) {
    std::string out;
    for (std::size_t i = 1; i + 1 < quoted.size(); ++i) {
      if (quoted[i] != '\\') {
        out += quoted[i];
        continue;
      }
      const char letter = quoted[++i];
      const auto unit = [&] {
        const auto code = std::strtoul(std::string(quoted.substr(i + 1, 4)).c_str(), nullptr, 16);
        i += 4;
        return static_cast<unsigned>(code);
      };
      if (letter == 'u') {
        unsigned code = unit();
        if (code >= 0xD800 && code <= 0xDBFF) {
          i += 2;
          code = 0x10000 + ((code - 0xD800) << 10) + (unit() - 0xDC00);
        }
        append_utf8(out, code);
      } else {
        const std::size_t place = std::string_view("bfnrt").find(letter);
        out += place == std::string_view::npos ? letter : "\b\f\n\r\t"[place];
      }
    }
    return out;
  }

  inline std::string json_quoted(std::string_view value) {
    std::string out = "\"";
    for (const char c : value) {
      const std::size_t place = std::string_view("\"\\\b\f\n\r\t").find(c);
      if (place != std::string_view::npos) {
        (out += '\\') += "\"\\bfnrt"[place];
      } else if (static_cast<unsigned char>(c) < 0x20) {
        char text[8];
        std::snprintf(text, sizeof text, "\\u%04x", static_cast<unsigned>(c));
        out += text;
      } else {
        out += c;
      }
    }
    return out += '"';
  }

  // The whole number that a number's text means, however it is written: 5, 5.0, 50e-1.
  inline std::optional<std::int64_t> to_i64(std::string_view number) {
    const bool negative = number.front() == '-';
    const std::size_t mark = std::min(number.find_first_of("eE"), number.size());
    std::string digits;
    long long scale = 0;
    bool fraction = false;
    for (const char c : number.substr(0, mark)) {
      if (c == '.') fraction = true;
      if (!is_digit(c)) continue;
      if (fraction) --scale;
      if (c != '0' || !digits.empty()) digits += c;
    }
    if (mark < number.size()) scale += std::strtoll(std::string(number.substr(mark + 1)).c_str(), nullptr, 10);
    for (; !digits.empty() && digits.back() == '0'; digits.pop_back()) ++scale;
    if (digits.empty()) return 0;
    if (scale < 0 || scale > 19 || digits.size() + static_cast<std::size_t>(scale) > 19) return std::nullopt;
    digits.append(static_cast<std::size_t>(scale), '0');
    if (negative) digits.insert(0, 1, '-');
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    return value;
  }

  // The nearest double; nothing when it is beyond the largest one.
  inline std::optional<double> to_f64(std::string_view number) {
    const double value = std::strtod(std::string(number).c_str(), nullptr);
    return std::isfinite(value) ? std::optional(value) : std::nullopt;
  }

  // The shortest text that reads back as the same double, plain where that is not longer than with an exponent.
  inline std::string to_text(double value) {
    char digits[40];
    int precision = 0;
    do {
      std::snprintf(digits, sizeof digits, "%.*e", precision, value);
    } while (std::strtod(digits, nullptr) != value && ++precision < 17);
    const std::string scientific = digits;
    const int exponent = std::atoi(scientific.c_str() + scientific.find('e') + 1);
    std::vector<char> plain(400);
    std::snprintf(plain.data(), plain.size(), "%.*f", std::max(0, precision - exponent), value);
    const std::string fixed = plain.data();
    return fixed.size() <= scientific.size() ? fixed : scientific;
  }

  }  // namespace detail
  }  // namespace testing
}  // namespace leat
