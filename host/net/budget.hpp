// Which calls may be on their way: so many at once, so many a minute, none while the server asked for a pause, and
// fewer of both after it refused some.
// Order    the more urgent first, in each priority the oldest. Waiting makes urgent: a call that has waited longer than
//          its priority's patience comes before those who come now, however urgent these are, so that no call waits for
//          ever. A call that tries again keeps its place.
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

// Numbered as in bits 2 and 3 of a leat_http_request's flags.
enum class Priority : std::uint8_t {
  normal,      // scheduled work
  background,  // what has time: a backfill
  soon,        // what the far side has just announced
  interactive  // a person waits
};

constexpr Priority priority_of(std::uint32_t flags) { return static_cast<Priority>((flags >> 2U) & 3U); }

class CallBudget {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Id = std::uint64_t;
  struct Limits {
    std::uint32_t max_in_flight = 4;
    std::uint32_t requests_per_minute = 0;  // 0: no limit. Starts are spaced evenly: never more in any minute.
    friend bool operator==(const Limits&, const Limits&) = default;
  };
  // Where a call stands in the queue: ties go by id.
  struct Place {
    Time since = Time::min();
    Priority priority = Priority::normal;
  };

  explicit CallBudget(Limits limits) : limits_(limits), allowed_(limits) {}

  // The call waits to start, at not_before or later, at deadline never.
  void add(Id id, Time deadline, Time not_before = Time::min()) { add(id, deadline, not_before, Place{}); }
  void add(Id id, Time deadline, Time not_before, Place place);
  // False when the call does not wait.
  bool remove(Id id);
  // The first call that may start now; it is in flight from here on.
  std::optional<Id> start(Time now);
  // A started call is no longer on its way.
  void finish();
  // Nothing starts until then; a pause is never made shorter.
  void pause(Time until);
  Time paused_until() const { return paused_until_; }
  // The server refused a call, started then, as one too many: from here on half as many, at least one at a time and a
  // minute. Calls that had been started before the last halving tell nothing new. True: fewer are allowed now.
  bool refused(Time now, Time started);
  // The server answered a call: after a halving, a sixteenth of the limits is given back for each ten seconds that went
  // well since the last change or pause. True: more are allowed now.
  bool answered(Time now);
  // The limits as they are now.
  const Limits& allowed() const { return allowed_; }
  const Limits& limits() const { return limits_; }
  // Takes out the calls whose deadline came while they waited.
  std::vector<Id> expire(Time now);
  // When to call expire and start again if nothing else happens before; Time::max() for never.
  Time next(Time now) const;

  std::size_t waiting() const { return waiting_.size(); }
  std::uint32_t in_flight() const { return in_flight_; }

 private:
  static constexpr std::uint32_t share_whole = 16;
  struct Waiting {
    Time deadline;
    Time not_before;
    Time turn;  // the earlier, the sooner it starts
  };
  void ripen(Time now);
  Time gate() const;
  bool set_share(std::uint32_t share, Time now);

  const Limits limits_;
  Limits allowed_;
  std::uint32_t share_ = share_whole;  // of limits_ that is allowed
  Time share_changed_ = Time::min();
  Time halved_ = Time::min();
  std::unordered_map<Id, Waiting> waiting_;
  std::set<std::pair<Time, Id>> ready_;  // by turn
  std::set<std::pair<Time, Id>> delayed_;
  std::set<std::pair<Time, Id>> deadlines_;
  std::uint32_t in_flight_ = 0;
  Time last_start_ = Time::min();
  Time paused_until_ = Time::min();
};

}  // namespace leat::host
