// The stored events of an incoming, as its subscriber reads them: from the oldest on, each once in a read. They stay in the
// store until the page they were read for is put there; a read that fails before begins with them again.
// Owner    Incoming. Threads  any.
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
  EventReader(EventStore& store, std::string incoming) : store_(store), incoming_(std::move(incoming)) {}

  // A read begins, at the oldest event.
  void begin(bool woken);
  Result<bool> next(leat_rec& out) override;
  bool woken() const override;
  // The last one that was read since begin; 0: none.
  EventId read_up_to() const;

 private:
  struct State {
    std::deque<Event> ahead;
    EventId read = 0;
    bool woken = false;
  };
  EventStore& store_;
  const std::string incoming_;
  Guarded<State> state_;
};

}  // namespace leat::host
