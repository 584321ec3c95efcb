#include "host/plugin/client_instance.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <latch>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "fakes.hpp"
#include "host/base/buffer.hpp"
#include "host/base/request_gate.hpp"
#include "host/net/budget.hpp"

using namespace leat;
using namespace leat::host;
using namespace leat::host::test;
using namespace std::chrono_literals;

namespace {

std::unique_ptr<ClientInstance> make(TestHost& host, FakeClient& fake) {
  auto made = ClientInstance::create(fake.component, host.host(), host.call(), fake.options(), "clients.psa");
  REQUIRE(made);
  return std::move(*made);
}

// What a done function was given, kept.
struct Received {
  std::atomic<int> times = 0;
  leat_kind kind = LEAT_OK;
  std::string message;
  std::thread::id thread;
  bool responded = false;
  int http_status = 0;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  bool owned = false;

  static void done(void* user, const leat_outcome* outcome, const leat_http_response* response) {
    auto& into = *static_cast<Received*>(user);
    into.kind = outcome->kind;
    into.message = view(outcome->message);
    into.thread = std::this_thread::get_id();
    into.responded = response != nullptr;
    if (response != nullptr) {
      into.http_status = response->http_status;
      into.body.assign(reinterpret_cast<const char*>(response->body.ptr), response->body.len);
      into.owned = response->owner != nullptr;
      for (std::size_t i = 0; i < response->header_count; ++i) {
        into.headers.emplace_back(view(response->headers[i].name), view(response->headers[i].value));
      }
    }
    ++into.times;
  }
};

// A client that completes each request from a thread of its own.
struct ThreadedClient : FakeClient {
  explicit ThreadedClient(std::function<void(FakeSend)> answer) {
    on_send = [this, answer = std::move(answer)](auto*, auto&, FakeSend send) {
      threads.with([&](auto& all) { all.emplace_back([answer, send] { answer(send); }); });
      return LEAT_OK;
    };
    on_quiesce = [this] { threads.with([](auto& all) { all.clear(); }); };
  }
  Guarded<std::vector<std::jthread>> threads;
};

}  // namespace

TEST_CASE("a request is completed once, on the client's thread, after send") {
  TestHost host;
  FakeClient fake;
  FakeSend kept;
  fake.on_send = [&](auto*, const leat_http_request& request, FakeSend send) {
    CHECK(view(request.url) == "/company/companies");
    kept = send;
    return LEAT_OK;
  };
  const auto client = make(host, fake);
  Received received;
  const auto sent = client->send(host.call(), get("/company/companies"), &Received::done, &received);
  REQUIRE(sent);
  CHECK(*sent == kept.ticket);
  CHECK(received.times == 0);
  kept.complete(LEAT_BUSY, "later");
  CHECK(received.times == 1);
  CHECK(received.kind == LEAT_BUSY);
  CHECK(received.message == "later");
  CHECK(host.lines().empty());
}

TEST_CASE("a send that failed never completes, and says why") {
  TestHost host;
  FakeClient fake;
  fake.on_send = [](leat_ctx* ctx, auto&, auto) { return ctx_api().fail(ctx, LEAT_DENIED, 0, str("no such path")); };
  const auto client = make(host, fake);
  Received received;
  const auto sent = client->send(host.call(), get("/x"), &Received::done, &received);
  REQUIRE_FALSE(sent);
  CHECK(sent.error().kind == ErrorKind::denied);
  CHECK(sent.error().message == "no such path");
  CHECK(received.times == 0);
}

TEST_CASE("a second completion is dropped and logged") {
  TestHost host;
  FakeClient fake;
  FakeSend kept;
  fake.on_send = [&](auto*, auto&, FakeSend send) {
    kept = send;
    return LEAT_OK;
  };
  const auto client = make(host, fake);
  Received received;
  REQUIRE(client->send(host.call(), get("/x"), &Received::done, &received));
  const FakeSend first = kept;
  first.done(first.user, nullptr, nullptr);
  kept.complete();
  CHECK(received.times == 1);
  CHECK(received.kind == LEAT_BROKEN);
  CHECK(received.message == "the client completed the request without saying how it ended");
  CHECK(host.lines() ==
        std::vector<std::string>{"clients.psa (fake): the client completed a request twice, or after its end"});

  SUBCASE("even when many others came in between") {
    for (int i = 0; i < 500; ++i) {
      Received other;
      REQUIRE(client->send(host.call(), get("/x"), &Received::done, &other));
      kept.complete();
      REQUIRE(other.times == 1);
    }
    FakeSend(first).complete();
    CHECK(received.times == 1);
    CHECK(host.lines().size() == 2);
  }
}

