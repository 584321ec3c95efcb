// Deletions that nobody announced, against the sandbox.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <random>
#include <set>

#include "connectwise/reading_host.hpp"
#include "connectwise/sandbox_psa.hpp"
#include "plugins/connectwise/reading/id_set.hpp"

using namespace leat;
using namespace leat::test;
using connectwise::IdSet;
using nlohmann::json;

namespace {

const std::string tickets = R"("entity": "GET /service/tickets", "incremental": {}, "pagination": {"page_size": 10},)";

struct Swept {
  explicit Swept(const std::string& config, sandbox::Id count = 60)
      : psa(with_tickets(count)), reading(psa.client, config, nullptr, &state) {}

  // A run of the host: pages are stored as they come, then the subscriber is closed.
  Result<std::vector<std::string>> run(bool stores = true) { return run(reading, stores); }
  // The same of another instance that has the state and the cursor of this one.
  Result<std::vector<std::string>> run(Reading& instance, bool stores = true) {
    std::vector<std::string> all;
    given = 0;
    instance.open(cursor);
    for (int polls = 0; polls < 1000; ++polls) {
      auto page = instance.poll();
      if (!page) {
        instance.close();
        return page.error();
      }
      given += page->records.size();
      all.insert(all.end(), page->records.begin(), page->records.end());
      instance.settle(page->cursor, stores);
      if (stores) cursor = page->cursor;
      if (!page->ended) continue;
      instance.close();
      return all;
    }
    return Error{ErrorKind::broken, "endless", 0};
  }
  void next_day() { reading.host().clock.advance(std::chrono::hours(25)); }
  void remove(int first, int last) {
    for (int id = first; id <= last; ++id) {
      REQUIRE(psa.sandbox.send("DELETE", "/service/tickets/" + std::to_string(id)).status == 204);
    }
  }

  SandboxPsa psa;
  ScriptedState state;
  Reading reading;
  std::string cursor;
  std::size_t given = 0;  // records of the last run, also of one that failed
};

std::string deletion(int id) { return R"({"deleted":true,"id":)" + std::to_string(id) + "}"; }

}  // namespace

TEST_CASE("records that are gone are reported once, when it is time") {
  Swept swept(tickets + R"("deletions": {})");
  CHECK(swept.run()->size() == 60);
  swept.remove(7, 8);
  CHECK(swept.run()->empty());
  swept.next_day();
  CHECK(*swept.run() == std::vector<std::string>{deletion(7), deletion(8)});
  CHECK(swept.run()->empty());
  swept.next_day();
  CHECK(swept.run()->empty());
}

TEST_CASE("a record that came after the last sweep and is gone before the next is reported too") {
  Swept swept(tickets + R"("deletions": {})");
  REQUIRE(swept.run());
  swept.psa.sandbox.now += 600;
  const auto made = swept.psa.sandbox.post("/service/tickets", {{"summary", "short"}, {"company", {{"id", 1}}}});
  const int id = made.at("id").get<int>();
  CHECK(swept.run()->size() == 1);
  swept.remove(id, id);
  swept.next_day();
  CHECK(*swept.run() == std::vector<std::string>{deletion(id)});
}

TEST_CASE("deletions that the host did not store are reported again") {
  Swept swept(tickets + R"("deletions": {})");
  REQUIRE(swept.run());
  swept.remove(7, 7);
  swept.next_day();
  CHECK(swept.run(false)->size() == 1);
  CHECK(*swept.run() == std::vector<std::string>{deletion(7)});
}

TEST_CASE("a mass deletion is an error for a person, until it is confirmed or undone") {
  Swept swept(tickets + R"("deletions": {"threshold": "10%"})");
  REQUIRE(swept.run());
  swept.remove(1, 20);
  swept.next_day();
  const auto stopped = swept.run();
  REQUIRE_FALSE(stopped);
  CHECK(stopped.error().kind == ErrorKind::denied);
  CHECK(stopped.error().message.find("more than deletions.threshold allows; none was reported") != std::string::npos);
  CHECK(stopped.error().message.find("set deletions.threshold to 3") != std::string::npos);
  // It stays so without reading all ids each minute: what changed, and how many there are.
  const std::size_t before = swept.psa.client.requests().size();
  CHECK_FALSE(swept.run());
  CHECK(swept.psa.client.requests().size() - before <= 3);

  Reading confirmed(swept.psa.client, tickets + R"("deletions": {"threshold": "50%"})", nullptr, &swept.state);
  confirmed.host().clock.advance(std::chrono::hours(25));
  confirmed.open(swept.cursor);
  CHECK(confirmed.records().size() == 20);
}

