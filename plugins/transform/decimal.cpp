#include "decimal.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace leat::transform {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// 0.<digits> * 10^magnitude, the first digit not zero; no digits: zero. The digits may hold one '.', which is skipped.
struct Decimal {
  bool negative = false;
  std::int64_t magnitude = 0;
  std::string_view digits;
};

std::int64_t read_exponent(std::string_view text) {
  constexpr std::int64_t kMost = 1'000'000'000'000'000;
  const bool negative = !text.empty() && text.front() == '-';
  std::int64_t value = 0;
  for (const char c : text) {
    if (is_digit(c)) value = std::min(kMost, value * 10 + (c - '0'));
  }
  return negative ? -value : value;
}

Decimal read(std::string_view text) {
  Decimal out;
  out.negative = text.front() == '-';
  if (out.negative) text.remove_prefix(1);
  const std::size_t e = text.find_first_of("eE");
  const std::string_view mantissa = text.substr(0, e);
  const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
  const std::size_t first = mantissa.find_first_of("123456789");
  if (first == std::string_view::npos) return {};
  const auto integer_digits = static_cast<std::int64_t>(point);
  const auto at = static_cast<std::int64_t>(first);
  out.magnitude = first < point ? integer_digits - at : integer_digits - at + 1;
  if (e != std::string_view::npos) out.magnitude += read_exponent(text.substr(e + 1));
  out.digits = mantissa.substr(first);
  return out;
}

// The next digit and 0 for ever after the last one.
class Digits {
 public:
  explicit Digits(std::string_view text) : text_(text) {}
  bool ended() const { return at_ >= text_.size(); }
  int next() {
    if (!ended() && text_[at_] == '.') ++at_;
    return ended() ? 0 : text_[at_++] - '0';
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

int compare_digits(std::string_view a, std::string_view b) {
  Digits left(a);
  Digits right(b);
  while (!left.ended() || !right.ended()) {
    const int difference = left.next() - right.next();
    if (difference != 0) return difference;
  }
  return 0;
}

}  // namespace

bool is_json_number(std::string_view text) {
  std::size_t at = 0;
  const auto digits = [&] {
    const std::size_t begin = at;
    while (at < text.size() && is_digit(text[at])) ++at;
    return at - begin;
  };
  if (at < text.size() && text[at] == '-') ++at;
  const bool leading_zero = at < text.size() && text[at] == '0';
  const std::size_t integer_digits = digits();
  if (integer_digits == 0 || (leading_zero && integer_digits > 1)) return false;
  if (at < text.size() && text[at] == '.') {
    ++at;
    if (digits() == 0) return false;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (digits() == 0) return false;
  }
  return at == text.size();
}

int compare_decimals(std::string_view a, std::string_view b) {
  const Decimal left = read(a);
  const Decimal right = read(b);
  const auto sign = [](const Decimal& value) { return value.digits.empty() ? 0 : value.negative ? -1 : 1; };
  if (sign(left) != sign(right)) return sign(left) - sign(right);
  if (sign(left) == 0) return 0;
  int order = compare_digits(left.digits, right.digits);
  if (left.magnitude != right.magnitude) order = left.magnitude < right.magnitude ? -1 : 1;
  return sign(left) < 0 ? -order : order;
}

}  // namespace leat::transform
