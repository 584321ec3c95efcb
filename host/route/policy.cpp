#include "host/route/policy.hpp"

#include <fmt/format.h>

#include "host/base/backoff.hpp"

namespace leat::host {
namespace {

// Once more, unless it was tried often or long enough.
Ruling again(const Error& error, const AttemptFacts& facts, const RouteConfig& route, Millis now,
             std::mt19937_64& random) {
  const bool maybe_done = error.kind == ErrorKind::uncertain && !facts.replay_safe;
  const TaskStatus given_up = maybe_done ? TaskStatus::uncertain : TaskStatus::failed;
  if (facts.attempts >= route.retry.max_attempts) {
    return {given_up, {}, fmt::format("gave up after {} attempts: {}", facts.attempts, error.message)};
  }
  const Backoff backoff{route.retry.backoff_first, route.retry.backoff_max};
  const Millis delay = error.retry_after_ms != 0 ? Millis(error.retry_after_ms)
                                                 : backoff.delay(static_cast<int>(facts.attempts), random);
  if (now + delay - facts.created > route.retry.max_age) {
    const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(route.retry.max_age).count();
    return {given_up, {}, fmt::format("gave up, max_age of {} min is over: {}", minutes, error.message)};
  }
  return {TaskStatus::retry, now + delay, error.message};
}

}  // namespace

Ruling rule(const Error& error, const AttemptFacts& facts, const RouteConfig& route, Millis now,
            std::mt19937_64& random) {
  switch (error.kind) {
    case ErrorKind::invalid:
    case ErrorKind::not_found:
    case ErrorKind::unsupported: return {TaskStatus::failed, {}, error.message};
    case ErrorKind::denied: return {TaskStatus::fresh, {}, error.message, true};
    case ErrorKind::busy:
    case ErrorKind::unreachable: return again(error, facts, route, now, random);
    case ErrorKind::uncertain:
      if (facts.replay_safe || route.uncertain == UncertainPolicy::resend)
        return again(error, facts, route, now, random);
      return {TaskStatus::uncertain, {}, error.message};
    case ErrorKind::cancelled:
      if (facts.stopping) return {TaskStatus::fresh, {}, error.message};
      return again(error, facts, route, now, random);
    case ErrorKind::broken: break;
  }
  // Nobody knows how far it came before it broke.
  return {facts.replay_safe ? TaskStatus::failed : TaskStatus::uncertain, {}, error.message, false, true};
}

}  // namespace leat::host
