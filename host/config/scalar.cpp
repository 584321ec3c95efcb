#include "host/config/scalar.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>

namespace leat::host {

namespace {

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view without_sign(std::string_view text) {
  return !text.empty() && (text[0] == '-' || text[0] == '+') ? text.substr(1) : text;
}

bool all_digits(std::string_view text, int base) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [base](char c) {
    if (base == 8) return c >= '0' && c <= '7';
    if (base == 10) return is_digit(c);
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  });
}

// 8 and 16 for 0o17 and 0x1F, which have no sign.
int base_of(std::string_view text) { return text.starts_with("0x") ? 16 : text.starts_with("0o") ? 8 : 10; }

bool is_integer(std::string_view text) {
  const int base = base_of(text);
  return base == 10 ? all_digits(without_sign(text), 10) : all_digits(text.substr(2), base);
}

// [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?
bool is_decimal(std::string_view text) {
  text = without_sign(text);
  const auto exponent = text.find_first_of("eE");
  if (exponent != std::string_view::npos && !all_digits(without_sign(text.substr(exponent + 1)), 10)) return false;
  const auto mantissa = text.substr(0, exponent);
  const auto point = mantissa.find('.');
  const auto whole = mantissa.substr(0, point);
  const auto part = point == std::string_view::npos ? std::string_view() : mantissa.substr(point + 1);
  if (!whole.empty()) return all_digits(whole, 10) && (part.empty() || all_digits(part, 10));
  return all_digits(part, 10);
}

bool is_special(std::string_view text) {
  return is_one_of(text, {".nan", ".NaN", ".NAN"}) || is_one_of(without_sign(text), {".inf", ".Inf", ".INF"});
}

Result<Json> integer_value(std::string_view text) {
  const int base = base_of(text);
  std::string_view digits = base == 10 ? text : text.substr(2);
  if (digits.starts_with('+')) digits.remove_prefix(1);
  std::int64_t small = 0;
  const char* end = digits.data() + digits.size();
  if (const auto read = std::from_chars(digits.data(), end, small, base); read.ec == std::errc() && read.ptr == end) {
    return Json(small);
  }
  std::uint64_t large = 0;
  if (const auto read = std::from_chars(digits.data(), end, large, base); read.ec == std::errc() && read.ptr == end) {
    return Json(large);
  }
  return Error{ErrorKind::invalid, "the number does not fit in 64 bits; put it in quotes to keep it as text"};
}

Result<double> decimal_value(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) {
    return Error{ErrorKind::invalid, "the number is too large or too small; put it in quotes to keep it as text"};
  }
  return value;
}

struct Unit {
  std::string_view name;
  double factor;
};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// A number without sign or exponent, blanks, a unit. Nothing when it is not of that shape.
std::optional<double> quantity(std::string_view text, const Unit* units, std::size_t count, bool any_case) {
  const auto number = text.substr(0, std::min(text.find_first_not_of("0123456789."), text.size()));
  if (number.empty() || !is_decimal(number)) return std::nullopt;
  auto name = text.substr(number.size());
  name.remove_prefix(std::min(name.find_first_not_of(' '), name.size()));
  const auto same = [any_case](char a, char b) { return (any_case ? lower(a) : a) == b; };
  const Unit* unit = std::find_if(units, units + count, [&](const Unit& u) {
    return std::equal(name.begin(), name.end(), u.name.begin(), u.name.end(), same);
  });
  const auto value = decimal_value(number);
  if (unit == units + count || !value) return std::nullopt;
  return *value * unit->factor;
}

}  // namespace

Node::Type plain_type(std::string_view text) {
  if (text.empty() || is_one_of(text, {"null", "Null", "NULL", "~"})) return Node::Type::null;
  if (is_one_of(text, {"true", "True", "TRUE", "false", "False", "FALSE"})) return Node::Type::boolean;
  if (is_integer(text)) return Node::Type::integer;
  if (is_decimal(text) || is_special(text)) return Node::Type::number;
  return Node::Type::string;
}

Result<Json> scalar_value(const Node& scalar) {
  switch (scalar.type) {
    case Node::Type::boolean: return Json(scalar.text[0] == 't' || scalar.text[0] == 'T');
    case Node::Type::integer: return integer_value(scalar.text);
    case Node::Type::number: {
      if (is_special(scalar.text)) {
        return Error{ErrorKind::invalid, "infinity and not-a-number cannot be used; put the text in quotes"};
      }
      const auto value = decimal_value(scalar.text);
      if (!value) return value.error();
      return Json(*value);
    }
    case Node::Type::string: return Json(scalar.text);
    default: return Json(nullptr);
  }
}

Result<std::chrono::milliseconds> parse_duration(std::string_view text) {
  static constexpr std::array<Unit, 6> kUnits = {
      {{"", 1e3}, {"ms", 1}, {"s", 1e3}, {"m", 60e3}, {"h", 3600e3}, {"d", 86400e3}}};
  constexpr double kMax = 1000.0 * 365 * 86400e3;
  const auto value = quantity(text, kUnits.data(), kUnits.size(), false);
  if (!value || *value > kMax) {
    return Error{ErrorKind::invalid, "expected a duration such as 250ms, 30s, 5m, 2h, 7d, or a number of seconds"};
  }
  return std::chrono::milliseconds(std::llround(*value));
}

Result<std::int64_t> parse_size(std::string_view text) {
  static constexpr std::array<Unit, 10> kUnits = {{{"", 1},
                                                   {"b", 1},
                                                   {"kb", 1e3},
                                                   {"mb", 1e6},
                                                   {"gb", 1e9},
                                                   {"tb", 1e12},
                                                   {"kib", 1024.0},
                                                   {"mib", 1048576.0},
                                                   {"gib", 1073741824.0},
                                                   {"tib", 1099511627776.0}}};
  constexpr double kMax = 9007199254740992.0;
  const auto value = quantity(text, kUnits.data(), kUnits.size(), true);
  // 1.15MB is a whole number of bytes, whatever the last bit of the product says.
  if (!value || *value > kMax || std::abs(*value - std::round(*value)) > 1e-6 * std::max(1.0, *value)) {
    return Error{ErrorKind::invalid, "expected a size such as 64MiB, 10MB, 512kB, or a number of bytes"};
  }
  return static_cast<std::int64_t>(std::llround(*value));
}

}  // namespace leat::host
