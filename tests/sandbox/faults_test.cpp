#include <doctest/doctest.h>

#include "tests/sandbox/harness.hpp"

using namespace leat::sandbox;
using namespace leat::sandbox::test;

TEST_CASE("every Nth request meets the fault asked for, and what it did is as the option says") {
  struct Row {
    const char* what;
    Fault fault;
    int status;
    Delivery delivery;
    bool done;  // the request took effect
    const char* said;
  };
  const Row rows[] = {
      {"fail", Fault::fail, 500, Delivery::whole, false, "A timeout has occured. Please try again."},
      {"throttle", Fault::throttle, 429, Delivery::whole, false,
       R"({"error":"ConnectWiseAPI","message":"Too many requests. Please try again in 7 seconds."})"},
      {"html", Fault::html, 502, Delivery::whole, false, "<HTML>"},
      {"truncate", Fault::truncate, 201, Delivery::cut_short, true, "\"text\":\"n\""},
      {"drop before", Fault::drop_before, 200, Delivery::dropped, false, ""},
      {"drop after", Fault::drop_after, 201, Delivery::dropped, true, ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    Settings settings;
    settings.tickets = 5;
    FaultRule rule;
    rule.fault = row.fault;
    rule.every = 3;
    rule.retry_after = 7;
    rule.method = "post";
    settings.faults = {rule};
    Harness harness(settings);
    const std::size_t before = harness.get("/service/tickets/1/notes").size();
    for (int number = 1; number <= 7; ++number) {
      CAPTURE(number);
      const Response answer =
          harness.send("POST", "/service/tickets/1/notes", R"({"text":"n","internalAnalysisFlag":true})");
      if (number % 3 != 0) {
        CHECK(answer.status == 201);
        CHECK(answer.delivery == Delivery::whole);
        continue;
      }
      CHECK(answer.status == row.status);
      CHECK(answer.delivery == row.delivery);
      CHECK(answer.body.find(row.said) != std::string::npos);
      CHECK(header(answer, "Retry-After") == (row.status == 429 ? "7" : "(absent)"));
    }
    CHECK(harness.get("/service/tickets/1/notes").size() - before == (row.done ? 7 : 5));
  }
}

TEST_CASE("latency is asked of the listener for each API request, and not for the sandbox's own pages") {
  Settings settings;
  settings.latency = std::chrono::milliseconds(40);
  Harness harness(settings);
  CHECK(harness.send("GET", "/service/tickets/1").delay == std::chrono::milliseconds(40));
  CHECK(harness.service.answer({"GET", "/sandbox/requests", {}, "", "http"}).delay.count() == 0);
}

TEST_CASE("the sandbox says what it was asked, and forgets it when told to") {
  Harness harness;
  harness.get("/service/tickets/1");
  harness.get("/service/tickets/2");
  harness.send("GET", "/service/tickets/999999");
  const auto page = [&](const char* method) {
    return harness.service.answer({method, "/sandbox/requests", {}, "", "http"});
  };
  const Json asked = Json::parse(page("GET").body);
  CHECK(asked["operations"]["GET /service/tickets/{id}"] == 3);
  CHECK(page("DELETE").status == 204);
  CHECK(Json::parse(page("GET").body)["operations"].empty());
}

TEST_CASE("a variant that there is not, or a choice, is refused with those that there are") {
  Variants variants;
  CHECK(variants.set("order=shuffled"));
  const auto choice = variants.set("order=random");
  REQUIRE_FALSE(choice);
  CHECK(choice.error().message == "order takes one of id, shuffled");
  const auto point = variants.set("ordering=id");
  REQUIRE_FALSE(point);
  CHECK(point.error().message.find("no variant 'ordering'; there are missing-client-id, ") == 0);
}
