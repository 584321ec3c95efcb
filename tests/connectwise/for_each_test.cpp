// Children of many parents, against the sandbox.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "connectwise/reading_host.hpp"
#include "connectwise/sandbox_psa.hpp"

using namespace leat;
using namespace leat::test;
using nlohmann::json;

namespace {

const std::string notes = R"("entity": "GET /service/tickets/{parentId}/notes", "pagination": {"page_size": 10},
  "for_each": {"entity": "GET /service/tickets", "path": {"parentId": "id"})";

// "ticket:note ..." in the order they came.
std::string order_of(const std::vector<std::string>& records) {
  std::string text;
  for (const std::string& record : records) {
    const json note = json::parse(record);
    CHECK(note.at("parent").at("parentId") == note.at("ticketId"));
    text += note.at("ticketId").dump() + ":" + note.at("id").dump() + " ";
  }
  return text;
}

std::string expected_notes(SandboxPsa& psa, int tickets) {
  std::string text;
  for (int ticket = 1; ticket <= tickets; ++ticket) {
    for (const auto& note : psa.sandbox.get("/service/tickets/" + std::to_string(ticket) + "/notes?pageSize=1000")) {
      text += std::to_string(ticket) + ":" + note.at("id").dump() + " ";
    }
  }
  return text;
}

void add_note(SandboxPsa& psa, int ticket, const std::string& text) {
  const auto made = psa.sandbox.send("POST", "/service/tickets/" + std::to_string(ticket) + "/notes",
                                     json{{"text", text}, {"detailDescriptionFlag", true}}.dump());
  REQUIRE(made.status == 201);
}

}  // namespace

TEST_CASE("the notes of each ticket come in the order of the tickets, with requests in flight") {
  SandboxPsa psa(with_tickets(45));
  for (int i = 0; i < 25; ++i) add_note(psa, 3, "more than a page");
  const std::string expected = expected_notes(psa, 45);
  Reading reading(psa.client, notes + "}");
  reading.open();
  CHECK(order_of(reading.records()) == expected);
  CHECK(psa.client.most_at_once() > 1);
  CHECK(psa.client.most_at_once() <= 5);  // four, and the parents' next page
}

TEST_CASE("of the parents only what the path needs is asked for") {
  SandboxPsa psa(with_tickets(5));
  Reading reading(psa.client, R"("entity": "GET /company/companies/{id}",
    "for_each": {"entity": "GET /service/tickets", "path": {"id": "company/id"}, "member": "of"})");
  reading.open();
  const auto records = reading.records();
  CHECK(records.size() == 5);
  CHECK(json::parse(records[0]).at("of").at("id") == json::parse(records[0]).at("id"));
  CHECK(psa.client.requests()[0].url.find("fields=id%2Ccompany%2Fid") != std::string::npos);
}

TEST_CASE("reading goes on behind any stored cursor, in the middle of a parent's children too") {
  SandboxPsa psa(with_tickets(12));
  for (int i = 0; i < 25; ++i) add_note(psa, 3, "more than a page");
  for (const char* order : {"", R"(, "parameters": {"query": {"orderBy": "id desc"}})"}) {
    const std::string config = notes + order + "}";
    std::vector<std::string> all;
    std::vector<std::pair<std::size_t, std::string>> stops;
    Reading first(psa.client, config);
    first.set_max(1);
    first.open();
    for (;;) {
      const auto page = first.poll();
      REQUIRE(page);
      all.insert(all.end(), page->records.begin(), page->records.end());
      if (page->ended) break;
      stops.emplace_back(all.size(), page->cursor);
    }
    CHECK(stops.size() > 5);
    for (const auto& stop : stops) {
      CAPTURE(stop.second);
      Reading again(psa.client, config);
      again.open(stop.second);
      const auto rest = again.records();
      CHECK(rest == std::vector<std::string>(all.begin() + static_cast<std::ptrdiff_t>(stop.first), all.end()));
    }
  }
}

TEST_CASE("a parent that is gone is passed by") {
  SandboxPsa psa(with_tickets(10));
  psa.before = [&](const Request& request) {
    if (request.url.find("/4/notes") != std::string::npos) psa.sandbox.send("DELETE", "/service/tickets/4");
  };
  Reading reading(psa.client, notes + "}");
  reading.open();
  const std::string order = order_of(reading.records());
  CHECK(order.find("5:") != std::string::npos);
  CHECK(order.find(" 4:") == std::string::npos);
}

TEST_CASE("only the children of parents that changed are read, and none of them is missed after a crash") {
  SandboxPsa psa(with_tickets(30));
  const std::string config = notes + R"(, "incremental": {}})";
  Reading reading(psa.client, config);
  std::string cursor;
  CHECK(!reading.run(cursor).empty());
  CHECK(reading.run(cursor).empty());
  psa.sandbox.now += 600;
  for (const int ticket : {4, 9, 21}) {
    psa.sandbox.patch("/service/tickets/" + std::to_string(ticket),
                      json::array({{{"op", "replace"}, {"path", "summary"}, {"value", "x"}}}));
    add_note(psa, ticket, "new");
  }
  reading.set_max(1);
  reading.open(cursor);
  const auto page = reading.poll();
  REQUIRE(page);
  std::string after = page->cursor;
  std::vector<std::string> records = page->records;
  reading.close();
  // Ticket 4 is done; it changes again before the read goes on.
  psa.sandbox.now += 600;
  psa.sandbox.patch("/service/tickets/4", json::array({{{"op", "replace"}, {"path", "summary"}, {"value", "y"}}}));
  add_note(psa, 4, "newest");
  for (int run = 0; run < 2; ++run) {
    const auto more = reading.run(after);
    records.insert(records.end(), more.begin(), more.end());
  }
  const std::string order = order_of(records);
  for (const char* ticket : {"4:", "9:", "21:"}) CHECK(order.find(ticket) != std::string::npos);
  bool newest = false;
  for (const std::string& record : records) newest = newest || json::parse(record).at("text") == "newest";
  CHECK(newest);
}

TEST_CASE("for_each is refused where it cannot work") {
  const std::pair<std::string, std::string> rows[] = {
      {R"("entity": "GET /service/tickets/{parentId}/notes", "for_each": {"entity": "GET /service/tickets", "path": {}})",
       "parameters: path.parentId is missing"},
      {R"("entity": "GET /service/tickets/{parentId}/notes", "for_each": {"entity": "GET /service/tikets", "path": {"parentId": "id"}})",
       "entity \"GET /service/tikets\" is not in the catalog"},
      {R"("entity": "GET /service/tickets/{parentId}/notes", "for_each": {"entity": "GET /service/tickets", "path": {"parent": "id"}})",
       "parameters: path.parent is not a parameter"},
      {R"("entity": "GET /service/tickets/{parentId}/notes", "incremental": {}, "for_each": {"entity": "GET /service/tickets", "path": {"parentId": "id"}})",
       "incremental belongs into for_each"},
      {R"("entity": "GET /service/tickets/{parentId}/notes", "parameters": {"path": {"parentId": 1}}, "for_each": {"entity": "GET /service/tickets", "path": {"parentId": "id"}})",
       "parameters.path.parentId is set by for_each.path"}};
  for (const auto& [config, message] : rows) {
    const Error error = refusal(config);
    CAPTURE(error.message);
    CHECK(error.kind == ErrorKind::invalid);
    CHECK(error.message.starts_with(message));
  }
}
