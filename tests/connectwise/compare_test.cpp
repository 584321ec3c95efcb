#include "plugins/connectwise/writing/compare.hpp"

#include <doctest/doctest.h>

#include <string>

#include "support/plugin_host.hpp"

using namespace leat;
using namespace leat::connectwise;

namespace {

const std::string current =
    R"({"id": 7601, "summary": "Printer jam", "board": {"id": 3, "name": "Help Desk", "_info": {}},
  "status": {"id": 31, "name": "New"}, "company": {"id": 250, "identifier": "NorthPole", "name": "North Pole Ltd"},
  "requiredDate": "2026-02-05T00:00:00Z", "budgetHours": 0.00, "closedFlag": false, "severity": "Medium",
  "integratorTags": ["a", "b"],
  "customFields": [{"id": 21, "caption": "Asset", "type": "Text", "value": "PC-7"},
                   {"id": 23, "caption": "On site", "type": "Checkbox"},
                   {"id": 24, "caption": "Downtime", "type": "Number", "value": 1.50}],
  "_info": {"lastUpdated": "2026-02-03T10:11:12Z", "updatedBy": "jdoe"}})";

Result<Comparison> compared(const std::string& wanted, const std::string& base = "null",
                            const ConflictRules& rules = {}, const std::string& schema = "Ticket",
                            const std::string& there = current) {
  const NewRecord w(wanted);
  const NewRecord c(there);
  const NewRecord b(base);
  return compare(builtin_catalog(), *builtin_catalog().schema(schema), w.root(), c.root(), b.root(), rules);
}

}  // namespace

TEST_CASE("what the record has already is not sent") {
  test::PluginHost host;
  const std::string same[] = {
      R"({})",
      R"({"summary": "Printer jam", "status": {"id": 31}, "company": {"identifier": "northpole"}})",
      R"({"requiredDate": "2026-02-05", "budgetHours": 0, "closedFlag": "false", "severity": "medium"})",
      R"({"requiredDate": "2026-02-05T02:00:00+02:00", "owner": null, "zip": "", "contact": {"id": null}})",
      R"({"customFields": [{"id": 21, "value": "PC-7"}, {"id": 24, "value": "1.5"}, {"caption": "On site", "value": false}]})",
      R"({"customFields": [], "integratorTags": ["a", "b"]})",
      R"({"id": 1, "_info": {"lastUpdated": "x"}, "initialDescription": "only at creation"})",
  };
  for (const std::string& wanted : same) {
    CAPTURE(wanted);
    const auto result = compared(wanted);
    REQUIRE(result);
    CHECK(result->patch.empty());
  }
}

TEST_CASE("what differs is replaced: references and lists whole, of custom fields only those that differ") {
  test::PluginHost host;
  struct Row {
    std::string wanted;
    std::string patch;
  };
  const Row rows[] = {
      {R"({"summary": "Jam", "board": {"id": 3}})", R"([{"op":"replace","path":"summary","value":"Jam"}])"},
      {R"({"status": {"id": 33}})", R"([{"op":"replace","path":"status","value":{"id":33}}])"},
      {R"({"company": null})", R"([{"op":"replace","path":"company","value":null}])"},
      {R"({"owner": {"identifier": "jdoe"}})", R"([{"op":"replace","path":"owner","value":{"identifier":"jdoe"}}])"},
      {R"({"budgetHours": 0.10})", R"([{"op":"replace","path":"budgetHours","value":0.10}])"},
      {R"({"integratorTags": ["a"]})", R"([{"op":"replace","path":"integratorTags","value":["a"]}])"},
      {R"({"customFields": [{"id": 21, "value": "PC-8"}, {"id": 24, "value": 1.5}, {"id": 23, "value": true}]})",
       R"([{"op":"replace","path":"customFields","value":[{"id":21,"value":"PC-8"},{"id":23,"value":true}]}])"},
      {R"({"customFields": [{"id": 21, "value": null}]})",
       R"([{"op":"replace","path":"customFields","value":[{"id":21,"value":null}]}])"},
      {R"({"newMember": 1, "zip": "123"})",
       R"([{"op":"replace","path":"newMember","value":1},{"op":"replace","path":"zip","value":"123"}])"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.wanted);
    const auto result = compared(row.wanted);
    REQUIRE(result);
    CHECK(result->patch == row.patch);
  }
}

TEST_CASE("lists of records are the same by their ids, and as far as the payload speaks of them") {
  test::PluginHost host;
  const std::string contact = R"({"id": 9, "types": [{"id": 1, "name": "A"}, {"id": 2, "name": "B"}],
    "communicationItems": [{"id": 5, "type": {"id": 1, "name": "Email", "_info": {}}, "value": "a@b.c", "defaultFlag": true},
                           {"id": 6, "type": {"id": 2, "name": "Direct", "_info": {}}, "value": "123", "defaultFlag": true}]})";
  const std::pair<std::string, bool> rows[] = {
      {R"({"types": [{"id": 2}, {"id": 1}]})", true},
      {R"({"types": [{"id": 2}]})", false},
      {R"({"types": [{"id": 2}, {"id": 3}]})", false},
      {R"({"communicationItems": [{"id": 6, "value": "123"}, {"id": 5, "type": {"id": 1}}]})", true},
      {R"({"communicationItems": [{"type": {"id": 1}, "value": "a@b.c"}, {"value": "123"}]})", true},
      {R"({"communicationItems": [{"type": {"id": 1}, "value": "x@b.c"}, {"value": "123"}]})", false},
      {R"({"communicationItems": [{"value": "a@b.c"}]})", false},
      {R"({"communicationItems": []})", false},
  };
  for (const auto& row : rows) {
    const auto& wanted = row.first;
    const auto& same = row.second;
    CAPTURE(wanted);
    CHECK(compared(wanted, "null", {}, "Contact", contact)->patch.empty() == same);
  }
}

