#include "host/config/nearest.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using leat::host::nearest;
using leat::host::suggest;

TEST_CASE("the nearest name is the one with the fewest letters changed") {
  const std::vector<std::string> known = {"archive", "archives", "tickets", "ticket-notes", "a", "ab", "PSA"};
  struct Row {
    const char* name;
    const char* nearest;  // nullptr: none
  };
  const Row rows[] = {
      {"archive", "archive"},
      {"archve", "archive"},
      {"ARCHIVE", "archive"},
      {"archivess", "archives"},
      {"acrhive", "archive"},
      {"tickest", "tickets"},
      {"tiketnotes", "ticket-notes"},
      {"psa", "PSA"},
      {"pas", "PSA"},
      {"b", nullptr},
      {"xyz", nullptr},
      {"", nullptr},
      {"arrrrrrchive", nullptr},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto found = nearest(row.name, known);
    CHECK(found.value_or("none") == (row.nearest == nullptr ? "none" : row.nearest));
  }
  CHECK_FALSE(nearest(std::string(100'000, 'a'), {std::string(100'000, 'b')}));
}

TEST_CASE("where nothing is near the known names are listed") {
  CHECK(suggest("archve", {"archive", "x"}) == "; did you mean \"archive\"?");
  CHECK(suggest("zzz", {"one", "two"}) == "; known: \"one\", \"two\"");
  CHECK(suggest("zzz", {}) == "");
  CHECK(suggest("zzz", {}, "; none is configured") == "; none is configured");
  std::vector<std::string> many;
  for (int i = 0; i < 12; ++i) many.push_back("name-number-" + std::to_string(i));
  CHECK(suggest("zzz", many).find("\"name-number-9\" and 2 more") != std::string::npos);
}