TEST_CASE("the error names the share that is really gone, and confirming it with that is enough") {
  struct Row {
    sandbox::Id known;
    int gone;
    std::string share;
  };
  // Hundreds: more than are asked for at a time. 29 of 100: 0.29 * 100 is below 29 to a computer.
  for (const Row& row : {Row{400, 300, "75%"}, Row{100, 29, "29%"}, Row{60, 20, "34%"}}) {
    CAPTURE(row.gone);
    Swept swept(R"("entity": "GET /service/tickets", "incremental": {}, "deletions": {"threshold": "2%"})", row.known);
    REQUIRE(swept.run());
    swept.remove(1, row.gone);
    swept.next_day();
    const auto stopped = swept.run();
    REQUIRE_FALSE(stopped);
    const std::string said = stopped.error().message;
    CAPTURE(said);
    CHECK(said.find(std::to_string(row.gone) + " of " + std::to_string(row.known) + " known records are gone") !=
          std::string::npos);
    CHECK(said.find("set deletions.threshold to " + row.share + " or more") != std::string::npos);
    Reading confirmed(
        swept.psa.client,
        R"("entity": "GET /service/tickets", "incremental": {}, "deletions": {"threshold": ")" + row.share + "\"}",
        nullptr, &swept.state);
    confirmed.host().clock.advance(std::chrono::hours(25));
    const auto reported = swept.run(confirmed);
    REQUIRE_MESSAGE(reported, reported.error().message);
    CHECK(reported->size() == static_cast<std::size_t>(row.gone));
  }
}

TEST_CASE("a sweep that fails goes on with the next run, and the whole list is not given again") {
  Swept swept(R"("entity": "GET /service/tickets", "pagination": {"page_size": 10}, "deletions": {})");
  REQUIRE(swept.run());
  swept.remove(7, 7);
  swept.next_day();
  bool busy = true;
  swept.psa.answer_instead = [&](const Request& request) -> std::optional<Scripted> {
    if (!busy || request.priority != Priority::background) return {};
    return Scripted{{}, {}, Error{ErrorKind::busy, "429", 0}};
  };
  CHECK_FALSE(swept.run());
  CHECK(swept.given == 59);
  for (int i = 0; i < 3; ++i) {
    CHECK_FALSE(swept.run());
    CHECK(swept.given == 0);
  }
  busy = false;
  CHECK(*swept.run() == std::vector<std::string>{deletion(7)});
  CHECK(swept.run()->size() == 59);
}

TEST_CASE("while a sweep waits for a person, an incremental list goes on being read") {
  Swept swept(tickets + R"("deletions": {})");
  REQUIRE(swept.run());
  swept.remove(1, 20);
  swept.next_day();
  CHECK_FALSE(swept.run());
  swept.psa.sandbox.now += 600;
  swept.psa.sandbox.patch("/service/tickets/30",
                          json::array({{{"op", "replace"}, {"path", "summary"}, {"value", "changed"}}}));
  CHECK_FALSE(swept.run());
  CHECK(swept.given == 1);
}

TEST_CASE("a search may have conditions of any length, also ones that no count can be asked for with") {
  std::string ids = "id in (1";
  for (int id = 2; id <= 40; ++id) ids += "," + std::to_string(id);
  for (int id = 900'000; id < 900'400; ++id) ids += "," + std::to_string(id);
  const std::string one_term = "id < 41 and summary != '" + std::string(3000, 'x') + "'";
  for (const std::string& conditions : {ids + ")", one_term}) {
    Swept swept(R"("entity": "POST /service/tickets/search", "incremental": {}, "deletions": {},
                   "parameters": {"query": {"conditions": ")" +
                conditions + R"("}})");
    CHECK(swept.run()->size() == 40);
    swept.remove(7, 7);
    swept.next_day();
    const auto reported = swept.run();
    REQUIRE_MESSAGE(reported, reported.error().message);
    CHECK(*reported == std::vector<std::string>{deletion(7)});
  }
}

