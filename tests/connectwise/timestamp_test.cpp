#include "plugins/connectwise/timestamp.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>

using namespace leat::connectwise;

TEST_CASE("a time is a moment, a date its midnight, written as the API writes it") {
  const std::pair<std::string, std::string> rows[] = {{"2026-02-03T10:11:12Z", "2026-02-03T10:11:12Z"},
                                                      {"2026-02-03T10:11:12.987Z", "2026-02-03T10:11:12Z"},
                                                      {"2026-02-03T10:11:12", "2026-02-03T10:11:12Z"},
                                                      {"2026-02-03T10:11", "2026-02-03T10:11:00Z"},
                                                      {"2026-02-03T12:11:12+02:00", "2026-02-03T10:11:12Z"},
                                                      {"2026-02-03T05:41:12-0430", "2026-02-03T10:11:12Z"},
                                                      {"2026-02-03 10:11:12.999Z", "2026-02-03T10:11:12Z"},
                                                      {"2026-02-03t10:11:12z", "2026-02-03T10:11:12Z"},
                                                      {"2026-02-03", "2026-02-03T00:00:00Z"},
                                                      {"2024-02-29", "2024-02-29T00:00:00Z"},
                                                      {"1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z"}};
  for (const auto& row : rows) {
    CAPTURE(row.first);
    const auto time = parse_timestamp(row.first);
    REQUIRE(time);
    CHECK(to_timestamp(*time) == row.second);
  }
  CHECK(parse_timestamp("2026-02-03T10:11:12Z") == 1770113472);
  CHECK(parse_timestamp("1970-01-01") == 0);
}

TEST_CASE("what is no time is none") {
  for (const char* text :
       {"", "all", "2026", "2026-13-01", "2026-02-30", "2026-2-3", "+026-02-03", "06/30/2026", "2026-02-03T25:00:00Z",
        "2026-02-03T10:11:12.Z", "2026-02-03T10:11:12+99:00", "2026-02-03T10:11:12Z and more"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_timestamp(text));
  }
}

TEST_CASE("the server's clock is read from its Date header") {
  CHECK(parse_http_date("Tue, 03 Feb 2026 10:11:12 GMT") == 1770113472);
  for (const char* text :
       {"", "yesterday", "Tue, 03 Feb 2026 10:11:12 CET", "Tue, 03 Feb 2026 10:11:12 GMT and more"}) {
    CHECK_FALSE(parse_http_date(text));
  }
}
