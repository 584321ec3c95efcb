#include "host/net/budget.hpp"

#include <algorithm>

namespace leat::host {
namespace {

// How long a call lets more urgent ones that came later go first. Short against a call's usual timeout (a minute), which
// counts the waiting, too: also what has time gets its turn.
constexpr std::chrono::seconds patience(Priority priority) {
  using namespace std::chrono_literals;
  switch (priority) {
    case Priority::interactive: return 0s;
    case Priority::soon: return 5s;
    case Priority::normal: return 15s;
    case Priority::background: return 30s;
  }
  return 15s;
}

constexpr auto share_step = std::chrono::seconds(10);

}  // namespace

void CallBudget::add(Id id, Time deadline, Time not_before, Place place) {
  waiting_.insert_or_assign(id, Waiting{deadline, not_before, place.since + patience(place.priority)});
  deadlines_.emplace(deadline, id);
  delayed_.emplace(not_before, id);
}

bool CallBudget::remove(Id id) {
  const auto found = waiting_.find(id);
  if (found == waiting_.end()) return false;
  deadlines_.erase({found->second.deadline, id});
  delayed_.erase({found->second.not_before, id});
  ready_.erase({found->second.turn, id});
  waiting_.erase(found);
  return true;
}

// Calls whose not_before has come queue by their turn.
void CallBudget::ripen(Time now) {
  while (!delayed_.empty() && delayed_.begin()->first <= now) {
    const Id id = delayed_.begin()->second;
    ready_.emplace(waiting_.at(id).turn, id);
    delayed_.erase(delayed_.begin());
  }
}

// When the next call may start at the earliest.
CallBudget::Time CallBudget::gate() const {
  if (allowed_.requests_per_minute == 0) return paused_until_;
  // Rounded up, so that no minute ever holds one more.
  constexpr auto minute = std::chrono::nanoseconds(std::chrono::minutes(1)).count();
  const auto rate = static_cast<std::int64_t>(allowed_.requests_per_minute);
  return std::max(last_start_ + std::chrono::nanoseconds((minute + rate - 1) / rate), paused_until_);
}

std::optional<CallBudget::Id> CallBudget::start(Time now) {
  ripen(now);
  if (ready_.empty() || in_flight_ >= allowed_.max_in_flight || gate() > now) return std::nullopt;
  const Id id = ready_.begin()->second;
  remove(id);
  ++in_flight_;
  last_start_ = now;
  return id;
}

void CallBudget::finish() {
  if (in_flight_ > 0) --in_flight_;
}

void CallBudget::pause(Time until) { paused_until_ = std::max(paused_until_, until); }

bool CallBudget::refused(Time now, Time started) {
  if (started < halved_) return false;
  halved_ = now;
  return set_share(std::max(share_ / 2, 1U), now);
}

bool CallBudget::answered(Time now) {
  if (share_ == share_whole) return false;
  const Time quiet_since = std::max(share_changed_, paused_until_);
  if (now < quiet_since + share_step) return false;
  const auto steps = static_cast<std::uint64_t>((now - quiet_since) / share_step);
  return set_share(static_cast<std::uint32_t>(std::min<std::uint64_t>(share_ + steps, share_whole)), now);
}

bool CallBudget::set_share(std::uint32_t share, Time now) {
  const auto part = [share](std::uint32_t limit) {
    return limit == 0
               ? 0
               : static_cast<std::uint32_t>(std::max<std::uint64_t>(std::uint64_t{limit} * share / share_whole, 1));
  };
  const Limits before = allowed_;
  share_ = share;
  share_changed_ = now;
  allowed_ = {part(limits_.max_in_flight), part(limits_.requests_per_minute)};
  return allowed_ != before;
}

std::vector<CallBudget::Id> CallBudget::expire(Time now) {
  std::vector<Id> expired;
  while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
    expired.push_back(deadlines_.begin()->second);
    remove(expired.back());
  }
  return expired;
}

CallBudget::Time CallBudget::next(Time now) const {
  Time time = Time::max();
  if (!deadlines_.empty()) time = deadlines_.begin()->first;
  if (in_flight_ < allowed_.max_in_flight) {
    if (!ready_.empty()) {
      time = std::min(time, std::max(now, gate()));
    } else if (!delayed_.empty()) {
      time = std::min(time, std::max(delayed_.begin()->first, gate()));
    }
  }
  return time;
}

}  // namespace leat::host
