// The call a component is in: whether to stop, how long it may take, what to log, to count and to keep.
// Lifetime  the call; keep no copy.
// Threads   cancelled, remaining, now, log, count: any. The rest: the thread of the call.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <string_view>

#include "leat/host.hpp"

namespace leat __attribute__((visibility("hidden"))) {

  enum class LogLevel : std::int32_t {
    trace = LEAT_TRACE,
    debug = LEAT_DEBUG,
    info = LEAT_INFO,
    warn = LEAT_WARN,
    error = LEAT_ERROR,
  };

  class State;

  class Context {
   public:
    explicit Context(leat_ctx* raw) : raw_(raw) {}

    // True once the host wants the call to return: within a second.
    bool cancelled() const { return services().ctx->cancelled(raw_) != 0; }
    // Sleeps; true at once when cancelled.
    bool wait(std::chrono::milliseconds time) {
      const auto ms = time.count() < 0 ? 0 : time.count();
      constexpr auto longest = std::numeric_limits<std::uint32_t>::max();
      return services().ctx->wait_ms(raw_, ms > longest ? longest : static_cast<std::uint32_t>(ms)) != 0;
    }
    // Until the call should return; nothing below zero, "for ever" is milliseconds::max().
    std::chrono::milliseconds remaining() const {
      constexpr auto most = std::chrono::milliseconds::max();
      const auto ms = services().ctx->remaining_ms(raw_);
      return ms > static_cast<std::uint64_t>(most.count()) ? most : std::chrono::milliseconds(ms);
    }
    // Wall clock, since 1970-01-01 UTC.
    std::chrono::milliseconds now() const { return std::chrono::milliseconds(services().ctx->now_ms(raw_)); }

    bool logs(LogLevel level) const {
      return services().host->log_enabled(services().host, static_cast<std::int32_t>(level)) != 0;
    }
    void log(LogLevel level, std::string_view line) const {
      services().host->log(services().host, raw_, static_cast<std::int32_t>(level), str(line));
    }
    void info(std::string_view line) const { log(LogLevel::info, line); }
    void warn(std::string_view line) const { log(LogLevel::warn, line); }

    // Adds to a number that the host shows beside its own: "pages".
    void count(std::string_view name, std::int64_t delta = 1) const {
      if (services().metric != nullptr) services().metric->add(services().host, raw_, str(name), delta);
    }

    // Durable values of this component instance; see state.hpp.
    State state() const;
    // Where the instance stands in the configuration: "incoming.tickets.subscriber". Lives as long as the instance.
    std::string_view place() const { return view(services().ctx->place(raw_)); }

    leat_ctx* raw() const { return raw_; }
    // What a failed table call of this context said.
    Error error(leat_kind kind) const {
      Error error{to_error_kind(kind), {}, 0};
      leat_str message{nullptr, 0};
      std::uint64_t retry_after_ms = 0;
      if (raw_ != nullptr && services().ctx->failure(raw_, &retry_after_ms, &message) == kind) {
        error.message = std::string(view(message));
        error.retry_after_ms = retry_after_ms;
      }
      return error;
    }
    Result<Done> result(leat_kind kind) const {
      if (kind == LEAT_OK) return Done{};
      return error(kind);
    }

   private:
    leat_ctx* raw_;
  };

}  // namespace leat
