// Faults on demand: every Nth request meets one.
// Threads  any.
// Source   connectwise/README.md, "Errors": the 429 and 500 bodies.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "plugins/connectwise/sandbox/message.hpp"

namespace leat::sandbox {

// 0 switches a fault off. Requests of other methods than `method` are neither counted nor harmed; empty: all are.
struct FaultSettings {
  std::uint64_t fail_every = 0;         // 500 with the documented timeout text, not done
  std::uint64_t throttle_every = 0;     // 429 with Retry-After, not done
  std::uint64_t html_every = 0;         // 502 with a gateway's HTML page, not done
  std::uint64_t truncate_every = 0;     // done; the answer ends in the middle of its body
  std::uint64_t drop_before_every = 0;  // the connection ends without an answer, not done
  std::uint64_t drop_after_every = 0;   // done; the connection ends without an answer
  unsigned retry_after = 1;             // seconds, of 429
  std::chrono::milliseconds latency{0};
  std::string method;
};

enum class Fault : std::uint8_t { none, drop_before, throttle, fail, html, drop_after, truncate };

class Faults {
 public:
  explicit Faults(FaultSettings settings) : settings_(std::move(settings)) {}

  // Counts a request and says what it meets; where several are due, the first of Fault's order.
  Fault next(std::string_view method);
  // The answer of a request that met `fault` before it was done.
  Response answer(Fault fault) const;
  std::chrono::milliseconds latency() const { return settings_.latency; }

 private:
  const FaultSettings settings_;
  std::atomic<std::uint64_t> count_{0};
};

}  // namespace leat::sandbox
