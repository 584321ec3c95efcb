// What a route tells its operator about attempts that will be repeated: the first one of each error kind, and that
// records arrive again. A far side that fails now and then is told of at most once a minute.
// Owner    Outgoing.
// Threads  any.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <string_view>

#include "host/base/clock.hpp"
#include "host/base/log.hpp"
#include "leat/result.hpp"

namespace leat::host {

class Trouble {
 public:
  // `origin` outlives it.
  Trouble(Log& log, const Clock& clock, std::string_view origin) : log_(log), clock_(clock), origin_(origin) {}

  // What ("task 17") will be tried again; `message` is the reason.
  void met(ErrorKind kind, std::string_view what, std::string_view message);
  // Records were delivered, and none of their call has to be tried again.
  void over();

 private:
  static constexpr std::size_t kinds = LEAT_BROKEN + 1;

  Log& log_;
  const Clock& clock_;
  const std::string_view origin_;
  std::atomic<bool> lasts_{false};  // some kind has been told of and is not over
  std::mutex mutex_;
  std::array<Millis, kinds> told_{};  // by kind; 0: never
  Millis since_{0};
  std::uint64_t attempts_ = 0;  // that failed since
};

}  // namespace leat::host
