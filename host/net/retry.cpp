#include "host/net/retry.hpp"

#include <algorithm>
#include <array>

namespace leat::host {

bool is_idempotent(std::string_view method) {
  static constexpr std::array<std::string_view, 6> methods = {"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"};
  return std::find(methods.begin(), methods.end(), method) != methods.end();
}

Next next_step(const Attempt& attempt) {
  if (attempt.tries > attempt.retries_max) return Next::give;
  switch (attempt.end) {
    case AttemptEnd::not_sent: return Next::again;
    case AttemptEnd::dropped: return attempt.repeatable ? Next::again : Next::give;
    case AttemptEnd::answered: break;
    case AttemptEnd::timed_out:
    case AttemptEnd::refused:
    case AttemptEnd::untrusted:
    case AttemptEnd::cancelled: return Next::give;
  }
  switch (attempt.status) {
    case 429: return Next::after_pause;
    case 503:
      if (attempt.retry_after) return Next::after_pause;
      [[fallthrough]];
    case 502:
    case 504: return attempt.repeatable ? Next::again : Next::give;
    default: return Next::give;
  }
}

std::optional<std::chrono::milliseconds> asked_pause(int status, std::optional<std::chrono::milliseconds> retry_after) {
  using std::chrono::milliseconds;
  static constexpr milliseconds unsaid = std::chrono::seconds(1);
  static constexpr milliseconds longest = std::chrono::minutes(10);
  if (status == 429) return std::min(retry_after.value_or(unsaid), longest);
  if (status == 503 && retry_after) return std::min(*retry_after, longest);
  return std::nullopt;
}

ErrorKind kind_without_answer(AttemptEnd end, bool maybe_done) {
  switch (end) {
    case AttemptEnd::refused: return ErrorKind::invalid;
    case AttemptEnd::untrusted: return ErrorKind::denied;
    case AttemptEnd::cancelled: return maybe_done ? ErrorKind::uncertain : ErrorKind::cancelled;
    case AttemptEnd::dropped:
    case AttemptEnd::timed_out: return maybe_done ? ErrorKind::uncertain : ErrorKind::unreachable;
    case AttemptEnd::not_sent: return ErrorKind::unreachable;
    case AttemptEnd::answered: break;
  }
  return ErrorKind::broken;
}

}  // namespace leat::host
