// The stored events of an incoming in one read of its subscriber: from the oldest on, each once. They stay in the store until
// the page they were read for is put there; a read that fails before is followed by one that begins with them again.
// Owner    Incoming, and calls that are on their way: one that comes too late takes nothing away from the next read.
// Threads  any.
// Memory   a hundred events, or 1 MiB of them and one.
#pragma once

#include <deque>
#include <string>

#include "host/base/call.hpp"
#include "host/base/guarded.hpp"
#include "host/store/events.hpp"

namespace leat::host {

class EventReader final : public EventSource {
 public:
  // store outlives it.
  EventReader(EventStore& store, std::string incoming, bool woken)
      : store_(store), incoming_(std::move(incoming)), woken_(woken) {}

  Result<bool> next(leat_rec& out) override;
  bool woken() const override { return woken_; }
  // The last one that was read; 0: none.
  EventId read_up_to() const;

 private:
  struct State {
    std::deque<Event> ahead;
    EventId read = 0;
  };
  EventStore& store_;
  const std::string incoming_;
  const bool woken_;
  Guarded<State> state_;
};

}  // namespace leat::host
