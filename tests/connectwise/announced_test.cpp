// What events are about, and what is made of it, against the sandbox.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "connectwise/hooked.hpp"

using namespace leat;
using namespace leat::test;
using nlohmann::json;

namespace {

const std::string swept = hooked_tickets + R"(, "callbacks": {"type": "ticket"}, "deletions": {},
                                              "pagination": {"page_size": 10})";

// What the client does with a URL that is too long, the address in front included.
std::optional<Scripted> refuse_long_url(const Request& request) {
  if (request.url.size() + 60 <= 1950) return {};
  return Scripted{{}, {}, Error{ErrorKind::invalid, "the URL is too long", 0}};
}

}  // namespace

TEST_CASE("what an event is about and the list does not have is deleted only where the event says so") {
  struct Row {
    std::string name;
    std::string config;
    std::function<void(Hooked&)> happens;
    std::vector<std::string> given;
  };
  const auto hide = [](Hooked& hooked) {
    hooked.psa.sandbox.control(
        "PUT", "/sandbox/permissions",
        R"({"roles": {"some": {"visible": {"/service/tickets": "id != 7"}}}, "members": {"sandboxApi": {"role": "some"}}})");
  };
  const std::string sites = R"("entity": "GET /company/companies/{parentId}/sites", "callbacks": {"type": "site"},
                               "parameters": {"path": {"parentId": 1}})";
  const Row rows[] = {
      {"a ticket of a project",
       with_callbacks,
       [](Hooked& hooked) {
         const auto ids = hooked.psa.sandbox.ids("/project/tickets?pageSize=1&fields=id");
         REQUIRE(ids.size() == 1);
         hooked.change("/project/tickets/" + std::to_string(ids[0]), "summary", "x");
       },
       {}},
      {"a site of another company",
       sites,
       [](Hooked& hooked) {
         const auto ids = hooked.psa.sandbox.ids("/company/companies/2/sites?pageSize=1&fields=id");
         REQUIRE(ids.size() == 1);
         hooked.change("/company/companies/2/sites/" + std::to_string(ids[0]), "name", "x");
       },
       {}},
      {"a ticket that the role does not see",
       with_callbacks,
       [&hide](Hooked& hooked) {
         hide(hooked);
         hooked.change_as("admin1", 7, "x");
       },
       {}},
      {"a ticket that is gone",
       with_callbacks,
       [](Hooked& hooked) { hooked.psa.sandbox.send("DELETE", "/service/tickets/7"); },
       {deletion(7)}},
      {"a ticket that was given on and that the role does not see any more",
       swept,
       [&hide](Hooked& hooked) {
         hide(hooked);
         hooked.change_as("admin1", 7, "x");
       },
       {}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    Hooked hooked(row.config);
    hooked.run();
    row.happens(hooked);
    hooked.deliver();
    REQUIRE(hooked.events.waiting.size() == 1);
    CHECK(hooked.run_woken() == row.given);
  }
}

TEST_CASE("an announced deletion that the host did not store is reported again, and not a second time by the sweep") {
  Hooked hooked(swept);
  hooked.run();
  hooked.psa.sandbox.send("DELETE", "/service/tickets/7");
  hooked.deliver();
  const auto events = hooked.events.waiting;
  CHECK(hooked.run_woken(false) == std::vector{deletion(7)});
  hooked.events.waiting = events;  // the host gives them again
  CHECK(hooked.run_woken() == std::vector{deletion(7)});
  hooked.reading.host().clock.advance(std::chrono::hours(25));
  CHECK(hooked.run().empty());
}

TEST_CASE("a deletion whose event is lost is found by the sweep, whatever other events say of the record") {
  Hooked hooked(swept);
  hooked.run();
  hooked.change(7, "x");
  hooked.deliver();
  hooked.psa.sandbox.send("DELETE", "/service/tickets/7");
  hooked.lose();
  CHECK(hooked.run_woken().empty());
  hooked.reading.host().clock.advance(std::chrono::hours(25));
  CHECK(hooked.run() == std::vector{deletion(7)});
}

TEST_CASE("a deletion that is announced while the ids are compared is reported once") {
  Hooked hooked(swept);
  hooked.run();
  hooked.change(3, "x");  // its signing key is known from now on
  hooked.deliver();
  hooked.run_woken();
  hooked.reading.host().clock.advance(std::chrono::hours(25));
  hooked.psa.before = [&](const Request& request) {
    // The sweep begins.
    if (request.url.find("/count") == std::string::npos ||
        hooked.psa.sandbox.send("GET", "/service/tickets/7").status != 200)
      return;
    hooked.psa.sandbox.send("DELETE", "/service/tickets/7");
  };
  CHECK(hooked.run(true, [&] { hooked.deliver(); }) == std::vector{deletion(7)});
}