TEST_CASE("ids are known of the list they were read from, and of no other") {
  SUBCASE("another entity") {
    Swept swept(tickets + R"("deletions": {})");
    REQUIRE(swept.run());
    Reading boards(swept.psa.client, R"("entity": "GET /service/boards", "incremental": {}, "deletions": {})", nullptr,
                   &swept.state);
    boards.host().clock.advance(std::chrono::hours(25));
    const auto first = swept.run(boards);
    REQUIRE_MESSAGE(first, first.error().message);
    CHECK_FALSE(first->empty());
    boards.host().clock.advance(std::chrono::hours(25));
    const auto second = swept.run(boards);
    REQUIRE_MESSAGE(second, second.error().message);
    CHECK(second->empty());
  }
  SUBCASE("the children of another parent") {
    const auto sites_of = [](int company) {
      return R"("entity": "GET /company/companies/{parentId}/sites", "deletions": {},
                "parameters": {"path": {"parentId": )" +
             std::to_string(company) + "}}";
    };
    Swept swept(sites_of(1));
    REQUIRE(swept.run());
    Reading others(swept.psa.client, sites_of(2), nullptr, &swept.state);
    others.host().clock.advance(std::chrono::hours(25));
    for (int run = 0; run < 2; ++run) {
      const auto records = swept.run(others);
      REQUIRE_MESSAGE(records, records.error().message);
      for (const std::string& record : *records) CHECK(record.find("deleted") == std::string::npos);
      others.host().clock.advance(std::chrono::hours(25));
    }
  }
  SUBCASE("another system") {
    ScriptedState state;
    std::string cursor;
    const std::string config = tickets + R"("deletions": {})";
    {
      SandboxPsa staging(with_tickets(60));
      Reading reading(staging.client, config, nullptr, &state);
      reading.run(cursor);
    }
    sandbox::Settings how = with_tickets(57);
    how.public_url = "http://127.0.0.2:8123";
    SandboxPsa production(how);
    Reading reading(production.client, config, nullptr, &state);
    for (int run = 0; run < 2; ++run) {
      reading.host().clock.advance(std::chrono::hours(25));
      for (const std::string& record : reading.run(cursor)) CHECK(record.find("deleted") == std::string::npos);
    }
  }
  SUBCASE("but with other options they are the same records") {
    Swept swept(tickets + R"("deletions": {})");
    REQUIRE(swept.run());
    swept.remove(7, 7);
    Reading other(swept.psa.client,
                  R"("entity": "GET /service/tickets", "incremental": {}, "deletions": {},
                     "parameters": {"query": {"conditions": "id > 20"}})",
                  nullptr, &swept.state);
    other.host().clock.advance(std::chrono::hours(25));
    const auto records = swept.run(other);
    REQUIRE_MESSAGE(records, records.error().message);
    CHECK(records->back() == deletion(7));
    CHECK(records->size() == 41);
  }
}

TEST_CASE("a role that lost its sight of everything deletes nothing") {
  Swept swept(tickets + R"("deletions": {})", 4);
  CHECK(swept.run()->size() == 4);
  swept.psa.sandbox.control(
      "PUT", "/sandbox/permissions",
      R"({"roles": {"blind": {"visible": {"/service/tickets": "id < 0"}}}, "members": {"sandboxApi": {"role": "blind"}}})");
  swept.next_day();
  const auto stopped = swept.run();
  REQUIRE_FALSE(stopped);
  CHECK(stopped.error().kind == ErrorKind::denied);
  // Given back what it had, the next run goes on.
  swept.psa.sandbox.control("PUT", "/sandbox/permissions", "{}");
  const auto again = swept.run();
  REQUIRE(again);
  CHECK(again->empty());
}

TEST_CASE("a list that was cut short reports nothing, and is read again at the next run") {
  Swept swept(R"("entity": "GET /service/tickets", "incremental": {},
                 "pagination": {"page_size": 10, "in_flight": 1}, "deletions": {})");
  REQUIRE(swept.run());
  swept.remove(7, 7);
  swept.next_day();
  bool cut = true;
  swept.psa.answer_instead = [&](const Request& request) -> std::optional<Scripted> {
    const bool third = request.url.find("fields=id&") != std::string::npos && request.url.ends_with("pageId=21");
    if (!cut || !third) return {};
    return Scripted{"[]", {{"Link", ""}}};
  };
  CHECK(swept.run()->empty());
  bool told = false;
  for (const std::string& line : swept.reading.host().lines) told = told || line.find("it was not whole") != line.npos;
  CHECK(told);
  cut = false;
  CHECK(*swept.run() == std::vector<std::string>{deletion(7)});
}

TEST_CASE("a record that only stopped to match the conditions is not deleted") {
  Swept swept(R"("entity": "GET /service/tickets", "parameters": {"query": {"conditions": "summary != \"done\""}},
                 "incremental": {}, "deletions": {})");
  REQUIRE(swept.run());
  for (int id = 1; id <= 40; ++id) {
    swept.psa.sandbox.patch("/service/tickets/" + std::to_string(id),
                            json::array({{{"op", "replace"}, {"path", "summary"}, {"value", "done"}}}));
  }
  swept.remove(50, 50);
  swept.next_day();
  CHECK(*swept.run() == std::vector<std::string>{deletion(50)});
}

