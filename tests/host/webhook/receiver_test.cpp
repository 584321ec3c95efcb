// From a webhook to a stored event: who judges it, what is kept, and what its sender is told.
#include "host/webhook/receiver.hpp"

#include <doctest/doctest.h>

#include <functional>

#include "host/route/fakes.hpp"

namespace leat::host::test {
namespace {

// A subscriber that judges webhooks.
struct Judge {
  std::function<leat_kind(leat_ctx& call, const leat_webhook& request, leat_batch& events)> judge =
      [](leat_ctx&, const leat_webhook&, leat_batch& events) { return add(events, "[1]"); };

  static leat_kind add(leat_batch& events, const std::string& json) {
    events.append(std::move(*make_record(json)));
    return LEAT_OK;
  }
  static const leat_subscriber table;
  static const leat_component component;
};
const leat_subscriber Judge::table{
    sizeof(leat_subscriber),
    0,
    [](void*, leat_ctx*, leat_bytes) noexcept -> leat_kind { return LEAT_OK; },
    [](void*, leat_ctx*, std::uint32_t, std::uint32_t, leat_batch*) noexcept -> leat_kind { return LEAT_OK; },
    nullptr,
    nullptr,
    [](void* self, leat_ctx* call, const leat_webhook* request, leat_batch* events) noexcept {
      return static_cast<Judge*>(self)->judge(*call, *request, *events);
    }};
const leat_component Judge::component = component_of(LEAT_KIND_SUBSCRIBER, &Judge::table);

class Fixture {
 public:
  explicit Fixture(ReceiverOptions options = {"/leat", 10})
      : receiver(*world.store, world.log, world.clock, std::move(options), [this](std::string_view incoming) {
          woken.emplace_back(incoming);
          stored_when_woken = events().size();
        }) {
    Call call(world.clock, {}, "in");
    const std::string place = "incoming.tickets.subscriber";
    subscriber = std::move(*SubscriberInstance::create(Judge::component, fake_host(), call, address(&judge), place));
    receiver.add("tickets", *subscriber);
  }

  int post(const std::string& target = "/leat/tickets", std::chrono::milliseconds within = 60s) {
    const WebRequest request{"POST", target, {{"X-One", "1"}, {"X-Two", "2"}}, "the body"};
    return receiver.answer(request, std::chrono::steady_clock::now() + within);
  }
  std::vector<Event> events() {
    auto found = world.store->events("tickets", 0, 100, 1U << 20U);
    REQUIRE(found);
    return std::move(*found);
  }
  std::size_t warnings() const { return world.lines.size(); }