TEST_CASE("records inside a record are changed by their indexes") {
  test::PluginHost host;
  const std::string contact = R"({"id": 9, "communicationItems": [
    {"id": 5, "type": {"id": 1, "name": "Email", "_info": {}}, "value": "a@b.c", "defaultFlag": true},
    {"id": 6, "type": {"id": 2, "name": "Direct", "_info": {}}, "value": "123"},
    {"id": 7, "type": {"id": 3, "name": "Fax", "_info": {}}, "value": "456"}]})";
  const std::pair<std::string, std::string> rows[] = {
      {R"([{"type": {"id": 1}, "value": "new@b.c"}, {"id": 6}, {"type": {"name": "fax"}}])",
       R"([{"op":"replace","path":"communicationItems/0/value","value":"new@b.c"}])"},
      {R"([{"id": 7, "value": "4"}, {"id": 6, "value": "1", "defaultFlag": true}, {"id": 5}])",
       R"([{"op":"replace","path":"communicationItems/2/value","value":"4"},)"
       R"({"op":"replace","path":"communicationItems/1/value","value":"1"},)"
       R"({"op":"replace","path":"communicationItems/1/defaultFlag","value":true}])"},
      {R"([{"id": 5}, {"id": 6}, {"id": 7}, {"type": {"id": 4}, "value": "x"}])",
       R"([{"op":"add","path":"communicationItems/3","value":{"type":{"id":4},"value":"x"}}])"},
      {R"([{"type": {"id": 2}, "value": "9"}, {"type": {"id": 8}, "value": "8"}])",
       R"([{"op":"replace","path":"communicationItems/1/value","value":"9"},)"
       R"({"op":"add","path":"communicationItems/3","value":{"type":{"id":8},"value":"8"}},)"
       R"({"op":"remove","path":"communicationItems/2"},{"op":"remove","path":"communicationItems/0"}])"},
      {R"([])", R"([{"op":"remove","path":"communicationItems/2"},{"op":"remove","path":"communicationItems/1"},)"
                R"({"op":"remove","path":"communicationItems/0"}])"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.first);
    CHECK(compared(R"({"communicationItems": )" + row.first + "}", "null", {}, "Contact", contact)->patch ==
          row.second);
  }
  CHECK(compared(R"({"communicationItems": [{"value": "x"}]})", "null", {}, "Contact", R"({"id": 9})")->patch ==
        R"([{"op":"replace","path":"communicationItems","value":[{"value":"x"}]}])");
}

TEST_CASE("a change of a record that is newer than its base is refused, with who and when") {
  test::PluginHost host;
  const auto refused =
      compared(R"({"summary": "Jam", "status": {"id": 31}, "zip": "1"})", R"({"lastUpdated": "2026-02-03T10:00:00Z"})");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::invalid);
  CHECK(
      refused.error().message.starts_with("the record was changed at 2026-02-03T10:11:12Z by jdoe, after "
                                          "2026-02-03T10:00:00Z that this change is based on; "
                                          "it would overwrite summary, zip: "));
  // Nothing to overwrite, or nothing newer: no conflict.
  CHECK(compared(R"({"status": {"id": 31}})", R"({"lastUpdated": "2026-02-03T10:00:00Z"})"));
  CHECK(compared(R"({"summary": "Jam"})", R"({"lastUpdated": "2026-02-03T10:11:12Z"})"));
  CHECK(compared(R"({"summary": "Jam"})", R"({"_info": {"lastUpdated": "2026-02-03T12:11:12+02:00"}})"));
}

TEST_CASE("rules say who wins, for single members too") {
  test::PluginHost host;
  const std::string base = R"({"lastUpdated": "2026-02-03T10:00:00Z"})";
  const std::string wanted = R"({"summary": "Jam", "zip": "1"})";
  const std::string summary = R"({"op":"replace","path":"summary","value":"Jam"})";
  const std::string zip = R"({"op":"replace","path":"zip","value":"1"})";
  const auto ours = compared(wanted, base, {.otherwise = Winner::ours, .members = {}});
  CHECK(ours->patch == "[" + summary + "," + zip + "]");
  CHECK(ours->theirs.empty());
  const auto theirs = compared(wanted, base, {.otherwise = Winner::theirs, .members = {}});
  CHECK(theirs->patch.empty());
  CHECK(theirs->theirs == std::vector<std::string>{"summary", "zip"});
  const auto mixed = compared(wanted, base, {.otherwise = Winner::ours, .members = {{"summary", Winner::theirs}}});
  CHECK(mixed->patch == "[" + zip + "]");
  CHECK(mixed->theirs == std::vector<std::string>{"summary"});
  CHECK_FALSE(compared(wanted, base, {.otherwise = Winner::ours, .members = {{"zip", Winner::refuse}}}));
}

TEST_CASE("a base that has the member tells whether the server's was changed at all") {
  test::PluginHost host;
  // Someone changed the record, but not its summary.
  const std::string base =
      R"({"summary": "Printer jam", "zip": "9", "_info": {"lastUpdated": "2026-02-03T10:00:00Z"}})";
  CHECK(compared(R"({"summary": "Jam"})", base)->patch == R"([{"op":"replace","path":"summary","value":"Jam"}])");
  CHECK_FALSE(compared(R"({"zip": "1"})", base));
}

TEST_CASE("a base without a time is refused") {
  test::PluginHost host;
  CHECK(
      compared(R"({"summary": "Jam"})", R"({"summary": "x"})").error().message.starts_with("base.lastUpdated must be"));
  CHECK_FALSE(compared(R"({})", R"({"lastUpdated": "yesterday"})"));
}
