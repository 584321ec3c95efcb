#include "host/route/policy.hpp"

#include <doctest/doctest.h>

#include <string>

namespace leat::host {

using namespace std::chrono_literals;

TEST_CASE("the kind of an error decides what becomes of the task") {
  using enum TaskStatus;
  struct Row {
    ErrorKind kind;
    bool replay_safe;
    UncertainPolicy policy;
    bool stopping;
    TaskStatus status;
    bool pauses, stops;
  };
  constexpr auto hold = UncertainPolicy::hold;
  constexpr auto resend = UncertainPolicy::resend;
  const Row rows[] = {
      {ErrorKind::invalid, true, hold, false, failed, false, false},
      {ErrorKind::not_found, true, hold, false, failed, false, false},
      {ErrorKind::unsupported, true, hold, false, failed, false, false},
      {ErrorKind::denied, true, hold, false, fresh, true, false},
      {ErrorKind::busy, false, hold, false, retry, false, false},
      {ErrorKind::unreachable, false, hold, false, retry, false, false},
      {ErrorKind::uncertain, true, hold, false, retry, false, false},
      {ErrorKind::uncertain, false, resend, false, retry, false, false},
      {ErrorKind::uncertain, false, hold, false, uncertain, false, false},
      {ErrorKind::uncertain, false, hold, true, uncertain, false, false},
      {ErrorKind::cancelled, false, hold, true, fresh, false, false},
      {ErrorKind::cancelled, false, hold, false, retry, false, false},
      {ErrorKind::broken, true, hold, false, failed, false, true},
      {ErrorKind::broken, false, hold, false, uncertain, false, true},
  };
  std::mt19937_64 random(1);
  for (const Row& row : rows) {
    CAPTURE(to_string(row.kind));
    CAPTURE(row.replay_safe);
    RouteConfig route;
    route.uncertain = row.policy;
    AttemptFacts facts;
    facts.created = 1000s;
    facts.replay_safe = row.replay_safe;
    facts.stopping = row.stopping;
    const Ruling ruling = rule({row.kind, "because", 0}, facts, route, 1000s, random);
    CHECK(to_string(ruling.status) == to_string(row.status));
    CHECK(ruling.pauses == row.pauses);
    CHECK(ruling.stops == row.stops);
    CHECK(ruling.message == "because");
  }
}

TEST_CASE("retries wait longer and longer up to a ceiling; what the far side asks for wins") {
  std::mt19937_64 random(7);
  RouteConfig route;
  route.retry.backoff_first = 100ms;
  route.retry.backoff_max = 1000ms;
  for (std::uint32_t attempt = 1; attempt < route.retry.max_attempts; ++attempt) {
    CAPTURE(attempt);
    const Millis ceiling = std::min<Millis>(100ms * (1 << (attempt - 1)), 1000ms);
    Millis most{0};
    for (int i = 0; i < 500; ++i) {
      const Ruling ruling = rule({ErrorKind::busy, "no", 0}, {attempt, 1000s, false, false}, route, 1000s, random);
      REQUIRE(ruling.status == TaskStatus::retry);
      REQUIRE(ruling.due >= 1000s);
      REQUIRE(ruling.due <= 1000s + ceiling);
      most = std::max(most, ruling.due - Millis(1000s));
    }
    CHECK(most > ceiling * 9 / 10);  // full jitter reaches up to it
  }
  CHECK(rule({ErrorKind::busy, "no", 7000}, {1, 1000s, false, false}, route, 1000s, random).due == 1007s);
}

TEST_CASE("a task is given up after so many attempts, or when it is too old, and says so") {
  std::mt19937_64 random(7);
  RouteConfig route;
  route.retry.max_attempts = 3;
  route.retry.max_age = 1h;
  const Error busy{ErrorKind::busy, "no", 0};
  CHECK(rule(busy, {2, 1000s, false, false}, route, 1000s, random).status == TaskStatus::retry);
  const Ruling often = rule(busy, {3, 1000s, false, false}, route, 1000s, random);
  CHECK(often.status == TaskStatus::failed);
  CHECK(often.message == "gave up after 3 attempts: no");
  const Ruling old = rule(busy, {1, 1000s, false, false}, route, 1000s + 61min, random);
  CHECK(old.status == TaskStatus::failed);
  CHECK(old.message == "gave up, max_age of 60 min is over: no");
  CHECK(rule({ErrorKind::busy, "no", 3'700'000}, {1, 1000s, false, false}, route, 1000s, random).status ==
        TaskStatus::failed);
  // Whether it arrived is as unknown after the last attempt as after the first.
  route.uncertain = UncertainPolicy::resend;
  CHECK(rule({ErrorKind::uncertain, "?", 0}, {3, 1000s, false, false}, route, 1000s, random).status ==
        TaskStatus::uncertain);
}

}  // namespace leat::host
