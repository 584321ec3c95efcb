#include "decimal.hpp"

#include <doctest/doctest.h>

#include <string_view>

using namespace leat::transform;

namespace {

int sign(int value) { return (value > 0) - (value < 0); }

}  // namespace

TEST_CASE("numbers compare by their exact value, however they are written") {
  struct Row {
    std::string_view less, greater;
  };
  const Row ordered[] = {
      {"1", "2"},
      {"9007199254740992", "9007199254740993"},
      {"0.1", "0.10000000000000000000000000000001"},
      {"-1", "0"},
      {"-2", "-1"},
      {"-1e400", "-1e399"},
      {"9", "10"},
      {"9.99", "10"},
      {"0.009", "0.01"},
      {"1e-400", "1e-399"},
      {"0", "1e-999999999999999999999"},
      {"99999", "1e5"},
  };
  for (const Row& row : ordered) {
    CAPTURE(row.less);
    CAPTURE(row.greater);
    CHECK(sign(compare_decimals(row.less, row.greater)) == -1);
    CHECK(sign(compare_decimals(row.greater, row.less)) == 1);
  }
  const Row equal[] = {{"1", "1.0"},        {"1", "1e0"},       {"100", "1E+2"}, {"0.5", "5e-1"},
                       {"-0", "0"},         {"0.000", "0e99"},  {"1.50", "1.5"}, {"12.5e1", "125"},
                       {"0.0012", "12e-4"}, {"-1.0", "-10e-1"}, {"1000e-3", "1"}};
  for (const Row& row : equal) {
    CAPTURE(row.less);
    CAPTURE(row.greater);
    CHECK(compare_decimals(row.less, row.greater) == 0);
  }
}

TEST_CASE("a number is what JSON calls one") {
  for (const std::string_view text : {"0", "-0", "10", "1.5", "1e5", "1E-5", "0.0e+0", "-12.25e10"}) {
    CAPTURE(text);
    CHECK(is_json_number(text));
  }
  for (const std::string_view text : {"", "-", "01", "+1", "1.", ".5", "1e", "1e+", "0x1", "1 ", " 1", "NaN", "1,5"}) {
    CAPTURE(text);
    CHECK_FALSE(is_json_number(text));
  }
}
