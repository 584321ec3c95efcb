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

TEST_CASE("a whole number is one from its first to its last character") {
  CHECK(whole_number("-5") == -5);
  CHECK(whole_number("9223372036854775807") == INT64_MAX);
  for (const char* text : {"", " 5", "5 ", "+5", "5.0", "1e3", "x", "9223372036854775808"})
    CHECK_FALSE(whole_number(text));
}

TEST_CASE("hashes are those of FNV-1a, and go on from one text to the next") {
  CHECK(hash_of("") == 0xcbf29ce484222325);  // the test vectors of the algorithm's authors
  CHECK(hash_of("foobar") == 0x85944171f73967e8);
  CHECK(hash_of("bar", hash_of("foo")) == hash_of("foobar"));
}

TEST_CASE("the nearest name is offered only when it is near") {
  CHECK(distance("kitten", "sitting") == 3);
  CHECK(distance("Summary", "sumary") == 1);
  CHECK(did_you_mean("sumary", {"status", "summary"}) == " (did you mean summary?)");
  CHECK(did_you_mean("colour", {"status", "summary"}).empty());
}
