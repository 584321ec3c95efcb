#include <doctest/doctest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "client_calls.hpp"
#include "host/base/request_gate.hpp"
#include "host/net/budget.hpp"

using namespace leat;
using namespace leat::host;
using namespace leat::host::test;
using namespace std::chrono_literals;

TEST_CASE("a gate keeps back what changes something and sees the answers, whether their sender waits or not") {
  struct Row {
    const char* method;
    std::uint32_t flags;
    bool passes;
  };
  const Row rows[] = {{"GET", 0, true},
                      {"HEAD", 0, true},
                      {"OPTIONS", 0, true},
                      {"POST", LEAT_HTTP_IDEMPOTENT, true},
                      {"POST", 0, false},
                      {"PATCH", 0, false},
                      {"PUT", 0, false},
                      {"DELETE", 0, false},
                      {"PUT", LEAT_HTTP_IDEMPOTENT, false},
                      {"PATCH", LEAT_HTTP_IDEMPOTENT, false}};
  struct Gate final : RequestGate {
    Ruling before(std::string_view client, const leat_http_request& request) override {
      CHECK(client == "psa");
      if (only_reads(request)) return Go{7};
      return Error{ErrorKind::cancelled, "kept back", 0};
    }
    void after(std::uint64_t mark, const leat_outcome& outcome, const leat_http_response*) override {
      CHECK(mark == 7);
      CHECK(outcome.kind == LEAT_OK);
      ++seen;
    }
    std::atomic<int> seen{0};
  } gate;
  TestHost host;
  host.services.gate = &gate;
  int sent = 0;
  ThreadedClient fake([](FakeSend send) { send.complete(); });
  const auto answer = fake.on_send;
  fake.on_send = [&](leat_ctx* ctx, const leat_http_request& request, FakeSend send) {
    ++sent;
    return answer(ctx, request, send);
  };
  auto client = make(host, fake);
  int passed = 0;
  for (const Row& row : rows) {
    CAPTURE(row.method);
    leat_http_request request = get("/company/companies");
    request.method = str(row.method);
    request.flags = row.flags;
    Received received;
    const auto called = client->call(host.call(), request, &Received::done, &received);
    CHECK(static_cast<bool>(called) == row.passes);
    CHECK(received.times == (row.passes ? 1 : 0));
    if (!row.passes) {
      CHECK(called.error().message == "kept back");
      CHECK_FALSE(client->send(host.call(), request, &Received::done, &received));
    }
    passed += row.passes ? 1 : 0;
  }
  Received later;
  REQUIRE(client->send(host.call(), get("/company/companies"), &Received::done, &later));
  client.reset();  // all is done then
  CHECK(later.times == 1);
  ++passed;
  CHECK(sent == passed);
  CHECK(gate.seen == passed);
  host.services.gate = nullptr;
}

TEST_CASE("an answer of the gate reaches the sender as one of the far side, and nothing is sent") {
  struct Gate final : RequestGate {
    Ruling before(std::string_view, const leat_http_request&) override { return Answer{201, R"({"id":5})"}; }
    void answer(const Answer& answer, leat_http_done done, void* user) override {
      thread = std::jthread([answer, done, user] {
        leat_http_response response{};
        response.struct_size = sizeof response;
        response.http_status = answer.status;
        response.body = {reinterpret_cast<const std::uint8_t*>(answer.body.data()), answer.body.size()};
        const leat_outcome outcome{sizeof outcome, LEAT_OK, 0, {}};
        done(user, &outcome, &response);
      });
    }
    std::jthread thread;
  } gate;
  TestHost host;
  host.services.gate = &gate;
  ThreadedClient fake([](FakeSend send) { send.complete(); });
  bool sent = false;
  fake.on_send = [&](leat_ctx*, const leat_http_request&, FakeSend) {
    sent = true;
    return LEAT_BROKEN;
  };
  auto client = make(host, fake);
  leat_http_request request = get("/service/tickets");
  request.method = str("POST");
  Received waited;
  CHECK(client->call(host.call(), request, &Received::done, &waited));
  gate.thread.join();
  CHECK(waited.times == 1);
  CHECK(waited.http_status == 201);
  CHECK(waited.body == R"({"id":5})");
  Received later;
  CHECK(client->send(host.call(), request, &Received::done, &later));
  gate.thread.join();
  CHECK(later.times == 1);
  CHECK_FALSE(sent);
  client.reset();
  host.services.gate = nullptr;
}

TEST_CASE("while a person waits every request goes before scheduled ones, whatever its sender asked for") {
  for (const bool waits : {false, true}) {
    CAPTURE(waits);
    TestHost host;
    host.services.person_waits = waits;
    ThreadedClient fake([](FakeSend send) { send.complete(); });
    const auto answer = fake.on_send;
    std::vector<std::uint32_t> seen;
    fake.on_send = [&](leat_ctx* ctx, const leat_http_request& request, FakeSend send) {
      seen.push_back(request.flags);
      return answer(ctx, request, send);
    };
    const auto client = make(host, fake);
    const std::uint32_t flags[] = {LEAT_HTTP_NORMAL, LEAT_HTTP_BACKGROUND, LEAT_HTTP_SOON,
                                   LEAT_HTTP_IDEMPOTENT | LEAT_HTTP_BACKGROUND};
    for (const std::uint32_t flag : flags) {
      leat_http_request request = get("/x");
      request.flags = flag;
      Received received;
      CHECK(client->call(host.call(), request, &Received::done, &received));
      const std::uint32_t urgent = (flag & LEAT_HTTP_IDEMPOTENT) | LEAT_HTTP_INTERACTIVE;
      CHECK(seen.back() == (waits ? urgent : flag));
    }
    CHECK(seen.size() == std::size(flags));
  }
}

TEST_CASE("in the client's budget what a person waits for starts before scheduled requests that came earlier") {
  for (const bool waits : {false, true}) {
    CAPTURE(waits);
    TestHost host;
    host.services.person_waits = waits;
    ThreadedClient fake([](FakeSend send) { send.complete(); });
    const auto answer = fake.on_send;
    Priority priority{};
    fake.on_send = [&](leat_ctx* ctx, const leat_http_request& request, FakeSend send) {
      priority = priority_of(request.flags);
      return answer(ctx, request, send);
    };
    const auto client = make(host, fake);
    Received received;
    REQUIRE(client->call(host.call(), get("/x"), &Received::done, &received));
    CallBudget budget({1, 0});
    const CallBudget::Time now{1h};
    budget.add(1, CallBudget::Time::max(), now, {now, Priority::normal});
    budget.add(2, CallBudget::Time::max(), now, {now + 1s, priority});
    CHECK(budget.start(now + 2s) == (waits ? 2U : 1U));
  }
}
