#include <doctest/doctest.h>

#include <algorithm>
#include <functional>

#include "plugins/connectwise/sandbox/text.hpp"
#include "tests/sandbox/harness.hpp"

using namespace leat::sandbox;
using namespace leat::sandbox::test;

namespace {

constexpr Id kTickets = 300;

Settings few() {
  Settings settings;
  settings.tickets = kTickets;
  return settings;
}

std::string list(const std::string& conditions, const std::string& more = {}) {
  return "/service/tickets?pageSize=1000&conditions=" + link_encode(conditions) + more;
}

std::string text(const Json& record, const char* member) { return record.value(member, std::string()); }
std::string part(const Json& record, const char* reference, const char* member) {
  return record.contains(reference) ? record[reference].value(member, std::string()) : std::string();
}
std::int64_t id(const Json& record, const char* reference) {
  return record.contains(reference) ? record[reference].value("id", std::int64_t{0}) : 0;
}

}  // namespace

TEST_CASE("a condition selects the records that a plain look at each of them selects") {
  struct Row {
    const char* conditions;
    std::function<bool(const Json&)> is;
  };
  const Row rows[] = {
      {"id = 7", [](const Json& r) { return r["id"] == 7; }},
      {"id != 7", [](const Json& r) { return r["id"] != 7; }},
      {"id < 10 and id >= 5", [](const Json& r) { return r["id"] < 10 && r["id"] >= 5; }},
      {"id in (3, 5, 900)", [](const Json& r) { return r["id"] == 3 || r["id"] == 5; }},
      {"id not in (1,2)", [](const Json& r) { return r["id"] > 2; }},
      {"closedFlag = false", [](const Json& r) { return r["closedFlag"] == false; }},
      {"ClosedFlag = True", [](const Json& r) { return r["closedFlag"] == true; }},
      {"NOT closedFlag = true", [](const Json& r) { return r["closedFlag"] == false; }},
      {"closedDate = null", [](const Json& r) { return !r.contains("closedDate"); }},
      {"closedDate != null", [](const Json& r) { return r.contains("closedDate"); }},
      {"company/id = 1", [](const Json& r) { return id(r, "company") == 1; }},
      {"board/name = 'help desk'", [](const Json& r) { return same_text(part(r, "board", "name"), "help desk"); }},
      {"summary contains 'e'", [](const Json& r) { return contains_text(text(r, "summary"), "e"); }},
      {"summary not contains 'e'", [](const Json& r) { return !contains_text(text(r, "summary"), "e"); }},
      {"severity like 'h*'", [](const Json& r) { return same_text(text(r, "severity").substr(0, 1), "h"); }},
      {"severity like '%IGH'", [](const Json& r) { return same_text(text(r, "severity"), "high"); }},
      {"severity = \"High\" or severity = \"Low\" and id < 20",
       [](const Json& r) { return r["severity"] == "High" || (r["severity"] == "Low" && r["id"] < 20); }},
      {"(severity = 'High' or severity = 'Low') and id < 20",
       [](const Json& r) { return (r["severity"] == "High" || r["severity"] == "Low") && r["id"] < 20; }},
      {"lastUpdated > [2000-01-01T00:00:00Z]", [](const Json&) { return true; }},
      {"lastUpdated > [2100-01-01]", [](const Json&) { return false; }},
  };
  Harness harness(few());
  const Json all = harness.get("/service/tickets?pageSize=1000");
  REQUIRE(all.size() == kTickets);
  for (const Row& row : rows) {
    CAPTURE(row.conditions);
    std::vector<Id> expected;
    for (const Json& record : all) {
      if (row.is(record)) expected.push_back(record["id"].get<Id>());
    }
    CHECK(harness.ids(list(row.conditions)) == expected);
    const Json count = harness.get("/service/tickets/count?conditions=" + link_encode(row.conditions));
    CHECK(count == Json{{"count", expected.size()}});
    const Json found = Json::parse(
        harness.send("POST", "/service/tickets/search?pageSize=1000", Json{{"conditions", row.conditions}}.dump())
            .body);
    CHECK(found.size() == expected.size());
  }
}

TEST_CASE("a wrong condition, order or body of a search is refused with what is wrong in it") {
  struct Row {
    const char* query;
    int status;
    const char* code;
    const char* said;
  };
  const Row rows[] = {
      {"conditions=colour = 1", 400, "ApiFindCondition", "colour is not a recognized name."},
      {"conditions=board/colour = 1", 400, "ApiFindCondition", "colour is not a recognized name."},
      {"conditions=id = ", 400, "ApiFindCondition", ""},
      {"conditions=id == 1", 400, "ApiFindCondition", ""},
      {"conditions=(id = 1", 400, "ApiFindCondition", ""},
      {"conditions=summary = 'open", 400, "ApiFindCondition", ""},
      {"conditions=id = 1 id = 2", 400, "ApiFindCondition", ""},
      {"orderBy=colour", 400, "ApiFindCondition", "colour is not a recognized name."},
      {"orderBy=id upwards", 400, "ApiFindCondition", ""},
      {"page=0", 400, "ConnectWiseApi", "page must be"},
      {"pageSize=many", 400, "ConnectWiseApi", "pageSize must be"},
  };
  Harness harness(few());
  for (const Row& row : rows) {
    CAPTURE(row.query);
    std::string query = row.query;
    const auto value = query.find('=') + 1;
    query = query.substr(0, value) + link_encode(query.substr(value));
    const Response answer = harness.send("GET", "/service/tickets?" + query);
    CAPTURE(answer.body);
    CHECK(answer.status == row.status);
    const Json body = Json::parse(answer.body);
    CHECK(body["code"] == row.code);
    CHECK(body["message"].get<std::string>().find(row.said) != std::string::npos);
  }
  CHECK(harness.send("POST", "/service/tickets/search", "{\"conditions\":").status == 400);
  CHECK(harness.send("POST", "/service/tickets/search", "[]").status == 400);
  CHECK(harness.send("GET", "/service/tickets?conditions=%zz").status == 400);
}

