#include "host/base/call.hpp"

#include <condition_variable>
#include <limits>

#include "host/base/utf8.hpp"

leat_ctx::leat_ctx(const leat::host::Clock& clock, std::stop_token stop, std::string origin, SteadyPoint deadline)
    : clock_(clock), stop_(std::move(stop)), origin_(std::move(origin)), deadline_(deadline) {}

bool leat_ctx::wait(std::chrono::milliseconds time) {
  std::mutex mutex;
  std::condition_variable_any changed;
  std::unique_lock lock(mutex);
  changed.wait_for(lock, stop_, time, [] { return false; });
  return cancelled();
}

std::uint64_t leat_ctx::remaining_ms() const {
  if (deadline_ == SteadyPoint::max()) return std::numeric_limits<std::uint64_t>::max();
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - std::chrono::steady_clock::now()).count();
  return left > 0 ? static_cast<std::uint64_t>(left) : 0;
}

std::uint64_t leat_ctx::on_cancel(void (*hook)(void*), void* user) {
  std::uint64_t ticket = 0;
  {
    const std::lock_guard lock(hooks_mutex_);
    ticket = next_ticket_++;
  }
  // Made outside the lock: an already cancelled context runs the hook here and now.
  auto callback =
      std::make_unique<std::stop_callback<std::function<void()>>>(stop_, [hook, user]() noexcept { hook(user); });
  const std::lock_guard lock(hooks_mutex_);
  hooks_.emplace(ticket, std::move(callback));
  return ticket;
}

void leat_ctx::off_cancel(std::uint64_t ticket) {
  std::unique_ptr<std::stop_callback<std::function<void()>>> callback;
  {
    const std::lock_guard lock(hooks_mutex_);
    if (const auto found = hooks_.find(ticket); found != hooks_.end()) {
      callback = std::move(found->second);
      hooks_.erase(found);
    }
  }
  // ~stop_callback waits for a hook that is running on another thread.
}

leat_kind leat_ctx::fail(leat_kind kind, std::uint64_t retry_after_ms, std::string_view message) {
  failed_ = true;
  failure_.kind = leat::to_error_kind(kind);
  failure_.retry_after_ms = retry_after_ms;
  failure_.message = leat::host::as_reason(message);
  return kind;
}

leat::Error leat_ctx::failure(leat_kind kind) const {
  leat::Error error{leat::to_error_kind(kind), "", 0};
  if (failed_) {
    error.message = failure_.message;
    error.retry_after_ms = failure_.retry_after_ms;
  }
  return error;
}

namespace leat::host {
namespace {

std::int32_t cancelled(const leat_ctx* ctx) noexcept { return ctx != nullptr && ctx->cancelled() ? 1 : 0; }

std::int32_t wait_ms(leat_ctx* ctx, std::uint32_t ms) noexcept {
  try {
    return ctx->wait(std::chrono::milliseconds(ms)) ? 1 : 0;
  } catch (...) {
    return ctx->cancelled() ? 1 : 0;
  }
}

std::uint64_t remaining_ms(const leat_ctx* ctx) noexcept {
  return ctx == nullptr ? std::numeric_limits<std::uint64_t>::max() : ctx->remaining_ms();
}

std::int64_t now_ms(const leat_ctx* ctx) noexcept {
  return ctx == nullptr ? SystemClock().now().count() : ctx->clock().now().count();
}

std::uint64_t on_cancel(leat_ctx* ctx, void (*hook)(void*), void* user) noexcept {
  try {
    return ctx->on_cancel(hook, user);
  } catch (...) {
    return 0;  // no memory for the hook: the call still sees cancelled()
  }
}

void off_cancel(leat_ctx* ctx, std::uint64_t ticket) noexcept {
  try {
    ctx->off_cancel(ticket);
  } catch (...) {  // a mutex that cannot be locked: the hook stays until the context ends
  }
}

leat_kind fail(leat_ctx* ctx, leat_kind kind, std::uint64_t retry_after_ms, leat_str message) noexcept {
  if (ctx == nullptr) return kind;
  try {
    return ctx->fail(kind, retry_after_ms, view(message));
  } catch (...) {
    return kind;  // no memory for the text; the kind is what counts
  }
}

leat_kind failure(const leat_ctx* ctx, std::uint64_t* retry_after_ms, leat_str* message) noexcept {
  const bool said = ctx != nullptr && ctx->failed();
  if (retry_after_ms != nullptr) *retry_after_ms = said ? ctx->last().retry_after_ms : 0;
  if (message != nullptr) *message = said ? str(ctx->last().message) : leat_str{nullptr, 0};
  return said ? static_cast<leat_kind>(ctx->last().kind) : LEAT_OK;
}

leat_str place(const leat_ctx* ctx) noexcept {
  return ctx == nullptr || ctx->callee() == nullptr ? leat_str{nullptr, 0} : str(ctx->callee()->place);
}

}  // namespace

const leat_ctx_api& ctx_api() {
  static constexpr leat_ctx_api api{sizeof(leat_ctx_api), 0,           &cancelled, &wait_ms, &remaining_ms, &now_ms,
                                    &on_cancel,           &off_cancel, &fail,      &failure, &place};
  return api;
}

}  // namespace leat::host
