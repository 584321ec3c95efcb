#include "format.hpp"

#include <doctest/doctest.h>

#include <string_view>

using namespace leat::file;

TEST_CASE("the format is the option, else what the name's ending says") {
  CHECK(*choose_format("", "/a/out.ndjson") == Format::ndjson);
  CHECK(*choose_format("", "/a/out.jsonl") == Format::ndjson);
  CHECK(*choose_format("", "/a/out.json") == Format::json);
  CHECK(*choose_format("", "/a/out.csv") == Format::csv);
  CHECK(*choose_format("", "-") == Format::ndjson);
  CHECK(*choose_format("csv", "/a/out.json") == Format::csv);
  CHECK(choose_format("", "/a/out.txt").error().message ==
        "format: set it to ndjson, json or csv; the name /a/out.txt ends in none of .ndjson, .jsonl, .json, .csv");
  CHECK(choose_format("xml", "/a/b.csv").error().message == "format: \"xml\" is none of ndjson, json, csv");
}

TEST_CASE("a delimiter is one character that CSV does not use itself") {
  CHECK(*parse_delimiter(";") == ';');
  CHECK(*parse_delimiter("\\t") == '\t');
  for (const std::string_view wrong : {"", ",,", "\"", "\n", "\xc3"}) CHECK_FALSE(parse_delimiter(wrong));
}
