#include "csv.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using namespace leat::file;

namespace {

using Values = std::vector<std::string>;

Values parsed(std::string_view row, char delimiter = ',') {
  Values values{"left over", "from", "the", "row", "before"};
  const auto count = parse_row(row, delimiter, values);
  if (!count) return {"error: " + count.error().message};
  values.resize(*count);
  return values;
}

}  // namespace

TEST_CASE("a row is taken apart as RFC 4180 says") {
  struct Row {
    std::string_view row;
    Values expected;
  };
  const Row rows[] = {
      {"aaa,bbb,ccc", {"aaa", "bbb", "ccc"}},
      {"", {""}},
      {",", {"", ""}},
      {"a,", {"a", ""}},
      {" a , b ", {" a ", " b "}},
      {R"("aaa","b
bb","ccc")",
       {"aaa", "b\nbb", "ccc"}},
      {R"("b""bb",c)", {"b\"bb", "c"}},
      {R"("","""")", {"", "\""}},
      {R"("a,b",c)", {"a,b", "c"}},
      {R"(5" pipe,c)", {"5\" pipe", "c"}},
      {R"("a"b,c)", {"error: something follows the closing quote in value 1 of the row"}},
      {R"(a,"b)", {"error: a quote is not closed in value 2 of the row"}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.row);
    CHECK(parsed(row.row) == row.expected);
  }
  CHECK(parsed("a,b;c", ';') == Values{"a,b", "c"});
}

TEST_CASE("a value is quoted when it has to be, and reads back the same") {
  struct Row {
    std::string_view value, written;
  };
  const Row rows[] = {
      {"plain", "plain"},   {"", ""},           {"a,b", "\"a,b\""},    {"say \"hi\"", "\"say \"\"hi\"\"\""},
      {"a\nb", "\"a\nb\""}, {"a\r", "\"a\r\""}, {" space ", " space "}};
  for (const Row& row : rows) {
    CAPTURE(row.value);
    std::string out;
    append_value(row.value, ',', out);
    CHECK(out == row.written);
    CHECK(parsed(out) == Values{std::string(row.value)});
  }
}
