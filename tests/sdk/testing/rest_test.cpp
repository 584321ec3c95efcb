// The example connector, tested as its author would: with the kit alone.
#include <doctest/doctest.h>

#include <leat/testing.hpp>

using namespace leat::testing;
using leat::ErrorKind;

namespace {

constexpr const char* orders = R"({"client": "shop", "path": "/orders"})";

Script& shop(Host& host) { return host.client("shop"); }

}  // namespace

TEST_CASE("the subscriber reads page by page behind the last id") {
  Host host;
  shop(host).expect("GET", "/orders?limit=2").answer(200, R"([{"id":1},{"id":"a/b"}])");
  shop(host).expect("GET", "/orders?limit=2&after=a%2Fb").answer(200, R"([{"id":3}])");
  Subscriber subscriber(host, "rest", orders);
  CHECK(subscriber.read_all("", 2) == Jsons{R"({"id":1})", R"({"id":"a/b"})", R"({"id":3})"});
  CHECK(shop(host).missing().empty());
  CHECK(host.metric("pages") == 2);
}

TEST_CASE("a subscriber opened at a cursor goes on there") {
  Host host;
  shop(host).expect("GET", "/orders?limit=9&after=17").answer(200, "[]");
  Subscriber subscriber(host, "rest", orders);
  REQUIRE(subscriber.open("17"));
  const Output page = subscriber.poll(9);
  REQUIRE(page.outcome);
  CHECK(page.records.empty());
  CHECK(page.ended);
  CHECK_FALSE(page.cursor);
}

TEST_CASE("what the far side refuses or garbles fails the page") {
  struct Row {
    const char* name;
    void (*say)(Expectation&);
    ErrorKind kind;
    const char* message;
  };
  const Row rows[] = {
      {"busy", [](Expectation& e) { e.fail(ErrorKind::busy, "slow down", 5000); }, ErrorKind::busy, "slow down"},
      {"no array", [](Expectation& e) { e.answer(200, "{}"); }, ErrorKind::invalid,
       "not a JSON array: byte 0: expected '[': a JSON array of records, found '{'"},
      {"no id", [](Expectation& e) { e.answer(200, R"([{"id":1},{}])"); }, ErrorKind::invalid,
       "/orders: a record has no 'id', so no page can start behind it"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    Host host;
    row.say(shop(host).expect("GET", "/orders?limit=9"));
    Subscriber subscriber(host, "rest", orders);
    REQUIRE(subscriber.open());
    const Output page = subscriber.poll(9);
    REQUIRE_FALSE(page.outcome);
    CHECK(page.outcome.error().kind == row.kind);
    CHECK(page.outcome.error().message == row.message);
    CHECK_FALSE(page.cursor);
  }
}

TEST_CASE("the publisher posts, and settles each record by itself") {
  Host host;
  shop(host).expect("POST", "/orders").body(R"({"n":1})").header("Idempotency-Key", "1").answer(201, R"({"id":7})");
  shop(host).expect("POST", "/orders").body(R"({"n":2})").fail(ErrorKind::uncertain, "no answer");
  shop(host).expect("POST", "/orders").body(R"({"n":3})").answer(201, "not JSON");
  Publisher publisher(host, "rest", orders);
  const Output out = publisher.publish({R"({"n":1})", R"({"n":2})", R"({"n":3})"});
  REQUIRE(out.outcome);
  CHECK(out.records[0].fate == Fate::delivered);
  CHECK(out.records[0].answer == R"({"id":7})");
  CHECK(out.records[1].fate == Fate::rejected);
  CHECK(out.records[1].error.kind == ErrorKind::uncertain);
  CHECK(out.records[2].fate == Fate::delivered);
  CHECK(out.records[2].answer.empty());
  CHECK_FALSE(publisher.replay_safe());
}

TEST_CASE("with an id the publisher puts, and may repeat") {
  Host host;
  shop(host).expect("PUT", "/orders/17").body(R"({"id":17})");
  Publisher publisher(host, "rest", R"({"client": "shop", "path": "/orders", "id": "id"})");
  CHECK(publisher.replay_safe());
  const Output out = publisher.publish({R"({"id":17})", R"({"n":1})"});
  CHECK(out.records[0].fate == Fate::delivered);
  CHECK(out.records[1].error.message == "the record has no 'id'");
}

TEST_CASE("a cancelled publisher leaves what it has not begun") {
  Host host;
  shop(host).expect("POST", "/orders").after(1000);
  host.clock.cancel(400);
  Publisher publisher(host, "rest", orders);
  const Output out = publisher.publish({R"({"n":1})", R"({"n":2})"});
  CHECK(out.records[0].error.kind == ErrorKind::cancelled);
  CHECK(out.records[1].error.kind == ErrorKind::cancelled);
  CHECK(shop(host).sent().size() == 1);
}

TEST_CASE("a call that is not answered in time is uncertain or unreachable, by what was sent") {
  Host host;
  host.set_deadline(30000);
  shop(host).expect("POST", "/orders").never();
  Publisher publisher(host, "rest", orders);
  CHECK(publisher.publish({"{}"}).records[0].error.kind == ErrorKind::uncertain);
  shop(host).expect("GET", "/orders?limit=1").never();
  Subscriber subscriber(host, "rest", orders);
  REQUIRE(subscriber.open());
  CHECK(subscriber.poll(1).outcome.error().kind == ErrorKind::unreachable);
}

TEST_CASE("the client sends to its base with its token, and says what an answer means") {
  struct Row {
    const char* method;
    int status;
    leat_kind kind;
  };
  const Row rows[] = {{"GET", 200, LEAT_OK},        {"GET", 401, LEAT_DENIED},   {"GET", 404, LEAT_NOT_FOUND},
                      {"GET", 429, LEAT_BUSY},      {"POST", 400, LEAT_INVALID}, {"GET", 502, LEAT_UNREACHABLE},
                      {"POST", 502, LEAT_UNCERTAIN}};
  Host host;
  HttpClient client(host, "rest", R"({"base_uri": "https://shop.example", "token": "hunter22"})");
  for (const Row& row : rows) {
    CAPTURE(row.status);
    host.transport()
        .expect(row.method, "https://shop.example/orders")
        .header("Authorization", "Bearer hunter22")
        .answer(row.status, "{}");
    const Reply reply = client.send(row.method, "/orders");
    CHECK(reply.status == row.status);
    CHECK((reply.outcome ? LEAT_OK : static_cast<leat_kind>(reply.outcome.error().kind)) == row.kind);
  }
  host.transport().expect("GET", "https://shop.example/slow").never();
  CHECK(client.send_and_cancel("GET", "/slow").outcome.error().kind == ErrorKind::cancelled);
}