TEST_CASE("completing inside send is a broken client, and its receiver hears it once") {
  TestHost host;
  FakeClient fake;
  fake.on_send = [](auto*, auto&, FakeSend send) {
    send.complete();
    return LEAT_OK;
  };
  const auto client = make(host, fake);
  Received received;
  const auto sent = client->send(host.call(), get("/x"), &Received::done, &received);
  REQUIRE_FALSE(sent);
  CHECK(sent.error().kind == ErrorKind::broken);
  CHECK(sent.error().message == "clients.psa (fake): ran done inside send");
  CHECK(received.times == 0);
}

TEST_CASE("a request that completed although its send failed counts as sent") {
  TestHost host;
  FakeClient fake;
  fake.on_send = [](auto*, auto&, FakeSend send) {
    std::jthread([send]() mutable { send.complete(); }).join();
    return LEAT_BROKEN;
  };
  const auto client = make(host, fake);
  Received received;
  CHECK(client->send(host.call(), get("/x"), &Received::done, &received));
  CHECK(received.times == 1);
  CHECK(host.lines() ==
        std::vector<std::string>{"clients.psa (fake): the client completed a request whose send failed"});
}

TEST_CASE("requests that a client forgot are completed when it ends") {
  TestHost host;
  FakeClient fake;
  fake.on_send = [](auto*, auto&, auto) { return LEAT_OK; };
  std::vector<std::string> order;
  fake.on_quiesce = [&] { order.emplace_back("quiesce"); };
  fake.on_destroy = [&] { order.emplace_back("destroy"); };
  Received received;
  auto client = make(host, fake);
  REQUIRE(client->send(host.call(), get("/x"), &Received::done, &received));
  client.reset();
  CHECK(order == std::vector<std::string>{"quiesce", "destroy"});
  CHECK(received.times == 1);
  CHECK(received.kind == LEAT_BROKEN);
  CHECK(received.message == "the client ended without completing the request");
}

TEST_CASE("a request needs its whole struct and a done function") {
  TestHost host;
  FakeClient fake;
  fake.on_send = [](auto*, auto&, auto) {
    FAIL_CHECK("sent");
    return LEAT_OK;
  };
  const auto client = make(host, fake);
  leat_http_request request = get("/x");
  CHECK_FALSE(client->send(host.call(), request, nullptr, nullptr));
  CHECK_FALSE(client->call(host.call(), request, nullptr, nullptr));
  request.struct_size = 8;
  Received received;
  CHECK_FALSE(client->send(host.call(), request, &Received::done, &received));
}

