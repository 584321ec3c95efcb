// What conditions select; how they are refused is in conditions' own errors below.
#include <doctest/doctest.h>

#include "plugins/connectwise/sandbox/text.hpp"
#include "tests/sandbox/harness.hpp"

using namespace leat::sandbox;
using namespace leat::sandbox::test;

namespace {

std::string query(const std::string& parameter, const std::string& conditions) {
  return parameter + "=" + link_encode(conditions);
}

}  // namespace

TEST_CASE("conditions select by the documented grammar") {
  struct Row {
    const char* conditions;
    const char* same_as;  // conditions written plainly
  };
  const Row rows[] = {
      // AND binds tighter than OR; NOT tighter than both.
      {"id = 1 or id = 2 and id = 3", "id in (1)"},
      {"(id = 1 or id = 2) and id = 2", "id in (2)"},
      {"id = 1 AND summary != null oR id = 2", "id in (1,2)"},
      {"not id > 2", "id in (1,2)"},
      {"id <= 3 and not (id = 2 or id = 3)", "id in (1)"},
      // in, not in, over numbers and texts.
      {"id not in (1,2) and id < 5", "id in (3,4)"},
      {"board/name in ('help desk', \"Nothing\") and id < 30", "board/id = 1 and id < 30"},
      // Text compares without case; escapes; either quote.
      {"summary = 'PRINTER JAM ON FLOOR 2'", "summary = \"Printer jam on floor 2\""},
      {"board/name = \"Help \\\"Desk\"", "id = 0"},
      // like: * and %, _ for one character, [[] for a bracket, equality without a wildcard.
      {"board/name like 'help*'", "board/id = 1"},
      {"board/name like '%Operations'", "board/id = 2"},
      {"board/name like 'Help_Desk'", "board/id = 1"},
      {"board/name like 'Help Desk'", "board/id = 1"},
      {"board/name like 'Help'", "id = 0"},
      {"board/name like '[[]Help%'", "id = 0"},
      {"board/name like '[hx]elp%'", "board/id = 1"},
      {"board/name not like 'Help*'", "board/id = 2"},
      {"board/name contains 'esk'", "board/id = 1"},
      {"board/name not contains 'ESK'", "board/id = 2"},
      // null: absent, also through a reference.
      {"owner = null", "owner/id = null"},
      {"owner != null", "not owner/id = null"},
      {"closedDate = null", "closedFlag = false"},
      {"closedFlag = True", "closedDate != null"},
      // Dates: UTC, a date alone, US form; an offset is read as if it were UTC.
      {"dateEntered < [2025-01-02T08:12:00Z]", "id in (1,2)"},
      {"dateEntered <= [2025-01-02T08:10:00+02:00]", "id in (1,2)"},
      {"dateEntered < [2025-01-03]", "id < 400"},
      {"dateEntered < [01/03/2025] and id < 3", "id in (1,2)"},
      {"lastUpdated >= [2025-01-02T08:00:00Z]", "id > 0"},
      // References over several levels.
      {"company/identifier = 'sandboxmsp'", "company/id = 1"},
      {"contact/company/id = 4", "company/id = 4"},
      {"contact/company/status/name = 'Active' and company/id = 4", "company/id = 4"},
      {"owner/officeEmail = 'jdoe@msp.example'", "owner/identifier = 'jdoe'"},
  };
  Harness harness(few_tickets(30));
  for (const Row& row : rows) {
    CAPTURE(row.conditions);
    const auto found = harness.ids("/service/tickets?pageSize=1000&" + query("conditions", row.conditions));
    CHECK(found == harness.ids("/service/tickets?pageSize=1000&" + query("conditions", row.same_as)));
    const Json count = harness.get("/service/tickets/count?" + query("conditions", row.conditions));
    CHECK(count["count"] == found.size());
  }
}