TEST_CASE("orderBy sorts by one or several members, nothing before something, and by id among equals") {
  Harness harness(few());
  const auto sorted_by = [&](const std::string& order, const std::function<bool(const Json&, const Json&)>& before) {
    CAPTURE(order);
    Json expected = harness.get("/service/tickets?pageSize=1000");
    std::stable_sort(expected.begin(), expected.end(), before);
    std::vector<Id> ids;
    for (const Json& record : expected) ids.push_back(record["id"].get<Id>());
    CHECK(harness.ids("/service/tickets?pageSize=1000&orderBy=" + link_encode(order)) == ids);
  };
  sorted_by("id desc", [](const Json& a, const Json& b) { return a["id"] > b["id"]; });
  sorted_by("summary",
            [](const Json& a, const Json& b) { return compare_text(text(a, "summary"), text(b, "summary")) < 0; });
  sorted_by("closedDate asc",
            [](const Json& a, const Json& b) { return text(a, "closedDate") < text(b, "closedDate"); });
  sorted_by("company/id desc, id desc", [](const Json& a, const Json& b) {
    return std::pair(id(a, "company"), a["id"].get<Id>()) > std::pair(id(b, "company"), b["id"].get<Id>());
  });
}

TEST_CASE("fields keeps the named members, nested as they were; unknown ones are dropped or refused") {
  Harness harness(few());
  CHECK(harness.get("/service/tickets/3?fields=id,company/id") ==
        Json{{"id", 3}, {"company", {{"id", id(harness.get("/service/tickets/3"), "company")}}}});
  for (const Json& record : harness.get("/service/tickets?fields=summary,ID")) CHECK(record.size() == 2);
  CHECK(harness.get("/service/tickets/3?fields=id,colour") == Json{{"id", 3}});
  CHECK_FALSE(harness.get("/service/tickets/3?fields=id").contains("_info"));
  CHECK(harness.get("/service/tickets/3?fields=_info").contains("_info"));
  Settings strict = few();
  REQUIRE(strict.variants.set("unknown-field=400"));
  CHECK(Harness(strict).send("GET", "/service/tickets/3?fields=id,colour").status == 400);
}

TEST_CASE("what is not there is 404 with the entity's name; another method is 405") {
  Harness harness(few());
  const Response none = harness.send("GET", "/service/tickets/999999");
  CHECK(none.status == 404);
  CHECK(none.body ==
        "{\r\n  \"code\": \"NotFound\",\r\n  \"message\": \"Ticket 999999 not found\",\r\n  \"errors\": null\r\n}");
  CHECK(harness.send("GET", "/service/tickets/999999/notes").status == 404);
  CHECK(harness.send("GET", "/service/tickets/abc").status == 404);
  CHECK(harness.send("PUT", "/service/tickets", "{}").status == 405);
  Settings compact = few();
  REQUIRE(compact.variants.set("error-text=compact"));
  CHECK(Harness(compact).send("GET", "/service/tickets/999999").body ==
        R"({"code":"NotFound","message":"Ticket 999999 not found","errors":null})");
}

TEST_CASE("the records of a fresh sandbox are the same each time and refer to each other") {
  Harness one(few());
  Harness two(few());
  CHECK(one.send("GET", "/service/tickets?pageSize=1000").body ==
        two.send("GET", "/service/tickets?pageSize=1000").body);
  std::size_t bytes = 0;
  for (const Json& ticket : one.get("/service/tickets?pageSize=1000")) {
    bytes += ticket.dump().size();
    const std::string board = std::to_string(id(ticket, "board"));
    CHECK(one.send("GET", "/company/companies/" + std::to_string(id(ticket, "company"))).status == 200);
    CHECK(one.send("GET", "/service/boards/" + board + "/statuses/" + std::to_string(id(ticket, "status"))).status ==
          200);
  }
  CHECK(bytes / kTickets > 3000);
  CHECK(bytes / kTickets < 5200);
  CHECK(one.ids("/system/members").size() > 1);
  CHECK(one.ids("/company/contacts").size() > 1);
  CHECK(one.ids("/company/configurations").size() > 1);
  CHECK(one.ids("/finance/agreements").size() > 1);
  CHECK(one.ids("/time/entries").size() > 1);
}
