// No request reaches a server more often than the transport says it was sent. The library underneath sends requests
// again by itself when a kept connection breaks; here connections break in every way there is.
#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include "support/http_server.hpp"
#include "transport_fixture.hpp"

using namespace leat::host::test;
using leat::test::HttpPeer;
using leat::test::HttpRequest;
using leat::test::HttpServer;

namespace {

constexpr std::string_view kHead = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n";

// What a request meets at the server, by its number: mostly an answer, else a break.
void answer_or_break(unsigned fate, HttpPeer& peer) {
  switch (fate % 16) {
    case 1: return peer.close();      // before the answer
    case 2: return peer.close(true);  // the same, reset
    case 3: peer.write("HTTP/1.1 20"); return peer.close();
    case 4: peer.write(kHead); return peer.close();
    case 5:
      peer.write(kHead);
      peer.write("12345");
      return peer.close(true);
    case 6:
      peer.write(kHead);
      peer.write("1234567890");
      return peer.close();  // after it
    case 7:
      peer.write(kHead);
      peer.write("1234567890");
      return peer.close(true);  // the same, reset
    case 8: peer.answer(429, "slow", "Retry-After: 0\r\n"); return;
    case 9: peer.answer(200, "1234567890", "Connection: close\r\n"); return peer.close();
    case 10:
      peer.write(kHead);
      peer.write("1234567890unasked");
      return;  // bytes nobody asked for
    default:
      peer.write(kHead);
      peer.write("1234567890");
      return;
  }
}

// Counts by id how often each request arrived.
class Counter {
 public:
  explicit Counter(std::size_t size) : counts_(size) {}
  std::uint32_t add(std::size_t id) {
    const std::lock_guard lock(mutex_);
    return ++counts_.at(id);
  }
  std::uint32_t operator[](std::size_t id) {
    const std::lock_guard lock(mutex_);
    return counts_[id];
  }

 private:
  std::mutex mutex_;
  std::vector<std::uint32_t> counts_;
};

// The same on every run, and different for each try of a call.
unsigned fate_of(std::size_t id, std::uint32_t arrival) {
  auto mixed = static_cast<std::uint32_t>(id * 2654435761U + arrival * 40503U);
  mixed ^= mixed >> 15;
  return mixed * 2246822519U >> 27;
}

struct Totals {
  int answered = 0;
  int uncertain = 0;
  int unreachable = 0;
  int other = 0;
  int too_often = 0;  // arrived more often than it was sent
  int uncounted = 0;  // an answer whose attempts are fewer than the arrivals
  int twice = 0;      // sent again without a 429 to justify it
  int done_more_than_once = 0;
};

Totals run(int pool, std::size_t calls, const std::string& method, bool with_body) {
  Counter arrivals(calls);
  HttpServer server([&](const HttpRequest& request, HttpPeer& peer) {
    const std::size_t id = std::stoul(request.header("x-id"));
    answer_or_break(fate_of(id, arrivals.add(id)), peer);
  });
  std::deque<Pending> pending(calls);
  {
    TransportFixture transport("{\"max_in_flight\":" + std::to_string(pool) + "}");
    for (std::size_t id = 0; id < calls; ++id) {
      REQUIRE(transport.send({.method = method,
                              .url = server.url(),
                              .headers = {{"X-Id", std::to_string(id)}},
                              .body = with_body ? "body " + std::to_string(id) : ""},
                             pending[id]) == LEAT_OK);
    }
    for (Pending& each : pending) each.wait();
  }
  Totals totals;
  for (std::size_t id = 0; id < calls; ++id) {
    const Answer& answer = pending[id].wait();
    const std::uint32_t arrived = arrivals[id];
    if (answer.times != 1) ++totals.done_more_than_once;
    switch (answer.kind) {
      case LEAT_OK: ++totals.answered; break;
      case LEAT_UNCERTAIN: ++totals.uncertain; break;
      case LEAT_UNREACHABLE: ++totals.unreachable; break;
      default: ++totals.other; break;
    }
    if (answer.kind == LEAT_OK && arrived > answer.attempts) ++totals.uncounted;
    // Every arrival but the last one must have met the one answer that allows a POST to be sent again.
    for (std::uint32_t arrival = 1; arrival < arrived; ++arrival) {
      if (fate_of(id, arrival) % 16 != 8) ++totals.twice;
    }
    if (arrived > 3) ++totals.too_often;
  }
  return totals;
}

}  // namespace

TEST_CASE("no POST reaches the server twice unless the server asked for it") {
  for (const int pool : {1, 8}) {
    for (const bool with_body : {true, false}) {
      CAPTURE(pool);
      CAPTURE(with_body);
      const Totals totals = run(pool, 2500, "POST", with_body);
      CHECK(totals.twice == 0);
      CHECK(totals.uncounted == 0);
      CHECK(totals.too_often == 0);
      CHECK(totals.done_more_than_once == 0);
      CHECK(totals.other == 0);
      CHECK(totals.unreachable == 0);
      // The breaks did happen, and did not stop the others.
      CHECK(totals.uncertain > 400);
      CHECK(totals.answered > 1500);
    }
  }
}

TEST_CASE("repeatable requests are sent again, and each time is counted") {
  for (const char* method : {"GET", "PUT", "DELETE"}) {
    CAPTURE(method);
    const Totals totals = run(8, 400, method, false);
    CHECK(totals.uncounted == 0);
    CHECK(totals.too_often == 0);
    CHECK(totals.done_more_than_once == 0);
    CHECK(totals.uncertain == 0);
    CHECK(totals.answered > 360);
    CHECK(totals.answered + totals.unreachable == 400);
  }
}