TEST_CASE("lists within a record, and custom fields, have parameters of their own") {
  struct Row {
    const char* path;
    std::string query;
    const char* same_as;
  };
  const Row rows[] = {
      {"/company/companies", query("childConditions", "types/id = 4"), "id = 1"},
      {"/company/contacts",
       query(
           "childConditions",
           "communicationItems/value = 'contact7@company3.example' and communicationItems/communicationType = 'Email'"),
       "id = 7"},
      // Both terms are about one item.
      {"/company/contacts",
       query(
           "childConditions",
           "communicationItems/value = 'contact7@company3.example' and communicationItems/communicationType = 'Phone'"),
       "id = 0"},
      {"/company/companies", query("customFieldConditions", "caption = 'Tier' and value = 'Gold'"), nullptr},
      {"/company/companies", query("customFieldConditions", "caption = 'Tier' and value = 'Lead'"), "id = 0"},
      {"/company/companies", query("customfieldconditions", "caption = 'Seats' and value > 0"), "id > 0"},
      {"/company/contacts",
       query("customFieldConditions", "caption = 'Language' and value contains 'germ'") + "&" +
           query("childConditions", "types/id > 0"),
       nullptr},
  };
  Harness harness(few_tickets(30));
  for (const Row& row : rows) {
    CAPTURE(row.query);
    const auto found = harness.ids(std::string(row.path) + "?pageSize=1000&" + row.query);
    if (row.same_as != nullptr) {
      CHECK(found == harness.ids(std::string(row.path) + "?pageSize=1000&" + query("conditions", row.same_as)));
    } else {
      CHECK_FALSE(found.empty());
    }
  }
}

TEST_CASE("a condition that cannot be used is refused in the documented words") {
  struct Row {
    const char* conditions;
    int status;
    const char* code;
    std::string message;
  };
  const Row rows[] = {
      {"foo = 1", 400, "ApiFindCondition", "foo is not a recognized name."},
      {"company/foo = 1", 400, "ApiFindCondition", "company\\/foo is not a recognized name."},
      {"summary/id = 1", 400, "ApiFindCondition", "summary\\/id is not a recognized name."},
      {"customFields/value = 1", 400, "ApiFindCondition", "customFields\\/value is not a recognized name."},
      {"severity = 'Enormous'", 400, "ApiFindCondition", "Enum value supplied was invalid"},
      {"id = ", 400, "ApiFindCondition", "Expected a value at position 6 but found the end."},
      {"id ! 1", 400, "ApiFindCondition", "Expected an operator at position 4 but found '!'."},
      {"(id = 1", 400, "ApiFindCondition", "Expected ) at position 8 but found the end."},
      {"id = 1 id = 2", 400, "ApiFindCondition", "Expected AND, OR or the end at position 8 but found 'id'."},
      {"summary = \"open", 400, "ApiFindCondition", "Expected a closing \" at position 16 but found the end."},
      {"dateEntered > [today]", 400, "ApiFindCondition",
       "Expected a date such as [2026-02-03T10:11:12Z] at position 15 but found 'today'."},
      {"requiredDate > 'soon'", 500, "ConnectWiseApi", "String was not recognized as a valid DateTime."},
      {"id = 'x'", 400, "ApiFindCondition", "id is a number; 'x' is not."},
  };
  Harness harness(few_tickets(30));
  for (const Row& row : rows) {
    CAPTURE(row.conditions);
    const Response response = harness.send("GET", "/service/tickets?" + query("conditions", row.conditions));
    CHECK(response.status == row.status);
    const Json body = Json::parse(response.body);
    CHECK(body["code"] == row.code);
    CHECK(body["message"] == row.message);
  }
}

TEST_CASE("terms about the id select what they say, alone and beside others, in either direction") {
  Settings settings;
  settings.tickets = 40;
  Harness sandbox(settings);
  sandbox.send("DELETE", "/service/tickets/12");
  const std::pair<std::string, std::vector<Id>> rows[] = {{"id > 10 and id <= 14", {11, 13, 14}},
                                                          {"id >= 38.5", {39, 40}},
                                                          {"id < 2.5", {1, 2}},
                                                          {"id = 7", {7}},
                                                          {"id = 7.5", {}},
                                                          {"id in (3, 12, 20)", {3, 20}},
                                                          {"id > 5 and id < 3", {}},
                                                          {"(id > 36 or id = 2) and id != 38", {2, 37, 39, 40}},
                                                          {"not id > 2", {1, 2}},
                                                          {"id > 38 and summary != \"none\"", {39, 40}},
                                                          {"id > -5 and id < 2", {1}},
                                                          {"id > 99999999999999999999", {}}};
  for (const auto& row : rows) {
    CAPTURE(row.first);
    const std::string list = "/service/tickets?pageSize=1000&fields=id&" + query("conditions", row.first);
    CHECK(sandbox.ids(list) == row.second);
    CHECK(sandbox.ids(list + "&orderBy=id") == row.second);
    CHECK(sandbox.ids(list + "&orderBy=id%20desc") == std::vector<Id>(row.second.rbegin(), row.second.rend()));
  }
}
