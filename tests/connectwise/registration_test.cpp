// The subscriber's entry among the callbacks, against the sandbox.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "connectwise/hooked.hpp"

using namespace leat;
using namespace leat::test;
using nlohmann::json;

TEST_CASE("an entry is registered once, with our address") {
  Hooked hooked;
  CHECK(hooked.run().size() == 20);
  REQUIRE(hooked.entries().size() == 1);
  const json entry = hooked.entries()[0];
  CHECK(entry.at("url") == "https://hooks.test/leat/tickets?recordId=");
  CHECK(entry.at("type") == "ticket");
  hooked.reading.host().clock.advance(std::chrono::hours(1));
  hooked.run();
  CHECK(hooked.entries().size() == 1);
}

TEST_CASE(
    "an entry that the server gave up is switched on again, one with an old address corrected, a second one removed") {
  Hooked hooked;
  hooked.run();
  const std::string path = "/system/callbacks/" + hooked.entries()[0].at("id").dump();
  hooked.psa.sandbox.patch(path, json::array({{{"op", "replace"}, {"path", "inactiveFlag"}, {"value", true}}}));
  hooked.reading.host().clock.advance(std::chrono::hours(1));
  hooked.run();
  REQUIRE(hooked.entries().size() == 1);
  CHECK(hooked.entries()[0].at("inactiveFlag") == false);
  CHECK(hooked.events.counts["callbacks_repaired"] == 1);

  hooked.events.address = "https://hooks.test/moved/tickets";
  hooked.psa.sandbox.post("/system/callbacks", {{"url", "https://hooks.test/moved/tickets?recordId="},
                                                {"objectId", 1},
                                                {"type", "company"},
                                                {"level", "owner"}});
  hooked.reading.host().clock.advance(std::chrono::hours(1));
  hooked.run();
  REQUIRE(hooked.entries().size() == 1);
  CHECK(hooked.entries()[0].at("url") == "https://hooks.test/moved/tickets?recordId=");
}

TEST_CASE("without the option the entry of former times is removed") {
  Hooked hooked;
  hooked.run();
  REQUIRE(hooked.entries().size() == 1);
  Reading without(hooked.psa.client, hooked_tickets, nullptr, &hooked.state);
  std::string cursor = hooked.cursor;
  without.run(cursor);
  CHECK(hooked.entries().empty());
  CHECK(hooked.state.values.empty());
}

TEST_CASE("somebody else's entry is left alone, and polling goes on without callbacks") {
  Hooked hooked;
  const auto made = hooked.psa.sandbox.post(
      "/system/callbacks",
      {{"url", "https://other.test/?id="}, {"objectId", 1}, {"type", "ticket"}, {"level", "owner"}});
  CHECK(hooked.run().size() == 20);
  CHECK(hooked.entries().empty());
  CHECK(hooked.psa.sandbox.get("/system/callbacks/" + made.at("id").dump()).at("url") == "https://other.test/?id=");
  bool told = false;
  for (const std::string& line : hooked.reading.host().lines) {
    told = told || line.find("leads to https://other.test/?id=") != std::string::npos;
  }
  CHECK(told);
}

TEST_CASE("an entry of another system that has the number of ours is neither changed nor removed") {
  const json elsewhere = {{"url", "https://other.test/?id="}, {"type", "company"}};
  for (const bool with_option : {true, false}) {
    CAPTURE(with_option);
    Hooked hooked;
    hooked.run();
    const std::string path = "/system/callbacks/" + hooked.entries()[0].at("id").dump();
    for (const auto& [member, value] : elsewhere.items()) hooked.change(path, member, value);
    const auto before = hooked.psa.sandbox.get(path);
    REQUIRE(before.at("type") == "company");
    if (with_option) {
      hooked.reading.host().clock.advance(std::chrono::hours(1));
      hooked.run();
      CHECK(hooked.entries().size() == 1);
    } else {
      Reading without(hooked.psa.client, hooked_tickets, nullptr, &hooked.state);
      without.run(hooked.cursor);
      CHECK(hooked.state.values.empty());
    }
    CHECK(hooked.psa.sandbox.get(path) == before);
  }
}
