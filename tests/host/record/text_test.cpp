#include "host/record/text.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>

using namespace leat::host;
using namespace std::string_literals;

namespace {

std::string padded(std::string text) {
  text.reserve(text.size() + 64);
  return text;
}

}  // namespace

TEST_CASE("escapes become what they stand for, and back") {
  struct Row {
    std::string raw;
    std::string value;
    std::string quoted;  // as we write it
  };
  const Row rows[] = {
      {"", "", "\"\""},
      {"plain", "plain", "\"plain\""},
      {"\\\"\\\\\\/\\b\\f\\n\\r\\t", "\"\\/\b\f\n\r\t", "\"\\\"\\\\/\\b\\f\\n\\r\\t\""},
      {"\\u0041\\u00e9\\u20ac", "A\xC3\xA9\xE2\x82\xAC", "\"A\xC3\xA9\xE2\x82\xAC\""},
      {"\\ud83d\\ude00", "\xF0\x9F\x98\x80", "\"\xF0\x9F\x98\x80\""},
      {"\\udbff\\udfff", "\xF4\x8F\xBF\xBF", "\"\xF4\x8F\xBF\xBF\""},
      {"\\u0000\\u001F", "\0\x1f"s, "\"\\u0000\\u001f\""},
      {"\\u007f\\u0080\\u07ff\\u0800\\uffff", "\x7f\xC2\x80\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBF",
       "\"\x7f\xC2\x80\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBF\""},
      {"0123456789abcdef\\n0123456789abcdef", "0123456789abcdef\n0123456789abcdef",
       "\"0123456789abcdef\\n0123456789abcdef\""},
      {"\\\\u0041", "\\u0041", "\"\\\\u0041\""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.raw);
    const std::string raw = padded(row.raw);
    std::string value(raw.size(), '?');
    value.resize(unescape(raw, value.data()));
    CHECK(value == row.value);
    std::string quoted;
    append_quoted(quoted, padded(row.value));
    CHECK(quoted == row.quoted);
  }
}

TEST_CASE("white space between tokens goes, in place too") {
  std::string text = padded(" { \"a b\" : [ 1 ,\n\t\"x \\\" y\" ] }\r\n");
  text.resize(minify(text, text.data()));
  CHECK(text == "{\"a b\":[1,\"x \\\" y\"]}");
}

TEST_CASE("a number is an integer when its value is one that fits") {
  constexpr std::int64_t max = std::numeric_limits<std::int64_t>::max();
  constexpr std::int64_t min = std::numeric_limits<std::int64_t>::min();
  struct Row {
    const char* text;
    std::optional<std::int64_t> value;
  };
  const Row rows[] = {
      {"0", 0},
      {"-0", 0},
      {"7", 7},
      {"-7", -7},
      {"9007199254740993", 9007199254740993},
      {"9223372036854775807", max},
      {"-9223372036854775808", min},
      {"9223372036854775808", std::nullopt},
      {"-9223372036854775809", std::nullopt},
      {"123456789012345678901234567890", std::nullopt},
      {"1.0", 1},
      {"1.50", std::nullopt},
      {"0.0", 0},
      {"-0.0e5", 0},
      {"1e2", 100},
      {"1E+2", 100},
      {"1.5e1", 15},
      {"150e-1", 15},
      {"15e-1", std::nullopt},
      {"0.001e3", 1},
      {"9223372036854775807.000", max},
      {"9.223372036854775807e18", max},
      {"9.223372036854775808e18", std::nullopt},
      {"-9.223372036854775808e18", min},
      {"1e18", 1000000000000000000},
      {"1e19", std::nullopt},
      {"1e400", std::nullopt},
      {"1e-400", std::nullopt},
      {"0e99999999999999999999", 0},
      {"1e99999999999999999999", std::nullopt},
      {"1e-99999999999999999999", std::nullopt},
      {"10000000000000000000000e-20", 100},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(to_i64(row.text) == row.value);
  }
}

TEST_CASE("a number is the nearest double, unless it is beyond the largest") {
  struct Row {
    const char* text;
    std::optional<double> value;
  };
  const Row rows[] = {
      {"0", 0.0},
      {"1.10", 1.1},
      {"-2.5e-3", -0.0025},
      {"9007199254740993", 9007199254740992.0},
      {"1.7976931348623157e308", std::numeric_limits<double>::max()},
      {"5e-324", std::numeric_limits<double>::denorm_min()},
      {"1e400", std::nullopt},
      {"-1e400", std::nullopt},
      {"1e99999999999999999999", std::nullopt},
      {"1e-400", 0.0},
      {"1e-99999999999999999999", 0.0},
      {"0e99999999999999999999", 0.0},
      {"123456789012345678901234567890", 1.2345678901234568e29},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(to_f64(row.text) == row.value);
  }
  CHECK(std::signbit(to_f64("-1e-400").value()));
  CHECK(std::signbit(to_f64("-0").value()));
}
