// One call into a component: what the ABI's leat_ctx points to. Carries cancellation, deadline, origin, the component
// that is called, and failure.
// Owner    the caller, usually on its stack; outlives the call.
// Threads  as the tags of leat_ctx_api say.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>

#include "host/base/clock.hpp"
#include "leat/abi.h"
#include "leat/result.hpp"

namespace leat::host {

// What webhooks told an incoming, as its subscriber reads it in one read: "leat.events/1".
// Threads  any.
class EventSource {
 public:
  virtual ~EventSource() = default;
  // Makes `out` the next one, in the order they came. False: there is none.
  virtual leat::Result<bool> next(leat_rec& out) = 0;
  // This read began because of them.
  virtual bool woken() const = 0;
};

// The component instance that is called.
struct Callee {
  std::string place;  // in the configuration: "incoming.tickets.subscriber"
  std::string name;  // with its type, as messages and stored state have it: "incoming.tickets.subscriber (connectwise)"
  const leat_host* host = nullptr;
};

}  // namespace leat::host

struct leat_ctx {
 public:
  using SteadyPoint = std::chrono::steady_clock::time_point;

  // origin: "route tickets-to-archive", for log lines. deadline: SteadyPoint::max() for none.
  leat_ctx(const leat::host::Clock& clock, std::stop_token stop, std::string origin,
           SteadyPoint deadline = SteadyPoint::max());
  leat_ctx(const leat_ctx&) = delete;
  leat_ctx& operator=(const leat_ctx&) = delete;

  bool cancelled() const { return stop_.stop_requested(); }
  // True when cancelled before the time was over.
  bool wait(std::chrono::milliseconds time);
  std::uint64_t remaining_ms() const;
  SteadyPoint deadline() const { return deadline_; }
  const std::stop_token& stop() const { return stop_; }
  const std::string& origin() const { return origin_; }
  const leat::host::Clock& clock() const { return clock_; }

  // nullptr outside of an instance's functions. Whoever calls one sets it and puts back what was there before: an
  // instance may have another one called in the same call.
  const leat::host::Callee* callee() const { return callee_; }
  void set_callee(const leat::host::Callee* callee) { callee_ = callee; }
  // nullptr: the call is no part of an incoming's read.
  const std::shared_ptr<leat::host::EventSource>& events() const { return events_; }
  void set_events(std::shared_ptr<leat::host::EventSource> events) { events_ = std::move(events); }
  // Holds a value of the callee's state for the plugin that asked for it, until the next one.
  std::string_view keep(std::string value) { return kept_ = std::move(value); }

  std::uint64_t on_cancel(void (*hook)(void*), void* user);
  void off_cancel(std::uint64_t ticket);

  leat_kind fail(leat_kind kind, std::uint64_t retry_after_ms, std::string_view message);
  leat_kind fail(const leat::Error& error) {
    return fail(static_cast<leat_kind>(error.kind), error.retry_after_ms, error.message);
  }
  // The last failure; kind says what the call returned, for callees that returned one without saying why.
  leat::Error failure(leat_kind kind) const;

  // Before a further call with this context: what an earlier one said is not this one's reason.
  void forget_failure() {
    failed_ = false;
    failure_ = {};
  }
  const leat::Error& last() const { return failure_; }
  bool failed() const { return failed_; }

 private:
  const leat::host::Clock& clock_;
  std::stop_token stop_;
  std::string origin_;
  SteadyPoint deadline_;
  const leat::host::Callee* callee_ = nullptr;
  std::shared_ptr<leat::host::EventSource> events_;
  std::string kept_;
  leat::Error failure_;
  bool failed_ = false;
  std::mutex hooks_mutex_;
  std::uint64_t next_ticket_ = 1;
  std::map<std::uint64_t, std::unique_ptr<std::stop_callback<std::function<void()>>>> hooks_;
};

namespace leat::host {

using Call = ::leat_ctx;

// The service "leat.ctx/1".
const leat_ctx_api& ctx_api();

inline std::string_view view(leat_bytes bytes) {
  return bytes.ptr == nullptr ? std::string_view()
                              : std::string_view(reinterpret_cast<const char*>(bytes.ptr), bytes.len);
}
inline std::string_view view(leat_str text) {
  return text.ptr == nullptr ? std::string_view("") : std::string_view(text.ptr, text.len);
}
inline leat_str str(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace leat::host
