// Time as the host sees it: a wall clock for what is stored and shown, a steady one for waiting.
// Tests step a ManualClock; everything else uses system_clock().
#pragma once

#include <atomic>
#include <chrono>

namespace leat::host {

using Millis = std::chrono::milliseconds;

class Clock {
 public:
  virtual ~Clock() = default;
  // Since 1970-01-01 UTC.
  virtual Millis now() const = 0;
};

class SystemClock final : public Clock {
 public:
  Millis now() const override;
};

// Threads: any.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Millis start = Millis{0}) : now_(start.count()) {}
  Millis now() const override { return Millis{now_.load()}; }
  void advance(Millis by) { now_ += by.count(); }

 private:
  std::atomic<std::int64_t> now_;
};

}  // namespace leat::host