TEST_CASE("a record that is made and announced while the ids are compared is watched from then on") {
  for (const std::string conditions : {R"()", R"(, "parameters": {"query": {"conditions": "summary != \"done\""}})"}) {
    CAPTURE(conditions);
    Hooked hooked(swept + conditions);
    hooked.run();
    hooked.change(3, "x");
    hooked.deliver();
    hooked.run_woken();
    hooked.reading.host().clock.advance(std::chrono::hours(25));
    int counted = 0;
    int made = 0;
    hooked.psa.before = [&](const Request& request) {
      // Asked for a second time when the last page has been read.
      if (request.url.find("/count") == std::string::npos || ++counted != 2) return;
      made = hooked.psa.sandbox.post("/service/tickets", {{"summary", "new"}, {"company", {{"id", 1}}}})
                 .at("id")
                 .get<int>();
    };
    const auto records = hooked.run(true, [&] { hooked.deliver(); });
    REQUIRE(made > 20);
    CHECK(ids_of(records) == std::to_string(made) + " ");
    hooked.psa.sandbox.send("DELETE", "/service/tickets/" + std::to_string(made));
    hooked.lose();
    hooked.reading.host().clock.advance(std::chrono::hours(25));
    CHECK(hooked.run() == std::vector{deletion(made)});
  }
}

TEST_CASE("events that come while a sweep is to be made again do not make the whole list be given again") {
  Hooked hooked(R"("entity": "GET /service/tickets", "callbacks": {"type": "ticket"}, "deletions": {})");
  hooked.run();
  hooked.psa.sandbox.send("DELETE", "/service/tickets/7");
  hooked.lose();
  hooked.reading.host().clock.advance(std::chrono::hours(25));
  hooked.psa.answer_instead = [](const Request& request) -> std::optional<Scripted> {
    if (request.priority != Priority::background) return {};
    return Scripted{{}, {}, Error{ErrorKind::busy, "429", 0}};
  };
  hooked.reading.open(hooked.cursor);
  for (auto page = hooked.reading.poll(); page; page = hooked.reading.poll()) hooked.cursor = page->cursor;
  hooked.psa.answer_instead = {};
  hooked.change(3, "x");
  hooked.deliver();
  CHECK(ids_of(hooked.run_woken()) == "3 ");
  CHECK(hooked.run() == std::vector{deletion(7)});
}

TEST_CASE("conditions of any length that the list is read with are good for what callbacks announce") {
  std::string ids = "id in (1";
  for (int id = 2; id <= 110; ++id) ids += "," + std::to_string(id);
  for (int id = 900'000; id < 900'300; ++id) ids += "," + std::to_string(id);
  const std::string fits = "id < 111 and summary != '" + std::string(1480, 'x') + "'";
  for (const std::string& conditions : {ids + ")", fits}) {
    CAPTURE(conditions.size());
    sandbox::Settings how = announcing();
    how.tickets = 120;
    Hooked hooked(with_callbacks + R"(, "parameters": {"query": {"conditions": ")" + conditions + R"("}})", how);
    hooked.psa.answer_instead = refuse_long_url;
    REQUIRE(hooked.run().size() == 110);
    for (int id = 1; id <= 119; ++id) hooked.change(id, "announced");
    hooked.psa.sandbox.send("DELETE", "/service/tickets/3");
    while (hooked.deliver() > 0) {
    }
    const auto records = hooked.run_woken();
    CHECK(records.size() == 110);
    CHECK(records.back() == deletion(3));
    CHECK(hooked.run().empty());
  }
}

TEST_CASE("an announced record that cannot be asked for pauses the incoming, and does not end it") {
  Hooked hooked;
  hooked.run();
  hooked.change(7, "x");
  hooked.deliver();
  hooked.psa.answer_instead = [](const Request& request) -> std::optional<Scripted> {
    if (request.url.find("id%20in") == std::string::npos) return {};
    return Scripted{{}, {}, Error{ErrorKind::invalid, "400", 0}};
  };
  hooked.reading.open(hooked.cursor);
  const auto failed = hooked.reading.poll();
  REQUIRE_FALSE(failed);
  CHECK(failed.error().kind == ErrorKind::denied);
}

TEST_CASE("what other options look at is there whatever fields are chosen, also of what is announced") {
  const std::string fields = R"(, "parameters": {"query": {"fields": ["id", "summary"]}})";
  SUBCASE("who changed it, for ignore_own") {
    Hooked hooked(hooked_tickets + R"(, "callbacks": {"type": "ticket", "ignore_own": true})" + fields);
    hooked.run();
    hooked.change(7, "own");
    CHECK(hooked.run().empty());
    CHECK(hooked.events.counts["own_changes"] == 1);
  }
  SUBCASE("the flag of deletions") {
    Hooked hooked(R"("entity": "GET /company/companies", "callbacks": {"type": "company"},
                     "deletions": {"every": 0, "flag": "deletedFlag"},
                     "parameters": {"query": {"fields": ["id", "name"]}})");
    hooked.psa.sandbox.send("DELETE", "/company/companies/2");
    CHECK(hooked.run()[1] == deletion(2));
    hooked.psa.sandbox.send("DELETE", "/company/companies/3");
    hooked.deliver();
    CHECK(hooked.run_woken() == std::vector{deletion(3)});
  }
  SUBCASE("the time of incremental") {
    Hooked hooked(R"("entity": "GET /service/tickets", "incremental": {"field": "dateEntered"},
                     "callbacks": {"type": "ticket"})" +
                  fields);
    hooked.run();
    hooked.psa.sandbox.now += 600;
    hooked.psa.sandbox.post("/service/tickets", {{"summary", "new"}, {"company", {{"id", 1}}}});
    hooked.deliver();
    CHECK(hooked.run_woken().size() == 1);
    CHECK(hooked.run().empty());
    CHECK(hooked.run().empty());
  }
}
