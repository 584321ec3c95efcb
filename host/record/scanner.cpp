#include "host/record/scanner.hpp"

#include "host/base/utf8.hpp"
#include "host/record/bytes.hpp"

namespace leat::host {
namespace {

unsigned byte(const char* p) { return static_cast<unsigned char>(*p); }

// Four hexadecimal digits, or -1.
int hex4(const char* p, const char* end) {
  if (end - p < 4) return -1;
  int value = 0;
  for (int i = 0; i < 4; ++i) {
    const char c = p[i];
    const char lower = static_cast<char>(c | 0x20);
    if (Scanner::is_digit(c)) {
      value = value * 16 + (c - '0');
    } else if (lower >= 'a' && lower <= 'f') {
      value = value * 16 + (lower - 'a' + 10);
    } else {
      return -1;
    }
  }
  return value;
}

}  // namespace

bool Scanner::document(int depth, Slice& out) { return begins() && value(depth, out) && ends(); }

bool Scanner::array(std::vector<Slice>& elements) {
  if (!begins()) return false;
  if (!take('[')) return fail("'[': a JSON array of records");
  space();
  if (take(']')) return ends();
  for (;;) {
    Slice element;
    if (!value(depth_max, element)) return false;
    elements.push_back(element);
    space();
    if (take(']')) return ends();
    if (!take(',')) return fail("',' or ']' after an array element");
    space();
  }
}

bool Scanner::begins() {
  if (std::string_view(begin_, static_cast<std::size_t>(end_ - begin_)).starts_with("\xEF\xBB\xBF")) {
    return fail("JSON without a byte order mark in front");
  }
  space();
  return true;
}

bool Scanner::ends() {
  space();
  return at_ == end_ || fail("the end of the text");
}

void Scanner::space() {
  while (at_ < end_ && is_space(*at_)) ++at_;
}

void Scanner::gap() {
  const char* const from = at_;
  space();
  if (at_ != from) compact_ = false;
}

bool Scanner::word(std::string_view expected) {
  if (!std::string_view(at_, static_cast<std::size_t>(end_ - at_)).starts_with(expected)) return fail(expected.data());
  at_ += expected.size();
  return true;
}

bool Scanner::literal() {
  switch (*at_) {
    case 't': return word("true");
    case 'f': return word("false");
    case 'n': return word("null");
    default: return fail("a value");
  }
}

bool Scanner::escape() {
  const char* const from = at_;
  ++at_;
  if (at_ == end_) return fail("the rest of a string");
  if (*at_ != 'u') {
    if (std::string_view("\"\\/bfnrt").find(*at_) == std::string_view::npos) {
      return fail("one of \" \\ / b f n r t u after a backslash");
    }
    ++at_;
    return true;
  }
  ++at_;
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

bool Scanner::string() {
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
    } else if (byte(at_) < 0x80) {
      return fail("an escape: control characters cannot stand in a string");
    } else if (const int length = utf8_length(at_, end_); length > 0) {
      at_ += length;
    } else {
      return fail("valid UTF-8");
    }
  }
}

bool Scanner::name() {
  if (at_ >= end_ || *at_ != '"') return fail("a member's name in quotation marks");
  if (!string()) return false;
  gap();
  if (!take(':')) return fail("':' after a member's name");
  gap();
  return true;
}

bool Scanner::value(int depth, Slice& out) {
  const char* const from = at_;
  compact_ = true;
  int level = 0;  // containers that are open
  for (;;) {
    if (at_ >= end_) return fail("a value");
    if (*at_ == '{' || *at_ == '[') {
      if (level == depth) return fail("no deeper nesting: 512 arrays and objects may be inside each other");
      const bool object = *at_ == '{';
      in_object_[static_cast<std::size_t>(level)] = object;
      ++at_;
      gap();
      if (!take(object ? '}' : ']')) {
        ++level;
        if (object && !name()) return false;
        continue;
      }
    } else if (*at_ == '"') {
      if (!string()) return false;
    } else if (*at_ == '-' || is_digit(*at_)) {
      if (!number()) return false;
    } else if (!literal()) {
      return false;
    }
    // Behind a value: what follows it, and the ends of containers that end with it.
    for (;;) {
      if (level == 0) {
        out = {{from, static_cast<std::size_t>(at_ - from)}, compact_};
        return out.text.size() <= document_size_max || fail("the end of a document: 4 GiB are the limit");
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

}  // namespace leat::host
