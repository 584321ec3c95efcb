#include "plugins/connectwise/text.hpp"

#include <doctest/doctest.h>

#include "plugins/connectwise/client/base64.hpp"

using namespace leat::connectwise;

TEST_CASE("base64 is that of RFC 4648") {
  const std::pair<std::string, std::string> rows[] = {{"", ""},
                                                      {"f", "Zg=="},
                                                      {"fo", "Zm8="},
                                                      {"foo", "Zm9v"},
                                                      {"foob", "Zm9vYg=="},
                                                      {"fooba", "Zm9vYmE="},
                                                      {"foobar", "Zm9vYmFy"},
                                                      {"\xff\xfe\xfd", "//79"}};
  for (const auto& [plain, coded] : rows) CHECK(base64(plain) == coded);
}

TEST_CASE("text is cut at every separator") {
  CHECK(split("a||b", '|') == std::vector<std::string_view>{"a", "", "b"});
  CHECK(split("", '|') == std::vector<std::string_view>{""});
  CHECK(lines("a\r\nb\n") == std::vector<std::string_view>{"a", "b"});
  CHECK(lines("").empty());
}

TEST_CASE("blanks are trimmed and collapsed") {
  CHECK(trim(" \t a b\r\n") == "a b");
  CHECK(trim(" \n") == "");
  CHECK(collapse("  a \r\n  b ") == "a b");
  CHECK(collapse("") == "");
}

TEST_CASE("the nearest name is offered only when it is near") {
  CHECK(distance("kitten", "sitting") == 3);
  CHECK(distance("Summary", "sumary") == 1);
  CHECK(did_you_mean("sumary", {"status", "summary"}) == " (did you mean summary?)");
  CHECK(did_you_mean("colour", {"status", "summary"}).empty());
}
