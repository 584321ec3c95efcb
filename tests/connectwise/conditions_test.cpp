#include "plugins/connectwise/reading/conditions.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace leat;
using namespace leat::connectwise;

TEST_CASE("two conditions hold together, whatever the first one says") {
  CHECK(both("", "id > 1") == "id > 1");
  CHECK(both(" a = 1 or b = 2 ", "id > 1") == "(a = 1 or b = 2) and id > 1");
  CHECK(both("a = 1", "") == "a = 1");
}

TEST_CASE("the longest list that every record must meet is cut; numbers ascend, values come once") {
  const auto parts = split_conditions("closedFlag = false and id in (30, 5,7,5, 30,12) and board/id in (1,2)", 99);
  REQUIRE(parts);
  CHECK(*parts == std::vector<std::string>{"closedFlag = false and id in (5,7) and board/id in (1,2)",
                                           "closedFlag = false and id in (12,30) and board/id in (1,2)"});
}

TEST_CASE("lists of text are cut outside their quotes, inside parentheses, and compare without case") {
  const auto parts = split_conditions(R"x((summary != "x, in (1)") and (name in ("a,b", 'it\'s', "A,B", "c)")))x", 102);
  REQUIRE(parts);
  CHECK(*parts == std::vector<std::string>{R"x((summary != "x, in (1)") and (name in ("a,b")))x",
                                           R"x((summary != "x, in (1)") and (name in ('it\'s')))x",
                                           R"x((summary != "x, in (1)") and (name in ("c)")))x"});
}

TEST_CASE("conditions that cannot be cut say so") {
  const char* rows[] = {"id in (1,2,3) or board/id = 1",      "id not in (1,2,3)",         "not id in (1,2,3)",
                        "(id in (1,2,3) or a = 1) and b = 2", "summary contains \"long\"", "id in (1,2,3"};
  for (const std::string row : rows) {
    CAPTURE(row);
    const auto parts = split_conditions(row, 10);
    REQUIRE_FALSE(parts);
    CHECK(parts.error().kind == ErrorKind::invalid);
    CHECK(parts.error().message.find("can be split") != std::string::npos);
  }
  const auto tight = split_conditions("id in (1,2,3)", 10);
  REQUIRE_FALSE(tight);
  CHECK(tight.error().message.find("even with a single value") != std::string::npos);
}

TEST_CASE("ids become questions of so many at most, and of such a length, but with one id at least") {
  using Parts = std::vector<std::string>;
  CHECK(id_conditions({}, 2, 100).empty());
  CHECK(id_conditions({3, 1, 2}, 2, 100) == Parts{"id in (3,1)", "id in (2)"});
  CHECK(id_conditions({1, 2}, 2, 100) == Parts{"id in (1,2)"});
  const std::size_t two = encoded_length("id in (1,2)");
  CHECK(id_conditions({1, 2, 3}, 100, two) == Parts{"id in (1,2)", "id in (3)"});
  CHECK(id_conditions({1, 2}, 100, two - 1) == Parts{"id in (1)", "id in (2)"});
  CHECK(id_conditions({10, 2}, 100, 0) == Parts{"id in (10)", "id in (2)"});
}

TEST_CASE("encoded length is what the URL grows by") {
  CHECK(encoded_length("id in (1)") == 17);
  CHECK(encoded_length("\xC3\xA4") == 6);
}
