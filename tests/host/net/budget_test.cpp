#include "host/net/budget.hpp"

#include <doctest/doctest.h>

#include <vector>

using leat::host::CallBudget;
using leat::host::Priority;
using leat::host::priority_of;
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

TEST_CASE("the flags of a request name its priority") {
  const struct {
    std::uint32_t flags;
    Priority priority;
  } rows[] = {{0, Priority::normal},       {4, Priority::background}, {8, Priority::soon},
              {12, Priority::interactive}, {1 | 8, Priority::soon},   {~12U, Priority::normal}};
  for (const auto& row : rows) {
    CAPTURE(row.flags);
    CHECK(priority_of(row.flags) == row.priority);
  }
}

TEST_CASE("the more urgent call starts first, and in each priority the older one") {
  CallBudget budget({.max_in_flight = 100});
  const Priority order[] = {Priority::background, Priority::normal, Priority::soon, Priority::interactive};
  CallBudget::Id id = 0;
  for (int round = 0; round < 2; ++round) {
    for (const Priority priority : order) budget.add(++id, never, t0, {t0 + round * 1s, priority});
  }
  CHECK(start_all(budget, t0 + 2s) == Ids{4, 8, 3, 7, 2, 6, 1, 5});
}

TEST_CASE("no call waits for ever, however many urgent ones come") {
  struct Row {
    Priority priority;
    std::chrono::seconds patience;
  };
  for (const Row& row : {Row{Priority::soon, 5s}, Row{Priority::normal, 15s}, Row{Priority::background, 30s}}) {
    CAPTURE(row.patience.count());
    CallBudget budget({.max_in_flight = 1});
    constexpr CallBudget::Id patient = 1'000'000;
    budget.add(patient, never, t0, {t0, row.priority});
    Time now = t0;
    for (CallBudget::Id id = 1;; ++id, now += 1s) {  // each second the server takes one, and an urgent one comes
      budget.add(id, never, now, {now, Priority::interactive});
      const auto started = budget.start(now);
      REQUIRE(started);
      if (*started == patient) break;
      budget.finish();
      REQUIRE(now < t0 + 60s);
    }
    CHECK(now == t0 + row.patience + 1s);  // of the same turn the lower id goes first
  }
}

TEST_CASE("a call that tries again keeps its place among its priority") {
  CallBudget budget({.max_in_flight = 1});
  const CallBudget::Place first{t0, Priority::normal};
  budget.add(1, never, t0, first);
  budget.add(2, never, t0, {t0 + 1s, Priority::normal});
  CHECK(start_all(budget, t0 + 1s) == Ids{1});
  budget.add(1, never, t0 + 3s, first);
  budget.finish();
  CHECK(start_all(budget, t0 + 3s) == Ids{1});
}

TEST_CASE("a refused call halves what is allowed, once for all that were on their way") {
  CallBudget budget({.max_in_flight = 12, .requests_per_minute = 600});
  CHECK(budget.refused(t0 + 5s, t0 + 1s));
  CHECK(budget.allowed() == CallBudget::Limits{6, 300});
  CHECK_FALSE(budget.refused(t0 + 6s, t0 + 4s));  // it left before the halving was known
  CHECK(budget.allowed() == CallBudget::Limits{6, 300});
  CHECK(budget.refused(t0 + 8s, t0 + 7s));
  CHECK(budget.allowed() == CallBudget::Limits{3, 150});
}

TEST_CASE("however often it refuses, one call at a time is tried") {
  CallBudget budget({.max_in_flight = 4, .requests_per_minute = 2});
  Time now = t0;
  for (int i = 0; i < 40; ++i, now += 1s) budget.refused(now, now);
  CHECK(budget.allowed() == CallBudget::Limits{1, 1});
  budget.add(1, never);
  CHECK(start_all(budget, now) == Ids{1});
}

TEST_CASE("what is allowed now bounds the calls and spaces them") {
  CallBudget budget({.max_in_flight = 4, .requests_per_minute = 60});
  for (CallBudget::Id id = 1; id <= 8; ++id) budget.add(id, never);
  CHECK(start_all(budget, t0) == Ids{1});
  CHECK(budget.next(t0) == t0 + 1s);
  budget.refused(t0, t0);
  CHECK(budget.next(t0) == t0 + 2s);
  CHECK(start_all(budget, t0 + 1s) == Ids{});
  CHECK(start_all(budget, t0 + 2s) == Ids{2});
  CHECK(start_all(budget, t0 + 9s) == Ids{});  // two are in flight
  CHECK(budget.next(t0 + 9s) == never);
}

TEST_CASE("answers give it back, a sixteenth for each ten seconds that go well") {
  struct Row {
    std::chrono::seconds after;
    std::uint32_t in_flight;
  };
  const Row rows[] = {{9s, 8}, {10s, 9}, {15s, 9}, {25s, 10}, {45s, 12}, {300s, 16}, {900s, 16}};
  CallBudget budget({.max_in_flight = 16});
  CHECK_FALSE(budget.answered(t0));  // nothing to give back
  budget.refused(t0, t0);
  for (const Row& row : rows) {
    CAPTURE(row.after.count());
    const auto before = budget.allowed();
    CHECK(budget.answered(t0 + row.after) == (row.in_flight != before.max_in_flight));
    CHECK(budget.allowed().max_in_flight == row.in_flight);
  }
  CHECK(budget.allowed() == budget.limits());
}

TEST_CASE("the time of a pause does not count as going well") {
  CallBudget budget({.max_in_flight = 16});
  budget.pause(t0 + 30s);
  budget.refused(t0, t0);
  CHECK_FALSE(budget.answered(t0 + 39s));
  CHECK(budget.answered(t0 + 40s));
  CHECK(budget.allowed().max_in_flight == 9);
}
