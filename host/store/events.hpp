// What webhooks told, kept until the incoming's subscriber has read it: what "leat.events/1" gives.
// Owner       main.
// Threads     any, at the same time.
// Durability  what add_events() reported as done survives power loss; otherwise nothing of it was stored. An event goes
//             only in the transaction that stores the page it was read for: see Page in task_store.hpp.
// Order       an event that can be read has a higher id than all of its incoming that could be read before it.
// Errors      as TaskStore.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/store/task.hpp"
#include "leat/result.hpp"

namespace leat::host {

using EventId = std::int64_t;  // above 0

// Text is borrowed for the call.
struct NewEvent {
  std::string_view payload;  // JSON text
  std::string_view attributes;
};

struct Event {
  EventId id = 0;
  std::string payload;
  std::string attributes;
  Millis received{0};
};

struct StoredEvents {
  std::uint64_t count = 0;
  EventId newest = 0;  // 0: there is none
};

class EventStore {
 public:
  virtual ~EventStore() = default;

  // All or none. busy: with them the incoming would have more than count_max.
  virtual Result<Done> add_events(std::string_view incoming, std::span<const NewEvent> events,
                                  std::uint64_t count_max) = 0;
  // The oldest with an id above `after`, at most `count_max` and not more than about `bytes_max` (always one).
  virtual Result<std::vector<Event>> events(std::string_view incoming, EventId after, std::uint32_t count_max,
                                            std::uint64_t bytes_max) = 0;
  virtual Result<StoredEvents> stored_events(std::string_view incoming) = 0;
};

}  // namespace leat::host
