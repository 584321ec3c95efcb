// Numbers of a running engine, for the progress line, the summary at the end and metrics.
// Threads  counters: any. Snapshots are plain values.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/guarded.hpp"
#include "host/store/task_store.hpp"

namespace leat::host {

enum class FlowState : std::uint8_t {
  waiting,  // for its schedule, for records, for tasks that are due
  running,
  full,     // an incoming: one of its routes has its ceiling of unfinished tasks
  standby,  // an incoming: another worker runs it
  paused,   // denied, or the other side is away: goes on by itself, see reason
  stopped,  // will not go on without a person, see reason
  done,     // nothing more to do in this run
};

constexpr std::string_view to_string(FlowState state) {
  switch (state) {
    case FlowState::waiting: return "waiting";
    case FlowState::running: return "running";
    case FlowState::full: return "full";
    case FlowState::standby: return "standby";
    case FlowState::paused: return "paused";
    case FlowState::stopped: return "stopped";
    case FlowState::done: return "done";
  }
  return "";
}

struct IncomingStats {
  std::string incoming;
  FlowState state = FlowState::waiting;
  std::string reason;        // of full, paused, stopped
  std::uint64_t pages = 0;   // polls that gave records
  std::uint64_t read = 0;    // records
  std::uint64_t bytes = 0;   // of their text
  std::uint64_t events = 0;  // of webhooks, stored and not read, at the last look
};

struct RouteStats {
  std::string route;
  std::string incoming;
  std::string after;  // the route it goes on from, instead of an incoming
  FlowState state = FlowState::waiting;
  std::string reason;
  std::uint64_t received = 0;      // records its incoming, or the route before it, handed it
  std::uint64_t stored = 0;        // as tasks
  std::uint64_t deduplicated = 0;  // not stored: the same as the last one of its key
  std::uint64_t skipped = 0;       // left out by a transformer, before or after it was stored
  std::uint64_t finished = 0;
  std::uint64_t failed = 0;
  std::uint64_t uncertain = 0;
  std::uint64_t retried = 0;       // attempts that will be repeated
  std::uint64_t bytes = 0;         // of finished records
  std::uint64_t xref_missing = 0;  // delivered, but of these no cross-reference could be written
  Pending pending;                 // in the store, at the last look
};

struct EngineStats {
  std::vector<IncomingStats> incoming;
  std::vector<RouteStats> routes;
};

using Counter = std::atomic<std::uint64_t>;

struct IncomingCounters {
  Counter pages{0}, read{0}, bytes{0};
};

struct RouteCounters {
  Counter received{0}, stored{0}, deduplicated{0}, skipped{0}, finished{0}, failed{0}, uncertain{0}, retried{0},
      bytes{0}, xref_missing{0};
  Counter pending_tasks{0}, pending_bytes{0};
};

// State and reason as one value.
class Standing {
 public:
  struct Value {
    FlowState state = FlowState::waiting;
    std::string reason;
  };
  void set(FlowState state, std::string reason = {}) {
    value_.with([&](Value& value) { value = {state, std::move(reason)}; });
  }
  Value get() const {
    return value_.with([](const Value& value) { return value; });
  }

 private:
  Guarded<Value> value_;
};

}  // namespace leat::host
