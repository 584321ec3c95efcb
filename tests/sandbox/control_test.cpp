// Faults: every Nth request, and scripted while the sandbox runs.
#include <doctest/doctest.h>

#include "tests/sandbox/harness.hpp"

using namespace leat::sandbox;
using namespace leat::sandbox::test;

namespace {

constexpr const char* ticket = R"({"summary":"x","company":{"id":2}})";

}  // namespace

TEST_CASE("each fault is answered as documented, and the work was done or not") {
  struct Row {
    const char* fault;
    int status;
    Delivery delivery;
    bool made;
    std::string content;
  };
  const Row rows[] = {
      {"drop-before", 200, Delivery::dropped, false, ""},
      {"throttle", 429, Delivery::whole, false,
       R"({"error":"ConnectWiseAPI","message":"Too many requests. Please try again in 7 seconds."})"},
      {"throttle-html", 429, Delivery::whole, false, "<HTML>"},
      {"fail", 500, Delivery::whole, false, "A timeout has occured. Please try again."},
      {"html", 502, Delivery::whole, false, "<HTML>"},
      {"unavailable", 503, Delivery::whole, false, "<HTML>"},
      {"drop-after", 201, Delivery::dropped, true, ""},
      {"truncate", 201, Delivery::cut_short, true, ""},
      {"html-done", 200, Delivery::whole, true, "<HTML>"},
      {"slow", 201, Delivery::whole, true, "\"summary\":\"x\""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.fault);
    Harness harness(few_tickets());
    const Json rule = {{"fault", row.fault}, {"count", 1}, {"retryAfter", 7}, {"delay", 40}};
    CHECK(harness.control("POST", "/sandbox/faults", rule.dump()).status == 200);
    const Response response = harness.send("POST", "/service/tickets", ticket);
    CHECK(response.status == row.status);
    CHECK(response.delivery == row.delivery);
    CHECK(response.body.find(row.content) != std::string::npos);
    CHECK(response.delay == std::chrono::milliseconds(40));
    CHECK(header(response, "Retry-After") == (row.status == 429 ? "7" : "(absent)"));
    CHECK(harness.get("/service/tickets/count")["count"] == (row.made ? 21 : 20));
  }
}

TEST_CASE("a fault is met by the requests it names, in the turn it names") {
  struct Row {
    const char* rule;
    std::string met;  // of ten requests: GET, POST alternately; x: met
  };
  const Row rows[] = {
      {R"({"fault":"fail"})", "xxxxxxxxxx"},
      {R"({"fault":"fail","count":2})", "xx........"},
      {R"({"fault":"fail","every":3})", "..x..x..x."},
      {R"({"fault":"fail","skip":4,"count":3})", "....xxx..."},
      {R"({"fault":"fail","skip":1,"every":2,"count":2})", "..x.x....."},
      {R"({"fault":"fail","method":"post"})", ".x.x.x.x.x"},
      {R"({"fault":"fail","method":"POST","every":2})", "...x...x.."},
      {R"({"fault":"fail","path":"/Service/Tickets"})", "xxxxxxxxxx"},
      {R"({"fault":"fail","path":"/company"})", ".........."},
  };
  for (const Row& row : rows) {
    CAPTURE(row.rule);
    Harness harness(few_tickets());
    harness.control("POST", "/sandbox/faults", row.rule);
    std::string met;
    for (int i = 0; i < 10; ++i) {
      const Response response =
          i % 2 == 0 ? harness.send("GET", "/service/tickets/1") : harness.send("POST", "/service/tickets", ticket);
      met += response.status == 500 ? 'x' : '.';
    }
    CHECK(met == row.met);
    CHECK(harness.control("DELETE", "/sandbox/faults").status == 200);
    CHECK(harness.send("GET", "/service/tickets/1").status == 200);
  }
}

TEST_CASE("a fault that makes no sense is refused with what it takes") {
  struct Row {
    const char* rule;
    std::string message;
  };
  const Row rows[] = {
      {R"({"fault":"explode"})", "no fault 'explode'; there are drop-before, throttle"},
      {R"({"count":1})", "'fault' is missing"},
      {R"({"fault":"fail","often":1})", "a fault has no 'often'"},
      {R"({"fault":"fail","count":-1})", "count must be a whole number"},
      {R"({"fault":"fail","path":1})", "path must be a text"},
      {"[]", "a fault is an object"},
      {"{", "not JSON"},
  };
  Harness harness(few_tickets());
  for (const Row& row : rows) {
    CAPTURE(row.rule);
    const Response response = harness.control("POST", "/sandbox/faults", row.rule);
    CHECK(response.status == 400);
    CHECK(Json::parse(response.body)["message"].get<std::string>().find(row.message) != std::string::npos);
  }
  CHECK(Json::parse(harness.control("GET", "/sandbox/faults").body)["faults"].empty());
}

TEST_CASE("more requests in a minute than the limit are refused until the minute is over") {
  Settings settings = few_tickets();
  settings.rate_limit = 3;
  Harness harness(settings);  // 12 seconds into a minute
  for (int i = 0; i < 3; ++i) CHECK(harness.send("GET", "/service/tickets/1").status == 200);
  const Response refused = harness.send("GET", "/service/tickets/1");
  CHECK(refused.status == 429);
  CHECK(header(refused, "Retry-After") == "48");
  harness.now += 48;
  CHECK(harness.send("GET", "/service/tickets/1").status == 200);
  CHECK(harness.control("PUT", "/sandbox/faults", R"({"rateLimit":0,"latency":25})").status == 200);
  for (int i = 0; i < 5; ++i) CHECK(harness.send("GET", "/service/tickets/1").status == 200);
  CHECK(harness.send("GET", "/service/tickets/1").delay == std::chrono::milliseconds(25));
}

TEST_CASE("a control page that does not exist or is asked wrongly says so") {
  Harness harness(few_tickets());
  CHECK(harness.control("GET", "/sandbox/nothing").status == 404);
  CHECK(harness.control("DELETE", "/sandbox/codebase").status == 405);
  CHECK(harness.control("PUT", "/sandbox/faults", R"({"speed":1})").status == 400);
  CHECK(harness.control("PUT", "/sandbox/callbacks", R"({"loseEvery":"x"})").status == 400);
  CHECK(harness.control("PUT", "/sandbox/records/service/tickets", "{}").status == 404);
  CHECK(harness.control("PUT", "/sandbox/records/service/tickets/1", "[]").status == 400);
  CHECK(harness.control("POST", "/sandbox/state").status == 400);  // started without --state
}
