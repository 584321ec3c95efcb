// A call that is stopped ends also when the library underneath does not get to end it: the transport gives it up.
// What then is not known for certain is not called unsent.
#include <doctest/doctest.h>

#include <condition_variable>
#include <mutex>
#include <string>
#include <utility>

#include <pplx/threadpool.h>  // after <utility>, which the Boost under it forgets

#include "support/http_server.hpp"
#include "transport_fixture.hpp"

using namespace leat::host::test;
using leat::test::HttpPeer;
using leat::test::HttpRequest;
using leat::test::HttpServer;

namespace {

constexpr int kThreads = 4;  // of the library, see start_http_threads

// Keeps every thread of the library busy.
class Stall {
 public:
  Stall() {
    for (int i = 0; i < kThreads; ++i) block_one();
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return busy_ == kThreads; });
  }
  ~Stall() {
    std::unique_lock lock(mutex_);
    over_ = true;
    changed_.notify_all();
    changed_.wait(lock, [this] { return busy_ == 0; });
  }
  Stall(const Stall&) = delete;
  Stall& operator=(const Stall&) = delete;

  // Lets the library do what waits for a thread, but not what comes of that.
  void one_step() {
    block_one();
    std::unique_lock lock(mutex_);
    passes_ = 1;
    changed_.notify_all();
    changed_.wait(lock, [this] { return passes_ == 0 && busy_ == kThreads; });
  }

 private:
  void block_one() {
    crossplat::threadpool::shared_instance().service().post([this] {
      std::unique_lock lock(mutex_);
      ++busy_;
      changed_.notify_all();
      changed_.wait(lock, [this] { return over_ || passes_ > 0; });
      if (!over_) --passes_;
      --busy_;
      changed_.notify_all();
    });
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  int busy_ = 0;
  int passes_ = 0;
  bool over_ = false;
};

}  // namespace

TEST_CASE("a call given up while the library stalls is uncertain if it may have been done") {
  struct Case {
    const char* method;
    const char* body;
    leat_kind kind;
    int arrives;
  };
  const Case cases[] = {
      {"GET", "", LEAT_CANCELLED, 1},   // done or not is all the same
      {"POST", "", LEAT_UNCERTAIN, 1},  // its head is all of it, and left
      {"POST", "x", LEAT_CANCELLED, 0}  // its body was not read and will not be
  };
  for (const Case& each : cases) {
    CAPTURE(each.method);
    CAPTURE(each.body);
    HttpServer server([](const HttpRequest&, HttpPeer& peer) { peer.answer(200, "x"); });
    TransportFixture transport;
    CHECK(transport.get(server.url()).status == 200);  // leaves a kept connection
    Pending call;
    {
      Stall stall;
      CHECK(transport.send({.method = each.method, .url = server.url(), .body = each.body}, call) == LEAT_OK);
      stall.one_step();  // the head leaves, and nobody takes note of it
      if (each.arrives > 0) CHECK(server.wait_for_requests(1 + each.arrives));
      transport.cancel(call);
      CHECK(call.wait().kind == each.kind);
    }
    transport.quiesce();
    CHECK(call.wait().times == 1);
    CHECK(server.request_count() == 1 + each.arrives);
  }
}

TEST_CASE("a call given up goes to no other connection") {
  HttpServer server([](const HttpRequest&, HttpPeer& peer) { peer.answer(200, "x"); });
  TransportFixture transport(R"({"max_in_flight":1})");
  CHECK(transport.get(server.url()).status == 200);
  Pending call;
  {
    const Stall stall;
    CHECK(transport.send({.method = "POST", .url = server.url(), .body = "x", .timeout_ms = 50}, call) == LEAT_OK);
    CHECK(call.wait().kind == LEAT_UNREACHABLE);
  }
  CHECK(transport.get(server.url()).status == 200);
  CHECK(call.wait().times == 1);
  CHECK(server.request_count() == 2);
}
