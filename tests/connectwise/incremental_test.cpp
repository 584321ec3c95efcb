// Reading what changed, against the sandbox.
#include "plugins/connectwise/reading/incremental.hpp"

#include <doctest/doctest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <set>

#include "connectwise/reading_host.hpp"
#include "connectwise/sandbox_psa.hpp"
#include "plugins/connectwise/timestamp.hpp"

using namespace leat;
using namespace leat::test;
using connectwise::Incremental;
using connectwise::IncrementalSetup;
using nlohmann::json;

namespace {

const std::string tickets = R"("entity": "GET /service/tickets", "incremental": {"overlap": 120000})";

struct Psa : SandboxPsa {
  explicit Psa(sandbox::Id count) : SandboxPsa(with_tickets(count)) {}
  void change(int id, const std::string& summary) {
    sandbox.patch("/service/tickets/" + std::to_string(id),
                  json::array({{{"op", "replace"}, {"path", "summary"}, {"value", summary}}}));
  }
};

std::string ids_of(const std::vector<std::string>& records) {
  std::string text;
  for (const std::string& record : records) text += std::to_string(json::parse(record).at("id").get<int>()) + " ";
  return text;
}

}  // namespace

TEST_CASE("the first run reads everything, the next ones what changed, once") {
  Psa psa(20);
  Reading reading(psa.client, tickets);
  std::string cursor;
  CHECK(reading.run(cursor).size() == 20);
  CHECK(reading.run(cursor).empty());
  psa.sandbox.now += 600;
  psa.change(7, "changed");
  CHECK(ids_of(reading.run(cursor)) == "7 ");
  CHECK(reading.run(cursor).empty());
  psa.sandbox.now += 1;
  psa.change(3, "changed too");
  CHECK(ids_of(reading.run(cursor)) == "3 ");
  CHECK(reading.run(cursor).empty());
}

TEST_CASE("two changes within one second are two changes") {
  Psa psa(20);
  Reading reading(psa.client, tickets);
  std::string cursor;
  reading.run(cursor);
  psa.sandbox.now += 600;
  psa.change(7, "first");
  CHECK(ids_of(reading.run(cursor)) == "7 ");
  psa.change(7, "second");
  const auto records = reading.run(cursor);
  REQUIRE(records.size() == 1);
  CHECK(json::parse(records[0]).at("summary") == "second");
}

TEST_CASE("the first run can begin at a time") {
  Psa psa(20);
  psa.sandbox.now += 3600;
  psa.change(5, "late");
  const std::string from = connectwise::to_timestamp(psa.sandbox.now - 60);
  Reading reading(psa.client, R"("entity": "GET /service/tickets", "incremental": {"from": ")" + from + "\"}");
  std::string cursor;
  CHECK(ids_of(reading.run(cursor)) == "5 ");
}

TEST_CASE("the cursor is readable, and can be set back") {
  Psa psa(20);
  Reading reading(psa.client, tickets);
  std::string cursor;
  reading.run(cursor);
  psa.sandbox.now += 600;
  psa.change(7, "changed");
  reading.run(cursor);
  const json stored = json::parse(cursor);
  CHECK(stored.at("watermark") == connectwise::to_timestamp(psa.sandbox.now));
  CHECK(stored.at("seen").at(connectwise::to_timestamp(psa.sandbox.now)).contains("7"));
  std::string back = R"({"watermark": ")" + connectwise::to_timestamp(psa.sandbox.now - 60) + "\"}";
  CHECK(ids_of(reading.run(back)) == "7 ");
  std::string all = "{}";
  CHECK(reading.run(all).size() == 20);
}

TEST_CASE("only a pass that was read to its end moves the watermark") {
  Psa psa(30);
  Reading reading(psa.client, tickets + R"(, "pagination": {"page_size": 10})");
  std::string cursor;
  reading.open();
  auto page = reading.poll();
  REQUIRE(page);
  CHECK_FALSE(json::parse(page->cursor).contains("watermark"));
  CHECK(json::parse(page->cursor).at("since") == "all");
  cursor = page->cursor;
  reading.close();
  // The rest, with the change that came meanwhile to a record that was read already: in the pass after.
  psa.sandbox.now += 600;
  psa.change(2, "meanwhile");
  CHECK(reading.run(cursor).size() == 20);
  CHECK(ids_of(reading.run(cursor)) == "2 ");
}

TEST_CASE("a ceiling does not lose what is behind it: the next run goes on there") {
  Psa psa(30);
  Reading reading(psa.client, tickets + R"(, "pagination": {"page_size": 10, "in_flight": 1, "max_pages": 1})");
  std::string cursor;
  CHECK(ids_of(reading.run(cursor)) == "1 2 3 4 5 6 7 8 9 10 ");
  CHECK(ids_of(reading.run(cursor)) == "11 12 13 14 15 16 17 18 19 20 ");
  CHECK(ids_of(reading.run(cursor)) == "21 22 23 24 25 26 27 28 29 30 ");
}

TEST_CASE("the user's fields and conditions stay, what the pass needs is added to them") {
  Psa psa(20);
  Reading reading(psa.client,
                  tickets + R"(, "parameters": {"query": {"conditions": "id < 6 or id = 9", "fields": "summary"}})");
  std::string cursor;
  const auto records = reading.run(cursor);
  CHECK(ids_of(records) == "1 2 3 4 5 9 ");
  CHECK(json::parse(records[0]).size() == 3);  // summary, id, _info
  psa.sandbox.now += 600;
  psa.change(9, "x");
  psa.change(10, "x");
  CHECK(ids_of(reading.run(cursor)) == "9 ");
  CHECK(psa.client.lines().back().find("lastUpdated%20%3E%3D%20%5B202") != std::string::npos);
}

