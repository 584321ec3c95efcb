#include "host/plugin/client_instance.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "client_calls.hpp"
#include "host/base/buffer.hpp"

using namespace leat;
using namespace leat::host;
using namespace leat::host::test;
using namespace std::chrono_literals;

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
  const auto client = make(host, fake);  // outlives the thread that completes its requests, as quiesce would see to
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
