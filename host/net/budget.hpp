// Which calls may be on their way: so many at once, so many a minute, none while the server asked for a pause.
// Calls wait in the order of their ids; a call that tries again keeps its id and so its place.
// Threads  one at a time; time is an argument, so that tests own it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

namespace leat::host {

class CallBudget {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Id = std::uint64_t;
  struct Limits {
    std::uint32_t max_in_flight = 4;
    std::uint32_t requests_per_minute = 0;  // 0: no limit. Starts are spaced evenly: never more in any minute.
  };

  explicit CallBudget(Limits limits) : limits_(limits) {}

  // The call waits to start, at not_before or later, at deadline never.
  void add(Id id, Time deadline, Time not_before = Time::min());
  // False when the call does not wait.
  bool remove(Id id);
  // The oldest call that may start now; it is in flight from here on.
  std::optional<Id> start(Time now);
  // A started call is no longer on its way.
  void finish();
  // Nothing starts until then; a pause is never made shorter.
  void pause(Time until);
  Time paused_until() const { return paused_until_; }
  // Takes out the calls whose deadline came while they waited.
  std::vector<Id> expire(Time now);
  // When to call expire and start again if nothing else happens before; Time::max() for never.
  Time next(Time now) const;

  std::size_t waiting() const { return waiting_.size(); }
  std::uint32_t in_flight() const { return in_flight_; }

 private:
  struct Waiting {
    Time deadline;
    Time not_before;
  };
  void ripen(Time now);
  Time gate() const;

  Limits limits_;
  std::unordered_map<Id, Waiting> waiting_;
  std::set<Id> ready_;
  std::set<std::pair<Time, Id>> delayed_;
  std::set<std::pair<Time, Id>> deadlines_;
  std::uint32_t in_flight_ = 0;
  Time next_start_ = Time::min();
  Time paused_until_ = Time::min();
};

}  // namespace leat::host
