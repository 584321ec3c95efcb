#include "leat/path.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>

using leat::parse_path;
using leat::parse_path_at;
using leat::Path;
using leat::path_text;
using leat::PathSegment;

TEST_CASE("a path is names, indexes and quoted keys") {
  struct Row {
    const char* text;
    Path path;
  };
  const std::size_t zero = 0;
  const Row rows[] = {
      {"id", {"id"}},
      {"company.id", {"company", "id"}},
      {"customFields[0].value", {"customFields", zero, "value"}},
      {"[\"a.b\"].c", {"a.b", "c"}},
      {"a[\"\"]", {"a", ""}},
      {"[12][3]", {std::size_t{12}, std::size_t{3}}},
      {"items.0", {"items", "0"}},
      {"_info.$ref.@id.a-b", {"_info", "$ref", "@id", "a-b"}},
      {"größe.名", {"größe", "名"}},
      {R"(["\"\\\/\b\f\n\r\t"])", {"\"\\/\b\f\n\r\t"}},
      {R"(["\u00e4\u4E2D\ud83d\uDE00"])", {"ä中😀"}},
      {"[\"a]b\"]", {"a]b"}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const auto path = parse_path(row.text);
    REQUIRE(path);
    CHECK(*path == row.path);
  }
}

TEST_CASE("what is no path says where") {
  const std::pair<const char*, const char*> rows[] = {
      {"", "the path is empty"},
      {".", "expected a member's name at offset 0"},
      {"a.", "expected a member's name at offset 2"},
      {"a..b", "expected a member's name at offset 2"},
      {"a.[0]", "expected a member's name at offset 2"},
      {"a b", "expected '.' or '[' at offset 1"},
      {" a", "expected a member's name at offset 0"},
      {"a]", "expected '.' or '[' at offset 1"},
      {"a[", "expected an index or a \"key\" at offset 2"},
      {"a[-1]", "expected an index or a \"key\" at offset 2"},
      {"a['b']", "expected an index or a \"key\" at offset 2"},
      {"a[1", "expected ']' at offset 3"},
      {"a[1 ]", "expected ']' at offset 3"},
      {"a[\"b\"", "expected ']' at offset 5"},
      {"a[\"b", "the \"key\" does not end at offset 4"},
      {"a[\"\\x\"]", "unknown escape in a \"key\" at offset 4"},
      {"a[\"\\u12\"]", "expected four hex digits at offset 7"},
      {"a[\"\\ud83d\"]", "half of a surrogate pair at offset 9"},
      {"a[\"\\ude00\"]", "half of a surrogate pair at offset 9"},
      {"a[99999999999999999999999]", "the index is too large at offset 11"},
  };
  for (const auto& row : rows) {
    const auto path = parse_path(row.first);
    REQUIRE_FALSE_MESSAGE(path, row.first);
    CHECK(path.error().message == row.second);
    CHECK(path.error().kind == leat::ErrorKind::invalid);
  }
}

TEST_CASE("inside a longer text a path ends where it cannot go on") {
  const std::string text = "{{ company.id|upper }} and a[0]== 4";
  std::size_t at = 3;
  const auto first = parse_path_at(text, at);
  REQUIRE(first);
  CHECK(path_text(*first) == "company.id");
  CHECK(text.substr(at, 1) == "|");
  at = text.find("a[0]");
  const auto second = parse_path_at(text, at);
  REQUIRE(second);
  CHECK(path_text(*second) == "a[0]");
  CHECK(text.substr(at) == "== 4");
  at = text.find("==");
  CHECK_FALSE(parse_path_at(text, at));
  CHECK(text.substr(at) == "== 4");
}

TEST_CASE("the text of a path reads back as the path") {
  const unsigned seed = std::random_device()();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  const auto below = [&](std::size_t count) {
    return std::uniform_int_distribution<std::size_t>(0, count - 1)(random);
  };
  const std::string letters = std::string("ab.[]\"\\/ \n\t\x01$-_0", 17);
  for (int i = 0; i < 2000; ++i) {
    Path path;
    for (std::size_t count = 1 + below(4); count > 0; --count) {
      if (below(3) == 0) {
        path.emplace_back(below(1000));
        continue;
      }
      std::string name;
      for (std::size_t length = below(5); length > 0; --length) name += letters[below(letters.size())];
      path.emplace_back(name);
    }
    const auto again = parse_path(path_text(path));
    REQUIRE_MESSAGE(again, path_text(path));
    CHECK(*again == path);
  }
}
