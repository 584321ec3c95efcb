#include "host/net/budget.hpp"

#include <algorithm>

namespace leat::host {

void CallBudget::add(Id id, Time deadline, Time not_before) {
  waiting_.insert_or_assign(id, Waiting{deadline, not_before});
  deadlines_.emplace(deadline, id);
  delayed_.emplace(not_before, id);
}

bool CallBudget::remove(Id id) {
  const auto found = waiting_.find(id);
  if (found == waiting_.end()) return false;
  deadlines_.erase({found->second.deadline, id});
  delayed_.erase({found->second.not_before, id});
  ready_.erase(id);
  waiting_.erase(found);
  return true;
}

// Calls whose not_before has come queue by age.
void CallBudget::ripen(Time now) {
  while (!delayed_.empty() && delayed_.begin()->first <= now) {
    ready_.insert(delayed_.begin()->second);
    delayed_.erase(delayed_.begin());
  }
}

CallBudget::Time CallBudget::gate() const { return std::max(next_start_, paused_until_); }

std::optional<CallBudget::Id> CallBudget::start(Time now) {
  ripen(now);
  if (ready_.empty() || in_flight_ >= limits_.max_in_flight || gate() > now) return std::nullopt;
  const Id id = *ready_.begin();
  remove(id);
  ++in_flight_;
  if (limits_.requests_per_minute > 0) {
    // Rounded up, so that no minute ever holds one more.
    constexpr auto minute = std::chrono::nanoseconds(std::chrono::minutes(1)).count();
    const auto rate = static_cast<std::int64_t>(limits_.requests_per_minute);
    next_start_ = now + std::chrono::nanoseconds((minute + rate - 1) / rate);
  }
  return id;
}

void CallBudget::finish() {
  if (in_flight_ > 0) --in_flight_;
}

void CallBudget::pause(Time until) { paused_until_ = std::max(paused_until_, until); }

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
  if (in_flight_ < limits_.max_in_flight) {
    if (!ready_.empty()) {
      time = std::min(time, std::max(now, gate()));
    } else if (!delayed_.empty()) {
      time = std::min(time, std::max(delayed_.begin()->first, gate()));
    }
  }
  return time;
}

}  // namespace leat::host
