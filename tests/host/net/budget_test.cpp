#include "host/net/budget.hpp"

#include <doctest/doctest.h>

#include <vector>

using leat::host::CallBudget;
using namespace std::chrono_literals;

namespace {

using Time = CallBudget::Time;
using Ids = std::vector<CallBudget::Id>;

constexpr Time t0 = Time(1000s);
constexpr Time never = Time::max();

Ids start_all(CallBudget& budget, Time now) {
  Ids ids;
  while (const auto id = budget.start(now)) ids.push_back(*id);
  return ids;
}

}  // namespace

TEST_CASE("as many calls as allowed are in flight, the oldest first") {
  CallBudget budget({.max_in_flight = 2});
  for (const CallBudget::Id id : {3, 1, 2}) budget.add(id, never);
  CHECK(start_all(budget, t0) == Ids{1, 2});
  CHECK(budget.next(t0) == never);
  budget.finish();
  CHECK(budget.next(t0) == t0);
  CHECK(start_all(budget, t0) == Ids{3});
  CHECK(budget.waiting() == 0);
  CHECK(budget.in_flight() == 2);
}

TEST_CASE("a call that tries again keeps its place") {
  CallBudget budget({.max_in_flight = 1});
  for (const CallBudget::Id id : {1, 2, 3}) budget.add(id, never);
  CHECK(start_all(budget, t0) == Ids{1});
  budget.add(1, never, t0 + 5s);
  budget.finish();
  CHECK(start_all(budget, t0) == Ids{2});
  budget.finish();
  CHECK(start_all(budget, t0 + 5s) == Ids{1});
  budget.finish();
  CHECK(start_all(budget, t0 + 5s) == Ids{3});
}

TEST_CASE("a call that waits for its time leaves its turn to younger ones") {
  CallBudget budget({.max_in_flight = 4});
  budget.add(1, never, t0 + 10s);
  CHECK(budget.next(t0) == t0 + 10s);
  budget.add(2, never);
  CHECK(start_all(budget, t0) == Ids{2});
  CHECK(start_all(budget, t0 + 9s) == Ids{});
  CHECK(start_all(budget, t0 + 10s) == Ids{1});
}

TEST_CASE("no minute holds more starts than allowed") {
  for (const std::uint32_t rate : {1U, 7U, 60U, 1000U}) {
    CAPTURE(rate);
    CallBudget budget({.max_in_flight = 1'000'000, .requests_per_minute = rate});
    for (CallBudget::Id id = 1; id <= 4 * rate; ++id) budget.add(id, never);
    std::vector<Time> starts;
    for (Time now = t0; starts.size() < 3 * rate; now = budget.next(now)) {
      for (std::size_t i = start_all(budget, now).size(); i > 0; --i) starts.push_back(now);
    }
    for (std::size_t i = rate; i < starts.size(); ++i) CHECK(starts[i] - starts[i - rate] >= 60s);
    CHECK(starts[3 * rate - 1] - t0 <= 180s);
  }
}

TEST_CASE("a pause holds everybody, and only ever grows") {
  CallBudget budget({.max_in_flight = 4});
  budget.add(1, never);
  budget.pause(t0 + 30s);
  budget.pause(t0 + 10s);
  CHECK(start_all(budget, t0 + 29s) == Ids{});
  CHECK(budget.next(t0) == t0 + 30s);
  CHECK(budget.paused_until() == t0 + 30s);
  CHECK(start_all(budget, t0 + 30s) == Ids{1});
}

TEST_CASE("who waits past its deadline is taken out, paused or not") {
  CallBudget budget({.max_in_flight = 1});
  budget.add(1, t0 + 60s);
  CHECK(start_all(budget, t0) == Ids{1});
  budget.add(2, t0 + 5s);
  budget.add(3, t0 + 3s);
  budget.add(4, t0 + 9s);
  CHECK(budget.next(t0) == t0 + 3s);
  CHECK(budget.expire(t0 + 2s) == Ids{});
  CHECK(budget.expire(t0 + 5s) == Ids{3, 2});
  CHECK(budget.waiting() == 1);
  budget.finish();
  CHECK(start_all(budget, t0 + 6s) == Ids{4});
  CHECK(budget.expire(t0 + 100s) == Ids{});
}

TEST_CASE("a call can be taken out while it waits, not when it flies") {
  CallBudget budget({.max_in_flight = 1});
  budget.add(1, never);
  budget.add(2, never);
  budget.add(3, never, t0 + 1s);
  CHECK(start_all(budget, t0) == Ids{1});
  CHECK_FALSE(budget.remove(1));
  CHECK(budget.remove(2));
  CHECK(budget.remove(3));
  CHECK_FALSE(budget.remove(3));
  budget.finish();
  CHECK(start_all(budget, t0 + 2s) == Ids{});
  CHECK(budget.next(t0) == never);
}
