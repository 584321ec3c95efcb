#include "host/record/scan.hpp"

#include <array>
#include <bitset>
#include <cstdint>
#include <cstdio>
#include <limits>

#include "host/record/bytes.hpp"

namespace leat::host {
namespace {

constexpr std::size_t size_max = std::numeric_limits<std::uint32_t>::max();

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
constexpr unsigned byte(const char* p) { return static_cast<unsigned char>(*p); }

// The length of the UTF-8 sequence that starts with a byte of 0x80 or more; 0 when it is none (RFC 3629, section 4).
int sequence_length(const char* p, const char* end) {
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

// Four hexadecimal digits, or -1.
int hex4(const char* p, const char* end) {
  if (end - p < 4) return -1;
  int value = 0;
  for (int i = 0; i < 4; ++i) {
    const char c = p[i];
    int digit = 0;
    if (is_digit(c)) {
      digit = c - '0';
    } else if (c >= 'a' && c <= 'f') {
      digit = c - 'a' + 10;
    } else if (c >= 'A' && c <= 'F') {
      digit = c - 'A' + 10;
    } else {
      return -1;
    }
    value = value * 16 + digit;
  }
  return value;
}

// A cursor over text. Each function moves it behind what it names, or notes the mistake and returns false.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : begin_(text.data()), end_(begin_ + text.size()), at_(begin_) {}

  bool document(int depth, Slice& out) {
    if (!begins()) return false;
    if (!value(depth, out)) return false;
    space();
    return at_ == end_ || fail("the end of the text");
  }

  bool array(std::vector<Slice>& out) {
    if (!begins()) return false;
    if (!take('[')) return fail("'[': a JSON array of records");
    space();
    if (!take(']')) {
      for (;;) {
        Slice element;
        if (!value(depth_max, element)) return false;
        out.push_back(element);
        space();
        if (take(']')) break;
        if (!take(',')) return fail("',' or ']' after an array element");
        space();
      }
    }
    space();
    return at_ == end_ || fail("the end of the text");
  }

  bool number() {
    take('-');
    if (take('0')) {
      if (at_ < end_ && is_digit(*at_)) return fail("no further digit after a leading 0");
    } else if (!digits()) {
      return fail("a digit");
    }
    if (take('.') && !digits()) return fail("a digit after the decimal point");
    if (at_ < end_ && (*at_ | 0x20) == 'e') {
      ++at_;
      if (!take('+')) take('-');
      if (!digits()) return fail("a digit of the exponent");
    }
    return true;
  }

  bool at_end() const { return at_ == end_; }
  Mistake mistake() const { return {static_cast<std::size_t>(at_ - begin_), expected_}; }

 private:
  bool fail(const char* expected) {
    expected_ = expected;
    return false;
  }

  bool take(char c) {
    if (at_ >= end_ || *at_ != c) return false;
    ++at_;
    return true;
  }

  bool begins() {
    if (std::string_view(begin_, static_cast<std::size_t>(end_ - begin_)).starts_with("\xEF\xBB\xBF")) {
      return fail("JSON without a byte order mark in front");
    }
    space();
    return true;
  }

  void space() {
    while (at_ < end_ && is_space(*at_)) ++at_;
  }

  // White space inside a value.
  void gap() {
    if (at_ >= end_ || static_cast<unsigned char>(*at_) > ' ') return;
    const char* const from = at_;
    space();
    if (at_ != from) compact_ = false;
  }

  bool digits() {
    const char* const from = at_;
    while (at_ < end_ && is_digit(*at_)) ++at_;
    return at_ != from;
  }

  bool literal(std::string_view word, const char* expected) {
    if (std::string_view(at_, static_cast<std::size_t>(end_ - at_)).substr(0, word.size()) != word)
      return fail(expected);
    at_ += word.size();
    return true;
  }

  bool escape() {
    const char* const from = at_;
    ++at_;
    if (at_ == end_) return fail("the rest of a string");
    switch (*at_++) {
      case '"':
      case '\\':
      case '/':
      case 'b':
      case 'f':
      case 'n':
      case 'r':
      case 't': return true;
      case 'u': break;
      default: --at_; return fail("one of \" \\ / b f n r t u after a backslash");
    }
    const int unit = hex4(at_, end_);
    if (unit < 0) return fail("four hexadecimal digits after \\u");
    at_ += 4;
    if (unit < 0xD800 || unit > 0xDFFF) return true;
    if (unit <= 0xDBFF && end_ - at_ >= 6 && at_[0] == '\\' && at_[1] == 'u') {
      const int low = hex4(at_ + 2, end_);
      if (low >= 0xDC00 && low <= 0xDFFF) {
        at_ += 6;
        return true;
      }
    }
    at_ = from;
    return fail("both halves of a surrogate pair");
  }

  bool string() {
    ++at_;
    for (;;) {
      at_ = find_special(at_, end_);
      if (at_ >= end_) {
        at_ = end_;
        return fail("the closing quotation mark of a string");
      }
      if (*at_ == '"') {
        ++at_;
        return true;
      }
      if (*at_ == '\\') {
        if (!escape()) return false;
      } else if (const int length = byte(at_) < 0x80 ? 0 : sequence_length(at_, end_); length > 0) {
        at_ += length;
      } else {
        return fail(byte(at_) < 0x80 ? "an escape: control characters cannot stand in a string" : "valid UTF-8");
      }
    }
  }

  bool name() {
    if (at_ >= end_ || *at_ != '"') return fail("a member's name in quotation marks");
    if (!string()) return false;
    gap();
    if (!take(':')) return fail("':' after a member's name");
    gap();
    return true;
  }

  // Leaves no white space in front of or behind the value in `out`; stands right behind it.
  bool value(int depth, Slice& out);

  const char* const begin_;
  const char* const end_;
  const char* at_;
  const char* expected_ = "";
  bool compact_ = true;
  std::bitset<depth_max> in_object_;
};

bool Scanner::value(int depth, Slice& out) {
  const char* const from = at_;
  compact_ = true;
  int level = 0;  // containers that are open
  for (;;) {
    if (at_ >= end_) return fail("a value");
    switch (*at_) {
      case '"':
        if (!string()) return false;
        break;
      case '{':
      case '[': {
        if (level == depth) return fail("no deeper nesting: 512 arrays and objects may be inside each other");
        const bool object = *at_ == '{';
        in_object_[static_cast<std::size_t>(level++)] = object;
        ++at_;
        gap();
        if (take(object ? '}' : ']')) {
          --level;
          break;
        }
        if (object && !name()) return false;
        continue;
      }
      case 't':
        if (!literal("true", "true")) return false;
        break;
      case 'f':
        if (!literal("false", "false")) return false;
        break;
      case 'n':
        if (!literal("null", "null")) return false;
        break;
      default:
        if (*at_ != '-' && !is_digit(*at_)) return fail("a value");
        if (!number()) return false;
    }
    // Behind a value: what follows it, and the ends of containers that end with it.
    for (;;) {
      if (level == 0) {
        if (static_cast<std::size_t>(at_ - from) >= size_max) return fail("a document of less than 4 GiB");
        out = {{from, static_cast<std::size_t>(at_ - from)}, compact_};
        return true;
      }
      gap();
      const bool object = in_object_[static_cast<std::size_t>(level - 1)];
      if (take(',')) {
        gap();
        if (object && !name()) return false;
        break;
      }
      if (!take(object ? '}' : ']')) {
        return fail(object ? "',' or '}' after a member" : "',' or ']' after an array element");
      }
      --level;
    }
  }
}

}  // namespace

std::string to_string(const Mistake& mistake, std::string_view text) {
  std::string found = "the end";
  if (mistake.offset < text.size()) {
    const char c = text[mistake.offset];
    std::array<char, 16> shown{};
    std::snprintf(shown.data(), shown.size(), c > ' ' && c < 0x7F ? "'%c'" : "byte 0x%02X",
                  static_cast<unsigned char>(c));
    found = shown.data();
  }
  return "byte " + std::to_string(mistake.offset) + ": expected " + mistake.expected + ", found " + found;
}

Checked check_document(std::string_view text, int depth) {
  Checked checked;
  Scanner scanner(text);
  if (!scanner.document(depth, checked.document)) checked.mistake = scanner.mistake();
  return checked;
}

std::optional<Mistake> split_array(std::string_view text, std::vector<Slice>& out) {
  const std::size_t before = out.size();
  Scanner scanner(text);
  if (scanner.array(out)) return std::nullopt;
  out.resize(before);
  return scanner.mistake();
}

bool is_utf8(std::string_view text) {
  const char* const end = text.data() + text.size();
  for (const char* p = text.data(); p < end;) {
    const int length = byte(p) < 0x80 ? 1 : sequence_length(p, end);
    if (length == 0) return false;
    p += length;
  }
  return true;
}

bool is_number(std::string_view text) {
  Scanner scanner(text);
  return scanner.number() && scanner.at_end();
}

}  // namespace leat::host
