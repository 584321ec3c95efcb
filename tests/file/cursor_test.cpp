#include "cursor.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace leat::file;

TEST_CASE("a cursor reads back as it was written") {
  const Cursor cursor{{1ULL << 40U, 7, 6}, 66, 18'446'744'073'709'551'615ULL, 42};
  const std::string text = to_text(cursor);
  CHECK(
      text ==
      "{\"offset\":1099511627776,\"line\":7,\"record\":6,\"device\":66,\"inode\":18446744073709551615,\"before\":42}");
  const auto read = parse_cursor(text);
  REQUIRE(read);
  CHECK(to_text(*read) == text);
}

TEST_CASE("a cursor that a person wrote may leave members out") {
  const auto read = parse_cursor(R"({ "offset": 120, "line" : 4 })");
  REQUIRE(read);
  CHECK(read->position.offset == 120);
  CHECK(read->position.line == 4);
  CHECK(read->inode == 0);
}

TEST_CASE("what is no cursor of a file is refused with what to do") {
  for (const std::string_view text :
       {"7", "{\"page\":3}", "{\"offset\":\"3\"}", "{\"offset\":-1}", "{\"offset\"", "{\"offset\":}"}) {
    CAPTURE(text);
    const auto read = parse_cursor(text);
    REQUIRE_FALSE(read);
    CHECK(read.error().message == "the cursor is not one of a file: " + std::string(text) +
                                      " (reset it, or set it to {\"offset\":0,\"line\":1,\"record\":0})");
  }
}

TEST_CASE("a refused cursor shows as plain text, whatever its bytes are") {
  const auto read = parse_cursor("\xff\x01{\n\xc3\xa9");
  REQUIRE_FALSE(read);
  CHECK(read.error().message ==
        "the cursor is not one of a file: ??{??? (reset it, or set it to {\"offset\":0,\"line\":1,\"record\":0})");
}