TEST_CASE("a record that moved over the border of a page while the ids were read is still watched") {
  Swept swept(R"("entity": "GET /service/tickets", "incremental": {},
                 "pagination": {"page_size": 10, "in_flight": 1}, "deletions": {})",
              20);
  REQUIRE(swept.run());
  swept.next_day();
  bool moves = true;
  // Numbered pages: 5 goes when the first page has been read, and 11 is on none.
  swept.psa.answer_instead = [&](const Request& request) -> std::optional<Scripted> {
    const bool page = request.priority == Priority::background && request.url.starts_with("/service/tickets?") &&
                      request.url.find("id%20in") == std::string::npos;
    if (!moves || !page) return {};
    if (swept.psa.sandbox.send("GET", "/service/tickets/5").status == 200) {
      return Scripted{swept.psa.sandbox.get("/service/tickets?fields=id&pageSize=10").dump(),
                      {{"Link", "<https://h/x?pageId=10>; rel=\"next\""}}};
    }
    return Scripted{swept.psa.sandbox.get("/service/tickets?fields=id&conditions=id%20%3E%2011").dump(),
                    {{"Link", ""}}};
  };
  swept.psa.before = [&](const Request& request) {
    if (moves && request.url.find("pageId=10") != std::string::npos)
      swept.psa.sandbox.send("DELETE", "/service/tickets/5");
  };
  CHECK(swept.run()->empty());
  moves = false;
  swept.remove(11, 11);
  swept.next_day();
  CHECK(*swept.run() == std::vector<std::string>{deletion(5), deletion(11)});
}

TEST_CASE("records that carry a flag of deletion are reported as deleted") {
  SandboxPsa psa;
  const auto company = psa.sandbox.get("/company/companies?pageSize=1")[0];
  psa.sandbox.send("DELETE", "/company/companies/" + company.at("id").dump());
  Reading reading(psa.client,
                  R"("entity": "GET /company/companies", "deletions": {"every": 0, "flag": "deletedFlag"})");
  reading.open();
  const auto records = reading.records();
  CHECK(records.front() == R"({"deleted":true,"id":)" + company.at("id").dump() + "}");
  CHECK(records.size() > 1);
}

TEST_CASE("deletions are refused where they cannot work") {
  for (const char* config : {R"("entity": "GET /service/tickets", "deletions": {"threshold": "many"})",
                             R"("entity": "GET /service/tickets", "deletions": {"threshold": "101%"})",
                             R"("entity": "GET /service/tickets/count", "deletions": {})",
                             R"("entity": "GET /service/tickets", "pagination": false, "deletions": {})"}) {
    CAPTURE(config);
    CHECK(refusal(config).kind == ErrorKind::invalid);
  }
}

TEST_CASE("a set of ids is what a set is, and its blocks come back as they were") {
  std::mt19937_64 random(7);
  for (const std::int64_t spread : {std::int64_t{2'000}, std::int64_t{3'000'000}, std::int64_t{900'000'000}}) {
    CAPTURE(spread);
    IdSet ids;
    std::set<std::int64_t> model;
    for (int i = 0; i < 20'000; ++i) {
      const auto id = static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(spread));
      if (random() % 4 == 0) {
        CHECK(ids.erase(id) == (model.erase(id) > 0));
      } else {
        CHECK(ids.insert(id) == model.insert(id).second);
      }
    }
    IdSet copy;
    for (const std::int64_t block : ids.blocks()) {
      CHECK(ids.block(block).size() <= 131'073);
      REQUIRE(copy.set_block(block, ids.block(block)));
    }
    CHECK(copy.size() == model.size());
    std::vector<std::int64_t> listed;
    copy.for_each([&listed](std::int64_t id) {
      listed.push_back(id);
      return true;
    });
    CHECK(listed == std::vector<std::int64_t>(model.begin(), model.end()));
  }
  IdSet full;
  for (std::int64_t id = 0; id < IdSet::block_ids; ++id) full.insert(id);
  IdSet copy;
  REQUIRE(copy.set_block(0, full.block(0)));
  CHECK(copy.size() == full.size());
  CHECK_FALSE(full.insert(-1));
}

TEST_CASE("bytes that are no block are refused") {
  IdSet ids;
  for (const std::string_view bytes : {std::string_view(""), std::string_view("x"), std::string_view("b123"),
                                       std::string_view("d\xFF\xFF\xFF\xFF\x7F"), std::string_view("d\x80")}) {
    CHECK_FALSE(ids.set_block(0, bytes));
  }
}
