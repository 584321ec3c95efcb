// The grammar, byte by byte, with each mistake at its place: the authority on what is accepted.
// Memory   as scan.hpp.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

#include "host/record/scan.hpp"

namespace leat::host {

// Records keep spans in 32 bits.
inline constexpr std::size_t document_size_max = std::numeric_limits<std::uint32_t>::max() - 1;

// A cursor over text. Each function moves it behind what it names, or notes the mistake and returns false.
class Scanner {
 public:
  explicit Scanner(std::string_view text, std::size_t at = 0)
      : begin_(text.data()), end_(begin_ + text.size()), at_(begin_ + at) {}

  bool document(int depth, Slice& out);      // and nothing behind it
  bool array(std::vector<Slice>& elements);  // and nothing behind it
  bool string();                             // stands at its opening quotation mark
  bool literal();                            // true, false, null
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

  std::size_t at() const { return static_cast<std::size_t>(at_ - begin_); }
  bool at_end() const { return at_ == end_; }
  Mistake mistake() const { return {at(), expected_}; }

  static bool is_digit(char c) { return c >= '0' && c <= '9'; }
  static bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

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
  bool digits() {
    const char* const from = at_;
    while (at_ < end_ && is_digit(*at_)) ++at_;
    return at_ != from;
  }
  bool begins();  // no byte order mark
  bool ends();
  void space();
  void gap();  // white space inside a value
  bool word(std::string_view expected);
  bool escape();
  bool name();                        // of a member, and the colon
  bool value(int depth, Slice& out);  // no white space in front of or behind it

  const char* const begin_;
  const char* const end_;
  const char* at_;
  const char* expected_ = "";
  bool compact_ = true;
  std::bitset<depth_max> in_object_;
};

}  // namespace leat::host