TEST_CASE("a search can be incremental too") {
  Psa psa(20);
  Reading reading(psa.client, R"("entity": "POST /service/tickets/search", "incremental": {})");
  std::string cursor;
  CHECK(reading.run(cursor).size() == 20);
  psa.sandbox.now += 600;
  psa.change(9, "x");
  CHECK(ids_of(reading.run(cursor)) == "9 ");
}

TEST_CASE("a record dated into the future does not lift the watermark over what changes today") {
  Psa psa(20);
  psa.sandbox.now += 86'400;
  psa.change(20, "from the future");
  psa.sandbox.now -= 86'400 - 600;
  Reading reading(psa.client, tickets);
  std::string cursor;
  reading.run(cursor);
  psa.sandbox.now += 600;
  psa.change(7, "today");
  CHECK(ids_of(reading.run(cursor)).find("7 ") != std::string::npos);
}

TEST_CASE("incremental is refused where it cannot work") {
  const std::pair<std::string, std::string> rows[] = {
      {R"("entity": "GET /service/tickets", "incremental": {"from": "soon"})", "incremental.from must be"},
      {R"("entity": "GET /service/tickets", "incremental": {"field": "a b"})", "incremental.field must be"},
      {R"("entity": "GET /service/tickets/{id}", "parameters": {"path": {"id": 1}}, "incremental": {})",
       "incremental needs a list"},
      {R"("entity": "GET /service/tickets", "pagination": false, "incremental": {})", "incremental needs a list"},
      {R"("entity": "GET /service/tickets", "parameters": {"query": {"orderBy": "id"}}, "incremental": {})",
       "incremental reads in the order of the ids"}};
  for (const auto& [config, message] : rows) {
    const Error error = refusal(config);
    CAPTURE(error.message);
    CHECK(error.kind == ErrorKind::invalid);
    CHECK(error.message.starts_with(message));
  }
}

TEST_CASE("whatever changes while pages are read, no change is missed, and none comes twice") {
  for (unsigned seed = 1; seed <= 12; ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    const auto chance = [&random](int of) { return std::uniform_int_distribution<int>(1, of)(random) == 1; };
    Psa psa(40);
    if (seed % 3 == 0) psa.says_date = false;
    int changes = 0;
    bool quiet = false;
    psa.before = [&](const Request&) {
      if (quiet) return;
      if (chance(2)) psa.sandbox.now += std::uniform_int_distribution<int>(0, 90)(random);
      while (chance(2)) {
        const auto ids = psa.sandbox.ids("/service/tickets?pageSize=1000&fields=id");
        const auto id = ids[std::uniform_int_distribution<std::size_t>(0, ids.size() - 1)(random)];
        if (chance(8)) {
          psa.sandbox.post("/service/tickets", {{"summary", "new"}, {"company", {{"id", 1}}}});
        } else if (chance(8)) {
          psa.sandbox.send("DELETE", "/service/tickets/" + std::to_string(id));
        } else {
          psa.change(static_cast<int>(id), "change " + std::to_string(++changes));
        }
      }
    };
    const int page_size = std::uniform_int_distribution<int>(3, 15)(random);
    Reading reading(psa.client, tickets + R"(, "pagination": {"page_size": )" + std::to_string(page_size) +
                                    R"(, "in_flight": )" + std::to_string(1 + seed % 4) + "}");
    std::map<int, std::string> last;
    std::set<std::string> given;
    std::string cursor;
    for (int run = 0; run < 8; ++run) {
      quiet = run >= 6;
      for (const std::string& record : reading.run(cursor)) {
        CHECK(given.insert(record).second);
        const json read = json::parse(record);
        last[read.at("id").get<int>()] = read.at("summary");
      }
    }
    for (const auto& record : psa.sandbox.get("/service/tickets?pageSize=1000&fields=id,summary")) {
      CAPTURE(record.dump());
      CHECK(last[record.at("id").get<int>()] == record.at("summary").get<std::string>());
    }
  }
}

TEST_CASE("what is remembered of the border has a limit, beyond which records come again rather than be lost") {
  Incremental incremental({"lastUpdated", 120, std::nullopt});
  incremental.load(json::object());
  incremental.begin(1000, 1000);
  for (std::int64_t id = 1; id <= 3000; ++id) CHECK(incremental.is_new(id, 1000, 7));
  incremental.finish();
  json cursor;
  incremental.save(cursor);
  CHECK(cursor.at("seen").at(connectwise::to_timestamp(1000)).size() == Incremental::seen_max);
  Incremental next({"lastUpdated", 120, std::nullopt});
  next.load(cursor);
  CHECK(next.condition() == "lastUpdated >= [1970-01-01T00:14:40Z]");
  next.begin(1000, 1000);
  CHECK(next.is_new(1, 1000, 7));
  CHECK_FALSE(next.is_new(3000, 1000, 7));
  CHECK(next.is_new(3000, 1000, 8));
}

TEST_CASE("damaged cursors are read as far as they make sense") {
  for (const char* text :
       {R"({"watermark": 7})", R"({"watermark": "soon", "seen": []})", R"({"seen": {"x": {"1": 2}}})",
        R"({"seen": {"2026-01-01T00:00:00Z": {"x": 1, "2": "y", "3": -1}}})"}) {
    Incremental incremental({"lastUpdated", 120, std::nullopt});
    incremental.load(json::parse(text));
    CHECK(incremental.first());
    json cursor;
    incremental.save(cursor);
    CHECK_FALSE(cursor.contains("seen"));
  }
}
