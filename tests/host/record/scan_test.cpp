// What is JSON at the border, and where the first mistake is. The rows follow the groups that parser test suites use:
// structure, strings, numbers, white space, encodings, depth.
#include "host/record/scan.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace leat::host;
using namespace std::string_literals;

namespace {

// The scanner may read behind its text.
std::string padded(std::string text) {
  text.reserve(text.size() + LEAT_PADDING);
  return text;
}

std::string nested(int depth, const std::string& open, const std::string& close, const std::string& inside = "") {
  std::string text;
  for (int i = 0; i < depth; ++i) text += open;
  text += inside;
  for (int i = 0; i < depth; ++i) text += close;
  return text;
}

}  // namespace

TEST_CASE("valid documents are accepted") {
  const std::string rows[] = {
      "null",
      "true",
      "false",
      "0",
      "-0",
      "\"\"",
      "[]",
      "{}",
      " [] ",
      "\t\r\n{}\n",
      // numbers of any size and form
      "1",
      "-1",
      "10",
      "1.0",
      "0.0",
      "-0.0",
      "1e1",
      "1E1",
      "1e+1",
      "1e-1",
      "0e0",
      "1.5e300",
      "1e400",
      "-1e-400",
      "9007199254740993",
      "123456789012345678901234567890",
      "0." + std::string(1000, '1'),
      std::string(1000, '9'),
      // structure
      "[1]",
      "[1,2,3]",
      "[[],[[]],{}]",
      "[null,true,false,0,\"\"]",
      "{\"a\":1}",
      "{\"a\":{\"b\":[{}]}}",
      "{\"\":0}",
      "{\"a\":1,\"a\":2}",
      "{\"a\":[],\"b\":{}}",
      "[ 1 , 2 ]",
      "{ \"a\" : 1 , \"b\" : [ ] }",
      "[\n]",
      "{\r}",
      // strings
      "\"a\"",
      "\" \"",
      "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
      "\"\\u0000\"",
      "\"\\u00e9\\u20AC\"",
      "\"\\ud83d\\ude00\"",
      "\"\\uDBFF\\uDFFF\"",
      "\"\x7f\"",
      "\"\xC3\xA9\"",
      "\"\xE2\x82\xAC\"",
      "\"\xF0\x9F\x98\x80\"",
      "\"\xF4\x8F\xBF\xBF\"",
      "\"\xEF\xBF\xBF\"",
      "\"\xED\x9F\xBF\"",
      "\"\xEE\x80\x80\"",
      "\"" + std::string(1000, 'x') + "\"",
      "\"0123456789abcde\\n\"",
      "\"0123456789abcdef\\n\"",
      "\"0123456789abcdef0\\n\"",
      "\"\\u2028\xE2\x80\xA8\"",
  };
  for (const std::string& row : rows) {
    CAPTURE(row);
    const std::string text = padded(row);
    const auto checked = check_document(text);
    CHECK_MESSAGE(!checked.mistake, to_string(checked.mistake.value_or(Mistake{}), text));
  }
}

