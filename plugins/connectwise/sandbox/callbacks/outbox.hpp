// Callback events on their way: which is due, what an answer means for it, which entry is given up. Whoever has sockets takes what
// is due, posts it and settles it; nothing here waits.
// Threads  any, at the same time.
// Source   5 s for an answer, any 2xx is delivered, repeats on 404, 409, 419, 429 after 2 s and 4 s more, then lost; three days in
//          a row of failures disable an entry (guide, C); no answer counts as such a refusal (U).
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "plugins/connectwise/sandbox/callbacks/settings.hpp"
#include "plugins/connectwise/sandbox/engine/json.hpp"

namespace leat::sandbox {

struct Posting {
  std::uint64_t number = 0;  // given by the outbox
  std::int64_t entry = 0;    // id of the callback entry
  std::string url;           // with the record's id and the action
  std::string body;
  std::string signature;
};

class Outbox {
 public:
  using Time = std::chrono::milliseconds;  // of any clock that only goes forward

  Outbox(const CallbackSettings& settings, std::function<Time()> clock)
      : settings_(settings), clock_(std::move(clock)) {}

  // Called after there is something new to take. Called with an entry's id when it is given up. Both without a lock held; set
  // before the first put().
  void on_work(std::function<void()> call) { work_ = std::move(call); }
  void on_disable(std::function<void(std::int64_t entry)> call) { disable_ = std::move(call); }

  // Queues an event; the faults of the settings apply.
  void put(Posting posting);
  // What is due, in the order of the queue; it is in flight until settled. At most 32 are in flight.
  std::vector<Posting> take();
  Time now() const { return clock_(); }
  // When the next one is due; nothing: no one waits.
  std::optional<Time> next() const;
  // `status` 0: no connection, or no answer in time.
  void settle(std::uint64_t number, int status);
  // Faults of the settings from now on.
  void set_faults(std::uint64_t lose_every, std::uint64_t duplicate_every, std::uint64_t reorder_every);
  // Counts since the start: events, sent, delivered, repeated, lost, faults, and what waits or is in flight.
  Json to_json() const;

 private:
  struct Waiting {
    Posting posting;
    Time due{0};
    int attempts = 0;
    bool in_flight = false;
  };
  void queue(Posting posting, Time due);

  CallbackSettings settings_;
  std::function<Time()> clock_;
  std::function<void()> work_;
  std::function<void(std::int64_t)> disable_;
  mutable std::mutex mutex_;
  std::map<std::uint64_t, Waiting> waiting_;    // by number
  std::optional<std::uint64_t> held_;           // number of the event that waits for the next one: reordered
  std::map<std::int64_t, Time> failing_since_;  // by entry
  std::uint64_t numbers_ = 0;
  std::uint64_t events_ = 0;
  std::uint64_t sent_ = 0;
  std::uint64_t delivered_ = 0;
  std::uint64_t repeated_ = 0;
  std::uint64_t lost_ = 0;
  std::uint64_t withheld_ = 0;
  std::uint64_t duplicated_ = 0;
  std::uint64_t reordered_ = 0;
};

}  // namespace leat::sandbox
