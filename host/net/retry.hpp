// When a request is sent again by the transport, and what a call without an answer means to its caller. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "leat/result.hpp"

namespace leat::host {

// How one attempt ended.
enum class AttemptEnd : std::uint8_t {
  answered,   // a whole answer came
  not_sent,   // the head of the request never left completely: certainly not done
  dropped,    // the connection broke after that, before the whole answer
  timed_out,  // its time was over after that
  refused,    // the answer breaks a ceiling or the protocol: it would do so again
  untrusted,  // the certificate does not prove the server
  cancelled,  // its caller ended it
};

// Repeating it does no harm: RFC 9110, 9.2.2.
bool is_idempotent(std::string_view method);

struct Attempt {
  AttemptEnd end = AttemptEnd::answered;
  int status = 0;                                        // of an answer
  std::optional<std::chrono::milliseconds> retry_after;  // of an answer
  bool repeatable = false;                               // idempotent method, or its caller said so
  std::uint32_t tries = 1;                               // this one included
  std::uint32_t retries_max = 0;
};

enum class Next : std::uint8_t {
  give,        // the call is over
  again,       // once more after a short backoff
  after_pause  // once more when the pause that the server asked of all calls is over
};

Next next_step(const Attempt& attempt);

// The pause that an answer asks of all calls of the budget; nothing when it asks for none. Without a Retry-After a 429
// pauses for one second, and no answer pauses for more than ten minutes.
std::optional<std::chrono::milliseconds> asked_pause(int status, std::optional<std::chrono::milliseconds> retry_after);

// The kind of a call that ends without an answer. maybe_done: an earlier or this attempt reached the server and may
// have had its effect, and the request is not repeatable.
ErrorKind kind_without_answer(AttemptEnd end, bool maybe_done);

}  // namespace leat::host