  World world;
  Judge judge;
  std::vector<std::string> woken;
  std::size_t stored_when_woken = 0;
  std::unique_ptr<SubscriberInstance> subscriber;
  Receiver receiver;
};

}  // namespace

TEST_CASE("an event is stored before its sender is told, and then the incoming is woken") {
  Fixture fixture;
  fixture.judge.judge = [&](leat_ctx&, const leat_webhook&, leat_batch& events) {
    Judge::add(events, R"({"id":7601})");
    events.record(0)->set_attr("acme.source", "webhook");
    Judge::add(events, "[2]");
    Judge::add(events, "[3]");
    events.drop(1);
    CHECK(fixture.events().empty());
    return LEAT_OK;
  };
  CHECK(fixture.post() == 200);
  const auto events = fixture.events();
  REQUIRE(events.size() == 2);
  CHECK(events[0].payload == R"({"id":7601})");
  CHECK(events[0].attributes == R"({"acme.source":"webhook"})");
  CHECK(events[1].payload == "[3]");
  CHECK(fixture.woken == std::vector<std::string>{"tickets"});
  CHECK(fixture.stored_when_woken == 2);
}

TEST_CASE("the subscriber sees the request as it came, without the address that is its own") {
  const struct {
    const char* target;
    std::string_view rest;
  } rows[] = {{"/leat/tickets", ""},
              {"/leat/tickets?recordId=7601&action=updated", "?recordId=7601&action=updated"},
              {"/leat/tickets/sub?x=/y", "/sub?x=/y"},
              {"/leat/tickets/", "/"}};
  for (const auto& row : rows) {
    CAPTURE(row.target);
    Fixture fixture;
    fixture.judge.judge = [&](leat_ctx& call, const leat_webhook& request, leat_batch&) {
      CHECK(view(request.method) == "POST");
      CHECK(view(request.target) == row.rest);
      REQUIRE(request.header_count == 2);
      CHECK(view(request.headers[1].name) == "X-Two");
      CHECK(std::string_view(reinterpret_cast<const char*>(request.body.ptr), request.body.len) == "the body");
      CHECK(call.remaining_ms() <= 60'000);
      CHECK(call.callee()->place == "incoming.tickets.subscriber");
      CHECK(call.origin() == "incoming tickets");
      return LEAT_OK;
    };
    CHECK(fixture.post(row.target) == 200);
    CHECK(fixture.events().empty());
    CHECK(fixture.woken.empty());
  }
}

TEST_CASE("each incoming has one address, and what is beside it is unknown") {
  const struct {
    const char* base;
    const char* method;
    const char* target;
    int status;
  } rows[] = {{"/leat", "POST", "/leat/tickets", 0},
              {"/leat", "POST", "/leat/tickets?x", 0},
              {"/leat", "POST", "/leat/tickets/x", 0},
              {"/leat", "GET", "/leat/tickets", 405},
              {"/leat", "PUT", "/leat/tickets", 405},
              {"/leat", "POST", "/leat/tickets2", 404},
              {"/leat", "POST", "/leat/ticket", 404},
              {"/leat", "POST", "/leat/", 404},
              {"/leat", "POST", "/leat", 404},
              {"/leat", "POST", "/", 404},
              {"/leat", "POST", "/tickets", 404},
              {"/leat", "GET", "/tickets", 404},
              {"/leat", "POST", "//leat/tickets", 404},
              {"/leat", "POST", "", 404},
              {"/leat", "POST", "*", 404},
              {"/leat", "POST", "/leat/Tickets", 404},
              {"/leat", "POST", "/leat/%74ickets", 404},
              {"", "POST", "/tickets", 0},
              {"", "POST", "/leat/tickets", 404},
              {"/a/b", "POST", "/a/b/tickets", 0}};
  for (const auto& row : rows) {
    CAPTURE(row.base);
    CAPTURE(row.target);
    Fixture fixture({row.base, 10});
    CHECK(fixture.receiver.admit(row.method, row.target) == row.status);
  }
}

TEST_CASE("what the subscriber says decides what its sender is told; nothing is kept") {
  const struct {
    leat_kind kind;
    int status;
  } rows[] = {{LEAT_DENIED, 401},    {LEAT_INVALID, 400},     {LEAT_NOT_FOUND, 404},
              {LEAT_BUSY, 429},      {LEAT_UNREACHABLE, 429}, {LEAT_UNCERTAIN, 429},
              {LEAT_CANCELLED, 429}, {LEAT_UNSUPPORTED, 503}, {LEAT_BROKEN, 503}};
  for (const auto& row : rows) {
    CAPTURE(row.kind);
    Fixture fixture;
    fixture.judge.judge = [&](leat_ctx& call, const leat_webhook&, leat_batch& events) {
      Judge::add(events, "[1]");
      return call.fail(row.kind, 0, "that is why");
    };
    CHECK(fixture.post() == row.status);
    CHECK(fixture.events().empty());
    CHECK(fixture.woken.empty());
    REQUIRE(fixture.warnings() == 1);
    CHECK(fixture.world.lines[0].find("a webhook was refused with " + std::to_string(row.status) + ": that is why") !=
          std::string::npos);
  }
}

TEST_CASE("above the ceiling of stored events the sender is told to come again") {
  Fixture fixture({"/leat", 2});
  CHECK(fixture.post() == 200);
  CHECK(fixture.post() == 200);
  CHECK(fixture.post() == 429);
  CHECK(fixture.events().size() == 2);
}

TEST_CASE("what was judged too late is not stored: its sender was told to come again") {
  Fixture fixture;
  CHECK(fixture.post("/leat/tickets", 0ms) == 429);
  CHECK(fixture.events().empty());
}

TEST_CASE("many that are not genuine cost a line a minute") {
  Fixture fixture;
  fixture.judge.judge = [](leat_ctx& call, const leat_webhook&, leat_batch&) {
    return call.fail(LEAT_DENIED, 0, "wrong signature");
  };
  for (int i = 0; i < 100; ++i) CHECK(fixture.post() == 401);
  CHECK(fixture.warnings() == 1);
  fixture.world.clock.advance(1min);
  CHECK(fixture.post() == 401);
  REQUIRE(fixture.warnings() == 2);
  CHECK(fixture.world.lines[1].find("wrong signature (and 99 like it before)") != std::string::npos);
}

}  // namespace leat::host::test
