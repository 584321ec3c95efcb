#include "splitter.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using namespace leat::file;

namespace {

using Texts = std::vector<std::string>;

std::string shown(const Cut& cut) {
  const std::string line = std::to_string(cut.line) + ' ';
  switch (cut.kind) {
    case Cut::Kind::record: return line + std::string(cut.text) + (cut.terminated ? "" : " (unterminated)");
    case Cut::Kind::problem: return line + "problem: " + cut.message + ": " + std::string(cut.text);
    case Cut::Kind::broken: return line + "broken: " + cut.message;
    case Cut::Kind::end: return "end";
    case Cut::Kind::more: return "more";
  }
  return "?";
}

// Feeds the text in two pieces, then what is left, as a reader would.
Texts split(Format format, std::string_view text, std::size_t first, std::size_t record_max = 1000) {
  const auto splitter = make_splitter(format, ',', Position{}, record_max);
  Texts out;
  std::size_t begin = 0;
  std::size_t end = first;
  for (;;) {
    const bool last = end == text.size();
    const Cut cut = splitter->next(text.substr(begin, end - begin), last);
    begin += cut.consumed;
    if (cut.kind == Cut::Kind::more) {
      REQUIRE_FALSE(last);
      end = text.size();
      continue;
    }
    out.push_back(shown(cut));
    if (cut.kind == Cut::Kind::end || cut.kind == Cut::Kind::broken) return out;
  }
}

struct Row {
  std::string_view text;
  Texts expected;
};

void check_at_every_boundary(Format format, const Row& row, std::size_t record_max = 1000) {
  for (std::size_t first = 0; first <= row.text.size(); ++first) {
    CAPTURE(row.text);
    CAPTURE(first);
    CHECK(split(format, row.text, first, record_max) == row.expected);
  }
}

}  // namespace

TEST_CASE("NDJSON is cut at line ends, wherever a chunk ends") {
  const Row rows[] = {
      {"", {"end"}},
      {"\n \r\n\t\n", {"end"}},
      {"{\"a\":1}\n", {"1 {\"a\":1}", "end"}},
      {"{\"a\":1}\r\n\r\n  2 \n", {"1 {\"a\":1}", "3 2", "end"}},
      {"1\nnot json\n3", {"1 1", "2 not json", "3 3 (unterminated)", "end"}},
      {"1\n  ", {"1 1", "end"}},
  };
  for (const Row& row : rows) check_at_every_boundary(Format::ndjson, row);
}

TEST_CASE("a line that is too long is one problem, and reading goes on behind it") {
  const std::string problem = "2 problem: the record is longer than max_record (8 bytes)";
  const Row lines[] = {
      {"12345678\n123456789\n1\n", {"1 12345678", problem + ": 12345678", "3 1", "end"}},
      {"1\n123456789abc", {"1 1", problem + ": 12345678", "end"}},
  };
  for (const Row& row : lines) check_at_every_boundary(Format::ndjson, row, 8);
  const Row rows[] = {
      {"a\n123456789abcdefghijkl\n1\n", {"1 a", problem + "; is a quote not closed?: 12345678", "3 1", "end"}},
      {"\n\r\n123456789abcdefghijkl\n1\n",
       {"3 problem: the record is longer than max_record (8 bytes); is a quote not closed?: 12345678", "4 1", "end"}},
      {"a\n123456789,\"b\r\nc\n", {"1 a", problem + "; is a quote not closed?: 12345678", "3 c", "end"}},
      {"a\n123456789abc", {"1 a", problem + "; is a quote not closed?: 12345678", "end"}},
  };
  for (const Row& row : rows) check_at_every_boundary(Format::csv, row, 8);
}

