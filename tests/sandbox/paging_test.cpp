#include <doctest/doctest.h>

#include <algorithm>

#include "tests/sandbox/harness.hpp"

using namespace leat::sandbox;
using namespace leat::sandbox::test;

namespace {

Settings with(Id tickets, const char* variant = "") {
  Settings settings;
  settings.tickets = tickets;
  if (*variant != '\0') REQUIRE(settings.variants.set(variant));
  return settings;
}

const std::vector<Header> kForward{{"pagination-type", "forward-only"}};
constexpr const char* kUrl = "http://cw.test/v4_6_release/apis/3.0/service/tickets/?";

std::vector<Id> ids_of(const Response& answer) {
  std::vector<Id> ids;
  for (const Json& record : Json::parse(answer.body)) ids.push_back(record["id"].get<Id>());
  return ids;
}

}  // namespace

TEST_CASE("numbered pages: their size, their records, and a Link to those around them") {
  const std::string url(kUrl);
  struct Row {
    std::string query;
    std::size_t size;
    Id first;
    std::string link;
  };
  const Row rows[] = {
      {"", 25, 1, "<" + url + "pageSize=25&page=2>; rel=\"next\", <" + url + "pageSize=25&page=3>; rel=\"last\""},
      {"?pageSize=60", 60, 1, "(absent)"},
      {"?pageSize=1000", 60, 1, "(absent)"},
      {"?pageSize=5000", 60, 1, "(absent)"},
      {"?pageSize=25&page=2", 25, 26,
       "<" + url + "pageSize=25&page=1>; rel=\"prev\", <" + url + "pageSize=25&page=1>; rel=\"first\", <" + url +
           "pageSize=25&page=3>; rel=\"next\", <" + url + "pageSize=25&page=3>; rel=\"last\""},
      {"?PageSize=25&PAGE=3", 10, 51,
       "<" + url + "pageSize=25&page=2>; rel=\"prev\", <" + url + "pageSize=25&page=1>; rel=\"first\""},
      {"?pageSize=25&page=4", 0, 0,
       "<" + url + "pageSize=25&page=3>; rel=\"prev\", <" + url + "pageSize=25&page=1>; rel=\"first\""},
      {"?conditions=id+%3C+4&pageSize=2", 2, 1,
       "<" + url + "conditions=id+%3c+4&pageSize=2&page=2>; rel=\"next\", <" + url +
           "conditions=id+%3c+4&pageSize=2&page=2>; rel=\"last\""},
  };
  Harness harness(with(60));
  for (const Row& row : rows) {
    CAPTURE(row.query);
    const Response answer = harness.send("GET", "/service/tickets" + row.query);
    CHECK(answer.status == 200);
    const auto ids = ids_of(answer);
    CHECK(ids.size() == row.size);
    if (row.size > 0) CHECK(ids.front() == row.first);
    CHECK(header(answer, "Link") == row.link);
  }
}

TEST_CASE("a page beyond the last one is empty, or 404; a page size above 1000 is capped, or 400") {
  CHECK(Harness(with(60)).send("GET", "/service/tickets?page=9").body == "[]");
  CHECK(Harness(with(60, "past-end=404")).send("GET", "/service/tickets?page=9").status == 404);
  CHECK(ids_of(Harness(with(1100)).send("GET", "/service/tickets?pageSize=2000")).size() == 1000);
  CHECK(Harness(with(60, "page-size=400")).send("GET", "/service/tickets?pageSize=2000").status == 400);
}

TEST_CASE("forward-only pages hold each record once, though some are deleted and added between them") {
  Harness harness(with(60));
  std::vector<Id> seen;
  std::string query = "?pageSize=20";
  int pages = 0;
  while (true) {
    const Response answer = harness.send("GET", "/service/tickets" + query, {}, kForward);
    REQUIRE(answer.status == 200);
    for (const Id id : ids_of(answer)) seen.push_back(id);
    const std::string link = header(answer, "Link");
    if (++pages == 1) {
      CHECK(link == "<" + std::string(kUrl) + "pageSize=20&pageId=20>; rel=\"next\"");
      CHECK(harness.send("DELETE", "/service/tickets/5").status == 204);  // read already
      CHECK(harness.send("DELETE", "/service/tickets/30").status == 204);
    }
    if (link.empty()) break;
    query = "?pageSize=20&pageId=" + std::to_string(seen.back());
  }
  std::vector<Id> expected;
  for (Id id = 1; id <= 60; ++id) {
    if (id != 30) expected.push_back(id);
  }
  CHECK(seen == expected);
  CHECK(pages == 3);
}

TEST_CASE("forward-only: no order, the end as an empty Link or none, and lists that do not know the mode") {
  CHECK(Harness(with(60)).send("GET", "/service/tickets?orderBy=id", {}, kForward).status == 400);
  CHECK(header(Harness(with(60)).send("GET", "/service/tickets?pageSize=60", {}, kForward), "Link").empty());
  CHECK(header(Harness(with(60, "forward-end=no-link")).send("GET", "/service/tickets?pageSize=60", {}, kForward),
               "Link") == "(absent)");
  const Response audit = Harness(with(60)).send("GET", "/system/audittrail?type=Ticket&id=1&pageSize=1", {}, kForward);
  CHECK(audit.status == 200);
  CHECK(header(audit, "Link").find("pageId") == std::string::npos);
  const Response filtered =
      Harness(with(60)).send("GET", "/service/tickets?pageSize=2&conditions=id+%3E+10&pageId=20", {}, kForward);
  CHECK(ids_of(filtered) == std::vector<Id>{21, 22});
}

TEST_CASE("without orderBy the order is by id, or shuffled where the variant asks for it") {
  const auto plain = Harness(with(60)).ids("/service/tickets?pageSize=60");
  auto shuffled = Harness(with(60, "order=shuffled")).ids("/service/tickets?pageSize=60");
  CHECK(plain.front() == 1);
  CHECK(shuffled != plain);
  std::sort(shuffled.begin(), shuffled.end());
  CHECK(shuffled == plain);
}
