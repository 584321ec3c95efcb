// The test kit's clock and "leat.ctx/1": time passes only when somebody waits for it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/abi.h"
#include "leat/testing/record.hpp"

namespace leat __attribute__((visibility("hidden"))) {
  namespace testing {

  // A manual clock and whether calls are cancelled. A component that waits moves the clock, so no test sleeps.
  // Threads: any.
  class Clock {
   public:
    static constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

    std::int64_t now_ms() const {
      const std::lock_guard lock(mutex_);
      return now_;
    }
    void advance(std::uint64_t ms) { move_to(now_ms() + static_cast<std::int64_t>(ms)); }
    // Not backwards. Passing the time of a cancellation cancels.
    void move_to(std::int64_t ms) {
      const std::lock_guard running(running_);
      std::vector<Hook> due;
      {
        const std::lock_guard lock(mutex_);
        if (ms > now_) now_ = ms;
        if (now_ >= cancel_at_ && !cancelled_) {
          cancelled_ = true;
          for (const auto& [ticket, hook] : hooks_) due.push_back(hook);
        }
      }
      for (const Hook& hook : due) hook.first(hook.second);
    }

    // From now on, or from `in_ms` on, calls are to return; until resume().
    void cancel(std::uint64_t in_ms = 0) {
      {
        const std::lock_guard lock(mutex_);
        cancel_at_ = now_ + static_cast<std::int64_t>(in_ms);
      }
      move_to(now_ms());
    }
    void resume() {
      const std::lock_guard lock(mutex_);
      cancelled_ = false;
      cancel_at_ = never;
    }
    bool cancelled() const {
      const std::lock_guard lock(mutex_);
      return cancelled_;
    }
    std::int64_t cancel_at() const {
      const std::lock_guard lock(mutex_);
      return cancel_at_;
    }

    using Hook = std::pair<void (*)(void*), void*>;
    std::uint64_t add(Hook hook) {
      bool at_once = false;
      std::uint64_t ticket = 0;
      {
        const std::lock_guard lock(mutex_);
        ticket = ++tickets_;
        hooks_.emplace(ticket, hook);
        at_once = cancelled_;
      }
      if (at_once) hook.first(hook.second);
      return ticket;
    }
    // Returns after a running hook has ended.
    bool remove(std::uint64_t ticket) {
      const std::lock_guard running(running_);
      const std::lock_guard lock(mutex_);
      return hooks_.erase(ticket) > 0;
    }
    std::size_t hooks() const {
      const std::lock_guard lock(mutex_);
      return hooks_.size();
    }

   private:
    std::recursive_mutex running_;  // while hooks run; a hook may take itself out
    mutable std::mutex mutex_;
    std::int64_t now_ = 1767225600000;  // 2026-01-01T00:00:00Z
    std::int64_t cancel_at_ = never;
    bool cancelled_ = false;
    std::uint64_t tickets_ = 0;
    std::map<std::uint64_t, Hook> hooks_;
  };

  class Host;

  namespace detail {

  // One call into a component: what its leat_ctx points to.
  struct Call {
    Clock& clock;
    std::string place;
    std::int64_t deadline = Clock::never;
    Host* host = nullptr;      // whose state the callee has
    leat_kind kind = LEAT_OK;  // of the last failure
    std::uint64_t retry_after_ms = 0;
    std::string message{};
    std::string kept{};  // the last value of its state

    leat_kind fail(leat_kind a_kind, std::uint64_t a_retry_after_ms, std::string_view a_message) {
      kind = a_kind;
      retry_after_ms = a_retry_after_ms;
      message = std::string(a_message);
      return kind;
    }
  };

  inline Call* of(leat_ctx* ctx) { return reinterpret_cast<Call*>(ctx); }
  inline const Call* of(const leat_ctx* ctx) { return reinterpret_cast<const Call*>(ctx); }
  inline leat_ctx* raw(Call* call) { return reinterpret_cast<leat_ctx*>(call); }

  inline const leat_ctx_api& ctx_api() {
    static const leat_ctx_api table = [] {
      leat_ctx_api api{};
      api.struct_size = sizeof api;
      api.cancelled = [](const leat_ctx* ctx) noexcept -> std::int32_t { return of(ctx)->clock.cancelled() ? 1 : 0; };
      api.wait_ms = [](leat_ctx* ctx, std::uint32_t ms) noexcept -> std::int32_t {
        Clock& clock = of(ctx)->clock;
        if (!clock.cancelled()) clock.move_to(std::min(clock.now_ms() + ms, clock.cancel_at()));
        return clock.cancelled() ? 1 : 0;
      };
      api.remaining_ms = [](const leat_ctx* ctx) noexcept -> std::uint64_t {
        const Call& call = *of(ctx);
        if (call.deadline == Clock::never) return std::numeric_limits<std::uint64_t>::max();
        const std::int64_t now = call.clock.now_ms();
        return call.deadline > now ? static_cast<std::uint64_t>(call.deadline - now) : 0;
      };
      api.now_ms = [](const leat_ctx* ctx) noexcept -> std::int64_t {
        return ctx == nullptr ? 0 : of(ctx)->clock.now_ms();
      };
      api.on_cancel = [](leat_ctx* ctx, void (*hook)(void*), void* user) noexcept -> std::uint64_t {
        return of(ctx)->clock.add({hook, user});
      };
      api.off_cancel = [](leat_ctx* ctx, std::uint64_t ticket) noexcept { of(ctx)->clock.remove(ticket); };
      api.fail = [](leat_ctx* ctx, leat_kind kind, std::uint64_t retry_after_ms,
                    leat_str message) noexcept -> leat_kind {
        return ctx == nullptr ? kind : of(ctx)->fail(kind, retry_after_ms, view(message));
      };
      api.failure = [](const leat_ctx* ctx, std::uint64_t* retry_after_ms, leat_str* message) noexcept -> leat_kind {
        const Call* call = of(ctx);
        if (retry_after_ms != nullptr) *retry_after_ms = call == nullptr ? 0 : call->retry_after_ms;
        if (message != nullptr) *message = call == nullptr ? leat_str{nullptr, 0} : str(call->message);
        return call == nullptr ? LEAT_OK : call->kind;
      };
      api.place = [](const leat_ctx* ctx) noexcept -> leat_str { return str(of(ctx)->place); };
      return api;
    }();
    return table;
  }

  }  // namespace detail
  }  // namespace testing
}  // namespace leat
