#include "plugins/connectwise/values.hpp"

#include <charconv>
#include <string>

#include "plugins/connectwise/text.hpp"
#include "plugins/connectwise/timestamp.hpp"

namespace leat::connectwise {
namespace {

using JsonType = leat::Type;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// digits * 10^exponent, without zeros at either end; zero is "" with exponent 0.
struct Decimal {
  bool negative = false;
  std::string digits;
  std::int64_t exponent = 0;
  bool operator==(const Decimal&) const = default;
};

// Digits from `at` on; moves it behind them.
std::string_view take_digits(std::string_view text, std::size_t& at) {
  const std::size_t begin = at;
  while (at < text.size() && is_digit(text[at])) ++at;
  return text.substr(begin, at - begin);
}

std::optional<Decimal> to_decimal(std::string_view text) {
  Decimal number;
  std::size_t at = 0;
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) number.negative = text[at++] == '-';
  const std::string_view whole = take_digits(text, at);
  std::string_view fraction;
  if (at < text.size() && text[at] == '.') fraction = take_digits(text, ++at);
  if (whole.empty() && fraction.empty()) return {};
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && text[at] == '+') ++at;
    int exponent = 0;
    const auto [end, error] = std::from_chars(text.data() + at, text.data() + text.size(), exponent);
    if (error != std::errc{}) return {};
    number.exponent = exponent;
    at = static_cast<std::size_t>(end - text.data());
  }
  if (at != text.size()) return {};
  number.digits = std::string(whole) + std::string(fraction);
  number.exponent -= static_cast<std::int64_t>(fraction.size());
  number.digits.erase(0, number.digits.find_first_not_of('0'));
  while (number.digits.ends_with('0')) number.digits.pop_back(), ++number.exponent;
  if (number.digits.empty()) number.negative = false, number.exponent = 0;
  return number;
}

// A value as text to compare; a number as it is written.
std::string_view written(leat::Node value) {
  if (const auto text = value.str()) return *text;
  return value.json();
}

// Line ends count once: what was sent with LF may come back with CRLF.
bool same_text(std::string_view a, std::string_view b) {
  std::size_t i = 0;
  std::size_t j = 0;
  const auto skip = [](std::string_view text, std::size_t& at) {
    if (at + 1 < text.size() && text[at] == '\r' && text[at + 1] == '\n') ++at;
  };
  for (;;) {
    skip(a, i);
    skip(b, j);
    if (i == a.size() || j == b.size()) return i == a.size() && j == b.size();
    if (a[i++] != b[j++]) return false;
  }
}

// Closing dates and the like are declared as text.
bool same_moment(std::string_view a, std::string_view b) {
  constexpr std::size_t date_size = 10;
  if (a.size() < date_size || b.size() < date_size) return false;
  const auto first = parse_timestamp(a);
  const auto second = parse_timestamp(b);
  return first && second && *first == *second;
}

}  // namespace

bool is_number(std::string_view text) { return to_decimal(trim(text)).has_value(); }

bool is_whole_number(std::string_view text) {
  const auto number = to_decimal(trim(text));
  if (!number || number->exponent < 0) return false;
  constexpr std::size_t digits_max = 10;
  const auto zeros = static_cast<std::size_t>(number->exponent);
  if (number->digits.size() > digits_max || zeros > digits_max) return false;
  const std::string digits = number->digits + std::string(zeros, '0');
  if (digits.empty()) return true;
  std::int64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return (number->negative ? -value : value) >= INT32_MIN && (number->negative ? -value : value) <= INT32_MAX;
}

bool same_number(std::string_view a, std::string_view b) {
  const auto first = to_decimal(trim(a));
  const auto second = to_decimal(trim(b));
  return first && second && *first == *second;
}

bool is_absent(leat::Node value) { return !value || value.is_null() || value.str() == std::string_view(); }

bool same_scalar(const Type& type, leat::Node a, leat::Node b) {
  if (is_absent(a) || is_absent(b)) return is_absent(a) && is_absent(b);
  const std::string_view first = written(a);
  const std::string_view second = written(b);
  switch (type.kind) {
    case ValueType::integer:
    case ValueType::number: return same_number(first, second);
    case ValueType::boolean: return same_letters(trim(first), trim(second));
    case ValueType::string:
      if (!type.choices.empty()) return same_letters(first, second);
      return same_text(first, second) || same_moment(first, second);
    default: return a.json() == b.json();
  }
}

bool same_reference(leat::Node a, leat::Node b) {
  const auto empty = [](leat::Node node) {
    return is_absent(node) || (is_absent(node["id"]) && is_absent(node["identifier"]) && is_absent(node["name"]));
  };
  if (empty(a) || empty(b)) return empty(a) && empty(b);
  for (const std::string_view key : {"id", "identifier", "name"}) {
    if (is_absent(a[key]) || is_absent(b[key])) continue;
    return key == "id" ? same_number(written(a[key]), written(b[key]))
                       : same_letters(trim(written(a[key])), trim(written(b[key])));
  }
  return false;
}

}  // namespace leat::connectwise