TEST_CASE("anything else is refused at the byte of the mistake") {
  struct Row {
    std::string text;
    std::size_t offset;
    std::string expected;  // a part of what the message says was expected
  };
  const std::string value = "a value";
  const std::string end = "the end of the text";
  const std::string quote = "the closing quotation mark";
  const std::string digit = "a digit";
  const std::string escape = "after a backslash";
  const std::string hex = "four hexadecimal digits";
  const std::string pair = "both halves of a surrogate pair";
  const std::string control = "control characters";
  const std::string utf8 = "valid UTF-8";
  const Row rows[] = {
      // nothing, or more than one document
      {"", 0, value},
      {" \n", 2, value},
      {"1 2", 2, end},
      {"[] []", 3, end},
      {"{}}", 2, end},
      {"null,", 4, end},
      {"\"a\"b", 3, end},
      {"[]#", 2, end},
      {"// c\n1", 0, value},
      {"[1]/* c */", 3, end},
      // words
      {"nul", 0, "null"},
      {"nulL", 0, "null"},
      {"True", 0, value},
      {"tru", 0, "true"},
      {"fals", 0, "false"},
      {"nan", 0, "null"},
      {"NaN", 0, value},
      {"Infinity", 0, value},
      {"undefined", 0, value},
      {"nullx", 4, end},
      {"'a'", 0, value},
      {"a", 0, value},
      {"*", 0, value},
      // arrays
      {"[", 1, value},
      {"]", 0, value},
      {"[1", 2, "',' or ']'"},
      {"[1,", 3, value},
      {"[1,]", 3, value},
      {"[,1]", 1, value},
      {"[1,,2]", 3, value},
      {"[1 2]", 3, "',' or ']'"},
      {"[1}", 2, "',' or ']'"},
      {"[1:2]", 2, "',' or ']'"},
      {"[\"a\",\n4\n,1,", 11, value},
      {"[[]", 3, "',' or ']'"},
      {"[\x0c]", 1, value},
      {"[1,\x0b"
       "2]",
       3, value},
      // objects
      {"{", 1, "a member's name"},
      {"}", 0, value},
      {"{1:1}", 1, "a member's name"},
      {"{a:1}", 1, "a member's name"},
      {"{'a':1}", 1, "a member's name"},
      {"{\"a\"", 4, "':'"},
      {"{\"a\":", 5, value},
      {"{\"a\":1", 6, "',' or '}'"},
      {"{\"a\":1,", 7, "a member's name"},
      {"{\"a\":1,}", 7, "a member's name"},
      {"{,\"a\":1}", 1, "a member's name"},
      {"{\"a\" 1}", 5, "':'"},
      {"{\"a\",1}", 4, "':'"},
      {"{\"a\":1]", 6, "',' or '}'"},
      {"{\"a\":}", 5, value},
      {"{\"a\":1 \"b\":2}", 7, "',' or '}'"},
      {"{\"a\"::1}", 5, value},
      {"{\"a\":1,,\"b\":2}", 7, "a member's name"},
      {"{\"a\":1;", 6, "',' or '}'"},
      {"{null:1}", 1, "a member's name"},
      {"{[]:1}", 1, "a member's name"},
      // numbers
      {"-", 1, digit},
      {"+1", 0, value},
      {".5", 0, value},
      {"-.5", 1, digit},
      {"1.", 2, digit},
      {"[1.]", 3, digit},
      {"1.e1", 2, digit},
      {"1e", 2, digit},
      {"1e+", 3, digit},
      {"1E-x", 3, digit},
      {"01", 1, "no further digit"},
      {"-01", 2, "no further digit"},
      {"00", 1, "no further digit"},
      {"0x1", 1, end},
      {"1_000", 1, end},
      {"1.2.3", 3, end},
      {"1e1.5", 3, end},
      {"--1", 1, digit},
      {"-a", 1, digit},
      {"1a", 1, end},
      {"1e5e5", 3, end},
      {"-Infinity", 1, digit},
      {"\xEF\xBC\x91", 0, value},
      // strings
      {"\"", 1, quote},
      {"\"a", 2, quote},
      {"[\"a]", 4, quote},
      {"\"\\\"", 3, quote},
      {"\"\\", 2, "the rest of a string"},
      {"\"\\a\"", 2, escape},
      {"\"\\x41\"", 2, escape},
      {"\"\\U0041\"", 2, escape},
      {"\"\\'\"", 2, escape},
      {"\"\\u\"", 3, hex},
      {"\"\\u12\"", 3, hex},
      {"\"\\u123g\"", 3, hex},
      {"\"\\u123", 3, hex},
      {"\"\\u-123\"", 3, hex},
      {"\"\\ud800\"", 1, pair},
      {"\"\\udc00\"", 1, pair},
      {"\"\\ud800\\ud800\"", 1, pair},
      {"\"\\ud800x\"", 1, pair},
      {"\"\\ud800\\n\"", 1, pair},
      {"\"a\\ud800\\u0041\"", 2, pair},
      {"\"\\udc00\\ud800\"", 1, pair},
      {"\"\\ud83d\\u\"", 1, pair},
      {"\"\\ud83d\\ude0\"", 1, pair},
      {"\"a\nb\"", 2, control},
      {"\"\t\"", 1, control},
      {"\"\0\""s, 1, control},
      {"\"0123456789abcdef\x1f\"", 17, control},
      {"\"\x1b\"", 1, control},
      // bytes that are not UTF-8
      {"\"\x80\"", 1, utf8},
      {"\"\xBF\"", 1, utf8},
      {"\"\xC0\xAF\"", 1, utf8},
      {"\"\xC1\xBF\"", 1, utf8},
      {"\"\xC3\"", 1, utf8},
      {"\"\xC3(\"", 1, utf8},
      {"\"\xE0\x80\xAF\"", 1, utf8},
      {"\"\xE0\x9F\xBF\"", 1, utf8},
      {"\"\xE2\x82\"", 1, utf8},
      {"\"\xE2\x28\xA1\"", 1, utf8},
      {"\"\xED\xA0\x80\"", 1, utf8},
      {"\"\xED\xBF\xBF\"", 1, utf8},
      {"\"\xF0\x80\x80\x80\"", 1, utf8},
      {"\"\xF0\x8F\xBF\xBF\"", 1, utf8},
      {"\"\xF0\x9F\x98\"", 1, utf8},
      {"\"\xF4\x90\x80\x80\"", 1, utf8},
      {"\"\xF5\x80\x80\x80\"", 1, utf8},
      {"\"\xFE\"", 1, utf8},
      {"\"\xFF\"", 1, utf8},
      {"\"caf\xE9\"", 4, utf8},
      {"\"\xF0\x9F", 1, utf8},
      {"{\"\xFF\":1}", 2, utf8},
      {"\xFF", 0, value},
      // other encodings, NUL, marks
      {"\xEF\xBB\xBF{}", 0, "byte order mark"},
      {"\xFE\xFF\0{\0}"s, 0, value},
      {"[\0]"s, 1, value},
      {"{}\0"s, 2, end},
      {"1\0"s, 1, end},
      {"\xC2\xA0[]", 0, value},
      {"[1,\xE2\x80\x83"
       "2]",
       3, value},
      {"\x1A", 0, value},
      // depth
      {nested(513, "[", "]"), 512, "512 arrays and objects"},
      {nested(513, "{\"\":", "}", "0"), 2048, "512 arrays and objects"},
      {std::string(100'000, '['), 512, "512 arrays and objects"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text.substr(0, 80));
    CAPTURE(row.expected);
    const std::string text = padded(row.text);
    const auto checked = check_document(text);
    REQUIRE(checked.mistake);
    CHECK(checked.mistake->offset == row.offset);
    CHECK(std::string(checked.mistake->expected).find(row.expected) != std::string::npos);
  }
}

TEST_CASE("512 containers may be inside each other") {
  CHECK(!check_document(padded(nested(512, "[", "]"))).mistake);
  CHECK(!check_document(padded(nested(512, "{\"\":", "}", "0"))).mistake);
  CHECK(!check_document(padded(nested(256, "[{\"a\":", "}]", "1"))).mistake);
  CHECK(!check_document(padded("[" + nested(511, "[", "]") + "," + nested(511, "[", "]") + "]")).mistake);
  CHECK(!check_document(padded("[]"), 1).mistake);
  CHECK(check_document(padded("[]"), 0).mistake);
  CHECK(!check_document(padded("1"), 0).mistake);
}

TEST_CASE("a mistake reads as what and where") {
  const auto said = [](const std::string& text) {
    const std::string copy = padded(text);
    return to_string(check_document(copy).mistake.value(), copy);
  };
  CHECK(said("{\"id\" 1}") == "byte 6: expected ':' after a member's name, found '1'");
  CHECK(said("[1,") == "byte 3: expected a value, found the end");
  CHECK(said("\"\x01\"") == "byte 1: expected an escape: control characters cannot stand in a string, found byte 0x01");
  CHECK(said("<html>") == "byte 0: expected a value, found '<'");
}

TEST_CASE("a document says whether it has white space between its tokens") {
  struct Row {
    std::string text;
    std::string document;
    bool compact;
  };
  const Row rows[] = {
      {"{\"a\":[1,\"x y\"]}", "{\"a\":[1,\"x y\"]}", true},
      {" 1\n", "1", true},
      {"\t[]\t", "[]", true},
      {"[ ]", "[ ]", false},
      {"[1, 2]", "[1, 2]", false},
      {"{\"a\" :1}", "{\"a\" :1}", false},
      {"{\"a\": 1}", "{\"a\": 1}", false},
      {"[{\"a\":1\n}]", "[{\"a\":1\n}]", false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const std::string text = padded(row.text);
    const auto checked = check_document(text);
    CHECK(checked.document.text == row.document);
    CHECK(checked.document.compact == row.compact);
  }
}

TEST_CASE("a page is cut into its elements") {
  struct Row {
    std::string text;
    std::vector<std::string> elements;
    std::vector<bool> compact;
  };
  const Row rows[] = {
      {"[]", {}, {}},
      {" [ ] ", {}, {}},
      {"[1]", {"1"}, {true}},
      {"[ 1 , {\"a\": [2, 3]} ,\n\"],[\"]\n", {"1", "{\"a\": [2, 3]}", "\"],[\""}, {true, false, true}},
      {"[{},[],null]", {"{}", "[]", "null"}, {true, true, true}},
      {"[[ ],[]]", {"[ ]", "[]"}, {false, true}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const std::string text = padded(row.text);
    std::vector<Slice> slices;
    REQUIRE(!split_array(text, slices));
    REQUIRE(slices.size() == row.elements.size());
    for (std::size_t i = 0; i < slices.size(); ++i) {
      CHECK(slices[i].text == row.elements[i]);
      CHECK(slices[i].compact == row.compact[i]);
    }
  }
}

TEST_CASE("a page with a mistake gives nothing but its place") {
  struct Row {
    std::string text;
    std::size_t offset;
  };
  const Row rows[] = {
      {"", 0},
      {"{}", 0},
      {"[", 1},
      {"[1", 2},
      {"[1,]", 3},
      {"[1 2]", 3},
      {"[1]]", 3},
      {"[1]x", 3},
      {"null", 0},
      {"[{\"a\":1},{\"a\":}]", 14},
      {"[1,2,\"\xFF\"]", 6},
      {"\xEF\xBB\xBF[]", 0},
      {"[" + nested(513, "[", "]") + "]", 513},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text.substr(0, 40));
    const std::string text = padded(row.text);
    std::vector<Slice> slices(2);
    const auto mistake = split_array(text, slices);
    REQUIRE(mistake);
    CHECK(mistake->offset == row.offset);
    CHECK(slices.size() == 2);
  }
  CHECK(!check_document(padded("[" + nested(511, "[", "]") + "]")).mistake);
}

TEST_CASE("an element of a page may be as deep as a document") {
  const std::string text = padded("[" + nested(512, "[", "]") + "]");
  std::vector<Slice> slices;
  CHECK(!split_array(text, slices));
}

TEST_CASE("numbers are told without padding") {
  CHECK(is_number("-1.50e+10"));
  CHECK(is_number("1e400"));
  for (const char* text : {"", "-", "1.", "01", " 1", "1 ", "0x1", "NaN", "1,2", "+1"}) {
    CAPTURE(text);
    CHECK_FALSE(is_number(text));
  }
}
