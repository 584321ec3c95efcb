// The reading side: subscriber -> transformers -> store, page by page; tasks and cursor in one transaction. What a
// subscriber's failure means: busy, unreachable - again after a backoff, from the stored cursor; denied - paused, with
// one more try now and then; anything else - stopped.
// Owner    Engine.
// Threads  run(): one; the others: any.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "host/config/model.hpp"
#include "host/plugin/runtime.hpp"
#include "host/route/context.hpp"
#include "host/route/event_reader.hpp"
#include "host/route/page.hpp"
#include "host/route/statistics.hpp"
#include "host/schedule/cron.hpp"

namespace leat::host {

class Incoming {
 public:
  Incoming(EngineContext& context, const IncomingConfig& config, IncomingParts& parts, std::optional<Schedule> schedule,
           std::vector<Lane> lanes, std::vector<Outgoing*> behind);

  // Until the engine stops, or there is nothing more to do.
  void run();
  // Looks for events now.
  void wake();
  const std::string& name() const { return config_.name; }
  IncomingStats statistics() const;

 private:
  bool take_hold();
  enum class Turn : std::uint8_t { schedule, events, none };
  Turn wait_for_turn();
  bool has_news();
  void run_to_end(bool woken);
  Error unasked(Error error) const;
  bool goes_on_after(const Error& error);
  Result<Done> read_to_end(bool woken);
  Result<Done> read_pages();
  Result<Done> wait_for_room();
  Result<Done> commit(bool all);

  EngineContext& context_;
  const IncomingConfig& config_;
  IncomingParts& parts_;
  const std::optional<Schedule> schedule_;
  const std::vector<Lane> lanes_;
  const std::vector<Outgoing*> behind_;  // the routes that go on after those
  const std::string origin_;
  IncomingCounters counters_;
  Standing standing_;
  std::mt19937_64 random_{std::random_device{}()};
  std::deque<std::unique_ptr<PageInFlight>> pages_;  // in flight, in order
  int failures_ = 0;                                 // since the last page that was stored

  const bool wakes_;
  std::shared_ptr<EventReader> events_;  // of this read
  EventId events_taken_ = 0;             // by the pages of this read
  EventId events_known_ = 0;             // the newest when the last read began
  bool events_were_read_ = false;        // in the last read
  std::mutex wake_mutex_;
  std::condition_variable_any wake_;
  bool woken_ = false;
};

}  // namespace leat::host
