// What the parts of a running engine share.
// Owner    Engine.
// Threads  any.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>

#include "host/base/backoff.hpp"
#include "host/base/clock.hpp"
#include "host/base/log.hpp"
#include "host/route/options.hpp"
#include "host/store/task_store.hpp"

namespace leat::host {

// True when stopped before the time was over.
inline bool rest(const std::stop_token& stop, std::chrono::milliseconds time) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, time, [] { return false; });
  return stop.stop_requested();
}

struct EngineContext {
  TaskStore& store;
  Log& log;
  const Clock& clock;
  const EngineOptions& options;
  std::stop_source stop{};                     // begin nothing new
  std::stop_source abort{};                    // end what is in flight, too
  std::function<void(const Error&)> broken{};  // nobody can go on

  // A store operation, repeated while the store is busy (locked, no room) until the engine is to end at once. A store
  // that is broken ends the engine.
  template <class Operation>
  auto persist(std::string_view origin, const Operation& operation) -> decltype(operation()) {
    const Backoff backoff{std::chrono::milliseconds(100), std::chrono::seconds(5)};
    std::mt19937_64 random(std::random_device{}());
    for (int attempt = 1;; ++attempt) {
      auto result = operation();
      if (result) {
        if (attempt > 1) log.info(origin, "the store takes it again, after {} attempts", attempt);
        return result;
      }
      if (result.error().kind == ErrorKind::broken) broken(result.error());
      if (result.error().kind != ErrorKind::busy) return result;
      if (attempt == 1) log.warn(origin, "{}; trying again", result.error().message);
      const auto& end = stop.stop_requested() && attempt > 3 ? stop : abort;
      if (rest(end.get_token(), backoff.delay(attempt, random))) return result;
    }
  }
};

}  // namespace leat::host