TEST_CASE("a JSON array is cut into its elements, wherever a chunk ends") {
  const Row rows[] = {
      {"[]", {"end"}},
      {" [ ] \n", {"end"}},
      {"[1]", {"1 1", "end"}},
      {"[{\"a\":[1,{\"b\":2}]},\n \"x\" ,\n\n[3,4] , null]\n",
       {"1 {\"a\":[1,{\"b\":2}]}", "2 \"x\"", "4 [3,4]", "4 null", "end"}},
      {R"(["a,]}\"\\", {"k]":"\\\"}"}, 2])", {R"(1 "a,]}\"\\")", R"(1 {"k]":"\\\"}"})", "1 2", "end"}},
      {"[1,,2]", {"1 1", "1 problem: an element is missing: ", "1 2", "end"}},
      {"[1,]", {"1 1", "1 problem: an element is missing: ", "end"}},
      {"[{\"a\" 1}, 2 3, x]", {"1 {\"a\" 1}", "1 2 3", "1 x", "end"}},
      {"[{\n\"a\":\n1},\n2]", {"1 {\n\"a\":\n1}", "4 2", "end"}},
      {"", {"1 broken: the file is empty; a JSON array begins with \"[\""}},
      {"{\"a\":1}\n", {"1 broken: expected \"[\", found \"{\"; a file of one document per line has the format ndjson"}},
      {"[1]\n]", {"1 1", "2 broken: something follows the array's end: \"]\""}},
      {"[1,\n{\"a\":", {"1 1", "2 broken: the array does not end with \"]\"; is the file still being written?"}},
      {"[1", {"1 broken: the array does not end with \"]\"; is the file still being written?"}},
  };
  for (const Row& row : rows) check_at_every_boundary(Format::json, row);
}

TEST_CASE("an element that is too long is one problem, and the elements behind it keep their lines") {
  check_at_every_boundary(
      Format::json,
      {"[1,\n[1,2,\n3,4,5,\n6],\n2]",
       {"1 1", "2 problem: the record is longer than max_record (8 bytes): [1,2,\n3,", "5 2", "end"}},
      8);
}

TEST_CASE("of a record that is too long 200 bytes are kept for its report") {
  const std::string element(5000, '7');
  const std::pair<Format, std::string> rows[] = {
      {Format::ndjson, element + "\n"}, {Format::csv, element + "\n"}, {Format::json, "[" + element + "]"}};
  for (const auto& [format, text] : rows) {
    for (const std::size_t first : {std::size_t{300}, std::size_t{1500}, text.size()}) {
      CAPTURE(first);
      const Texts found = split(format, text, first);
      REQUIRE(found.size() == 2);
      CHECK(found[0].ends_with(": " + std::string(200, '7')));
    }
  }
}

TEST_CASE("an array that was read in part is read on behind the last element") {
  const auto splitter = make_array_splitter(Position{.offset = 10, .line = 3, .record = 2}, 100);
  const Cut cut = splitter->next("\n, {\"a\":1}]", true);
  CHECK(shown(cut) == "4 {\"a\":1}");
  CHECK(cut.consumed == 10);
}

TEST_CASE("CSV rows end outside of quotes, wherever a chunk ends") {
  const Row rows[] = {
      {"", {"end"}},
      {"a,b\r\n1,2\r\n", {"1 a,b", "2 1,2", "end"}},
      {"a,b\n\n\r\n1,2", {"1 a,b", "4 1,2 (unterminated)", "end"}},
      {"\"x\ny\",\"say \"\"hi\"\",\r\nthen\"\n3,4\n", {"1 \"x\ny\",\"say \"\"hi\"\",\r\nthen\"", "4 3,4", "end"}},
      {"5\" pipe,b\n1,2\n", {"1 5\" pipe,b", "2 1,2", "end"}},
      {"\"a\"b\",c\n1,2\n", {"1 \"a\"b\",c", "2 1,2", "end"}},
      {"\"a\"\r\nb", {"1 \"a\"", "2 b (unterminated)", "end"}},
      {",\r\n", {"1 ,", "end"}},
      {"a\n\"b\nc,d\ne\n", {"1 a", "2 problem: a quote is not closed: \"b", "3 c,d", "4 e", "end"}},
      {"\"\"\n\"\"", {"1 \"\"", "2 \"\" (unterminated)", "end"}},
  };
  for (const Row& row : rows) check_at_every_boundary(Format::csv, row);
}

TEST_CASE("a quote that is not closed costs its own line, not the rest of the file") {
  std::string text = "a\n\"b\n";
  for (int i = 0; i < 100; ++i) text += "row\n";
  const Texts found = split(Format::csv, text, text.size(), 50);
  REQUIRE(found.size() == 103);
  CHECK(found[1] == "2 problem: the record is longer than max_record (50 bytes); is a quote not closed?: \"b");
  CHECK(found[101] == "102 row");
}