TEST_CASE("a waiting call gets the whole answer on its own thread") {
  for (const bool shared : {false, true}) {
    CAPTURE(shared);
    TestHost host;
    ThreadedClient fake([shared](FakeSend send) {
      const std::string text = R"([{"id":4}])";
      const leat_header headers[] = {{str("Link"), str("<x>; rel=next")},
                                     {str("Content-Type"), str("application/json")}};
      leat_http_response response{};
      response.struct_size = sizeof response;
      response.http_status = 200;
      response.headers = headers;
      response.header_count = 2;
      response.body = {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
      const Buffer owner = Buffer::make(text.size());
      std::copy(text.begin(), text.end(), owner.data());
      if (shared) {
        response.body.ptr = owner.data();
        response.owner = owner.get();
      }
      send.complete(LEAT_OK, "", &response);
    });
    const auto client = make(host, fake);
    Received received;
    CHECK(client->call(host.call(), get("/x"), &Received::done, &received));
    CHECK(received.times == 1);
    CHECK(received.thread == std::this_thread::get_id());
    CHECK(received.http_status == 200);
    CHECK(received.body == R"([{"id":4}])");
    CHECK(received.owned);
    CHECK(received.headers == std::vector<std::pair<std::string, std::string>>{{"Link", "<x>; rel=next"},
                                                                               {"Content-Type", "application/json"}});
  }
}

TEST_CASE("a waiting call fails as its request did, with the answer all the same") {
  TestHost host;
  ThreadedClient fake([](FakeSend send) {
    leat_http_response response{};
    response.struct_size = sizeof response;
    response.http_status = 429;
    send.complete(LEAT_BUSY, "throttled", &response);
  });
  const auto client = make(host, fake);
  Received received;
  const auto done = client->call(host.call(), get("/x"), &Received::done, &received);
  REQUIRE_FALSE(done);
  CHECK(done.error().kind == ErrorKind::busy);
  CHECK(done.error().message == "throttled");
  CHECK(received.kind == LEAT_BUSY);
  CHECK(received.http_status == 429);
}

TEST_CASE("a waiting call is cancelled with its context") {
  TestHost host;
  FakeClient fake;
  FakeSend kept;
  std::atomic<int> cancels = 0;
  fake.on_send = [&](auto*, auto&, FakeSend send) {
    kept = send;
    host.stop.request_stop();
    return LEAT_OK;
  };
  fake.on_cancel = [&](std::uint64_t ticket) {
    CHECK(ticket == kept.ticket);
    if (++cancels == 1) kept.complete(LEAT_CANCELLED, "stopped");
  };
  const auto client = make(host, fake);
  Received received;
  const auto done = client->call(host.call(), get("/x"), &Received::done, &received);
  REQUIRE_FALSE(done);
  CHECK(done.error().kind == ErrorKind::cancelled);
  CHECK(cancels == 1);
  CHECK(received.times == 1);
}

TEST_CASE("a waiting call ends at its deadline; what that means depends on the request") {
  struct Row {
    std::string_view method;
    std::uint32_t flags;
    ErrorKind kind;
  };
  const Row rows[] = {{"GET", 0, ErrorKind::unreachable},
                      {"POST", 0, ErrorKind::uncertain},
                      {"POST", LEAT_HTTP_IDEMPOTENT, ErrorKind::unreachable},
                      {"PUT", 0, ErrorKind::uncertain}};
  for (const Row& row : rows) {
    CAPTURE(row.method);
    TestHost host;
    host.deadline = std::chrono::steady_clock::now();
    FakeClient fake;
    FakeSend kept;
    fake.on_send = [&](auto*, auto&, FakeSend send) {
      kept = send;
      return LEAT_OK;
    };
    fake.on_cancel = [&](auto) { kept.complete(LEAT_CANCELLED, "stopped"); };
    const auto client = make(host, fake);
    Received received;
    leat_http_request request = get("/x");
    request.method = str(row.method);
    request.flags = row.flags;
    const auto done = client->call(host.call(), request, &Received::done, &received);
    REQUIRE_FALSE(done);
    CHECK(done.error().kind == row.kind);
    CHECK(done.error().message == "clients.psa (fake): no answer before the call's deadline");
    CHECK(received.kind == static_cast<leat_kind>(row.kind));
  }
}

TEST_CASE("a client that does not complete a cancelled request cannot hold the caller") {
  TestHost host;
  host.stop.request_stop();
  FakeClient fake;
  FakeSend kept;
  fake.on_send = [&](auto*, auto&, FakeSend send) {
    kept = send;
    return LEAT_OK;
  };
  const auto client = make(host, fake);
  Received received;
  const auto done = client->call(host.call(), get("/x"), &Received::done, &received, 1ms);
  REQUIRE_FALSE(done);
  CHECK(done.error().kind == ErrorKind::uncertain);
  CHECK(done.error().message == "clients.psa (fake): the request was cancelled and never completed");
  CHECK(received.times == 1);
  kept.complete();  // far too late: nobody is called any more
  CHECK(received.times == 1);
  CHECK(host.lines() ==
        std::vector<std::string>{"clients.psa (fake): the client did not complete a request after it was cancelled",
                                 "clients.psa (fake): the client completed a request twice, or after its end"});
}

TEST_CASE("many calls at once each get their own answer") {
  TestHost host;
  FakeClient fake;
  // Answers come from a second thread, in batches and in reverse.
  std::mutex mutex;
  std::condition_variable_any changed;
  std::vector<FakeSend> queue;
  fake.on_send = [&](auto*, auto&, FakeSend send) {
    const std::lock_guard lock(mutex);
    queue.push_back(send);
    changed.notify_all();
    return LEAT_OK;
  };
  std::jthread answers([&](const std::stop_token& stop) {
    while (true) {
      std::vector<FakeSend> taken;
      {
        std::unique_lock lock(mutex);
        if (!changed.wait(lock, stop, [&] { return !queue.empty(); })) return;
        taken.swap(queue);
      }
      std::reverse(taken.begin(), taken.end());
      for (FakeSend& send : taken) send.complete(LEAT_NOT_FOUND, std::to_string(send.ticket));
    }
  });
  const auto client = make(host, fake);
  Guarded<std::set<std::string>> answered;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        Call call(host.clock, {}, "thread");
        for (int n = 0; n < 1000; ++n) {
          Received received;
          const auto done = client->call(call, get("/x"), &Received::done, &received);
          if (!done && received.times == 1) {
            answered.with([&](auto& all) { all.insert(done.error().message); });
          }
        }
      });
    }
  }
  CHECK(answered.with([](const auto& all) { return all.size(); }) == 4000);
  CHECK(host.lines().empty());
}

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
