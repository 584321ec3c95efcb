// What a call gave: a value, or an Error that says what its caller does next.
// The kinds travel over the ABI, sit in a task and show in the CLI: only ever append.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "leat/abi.h"

namespace leat __attribute__((visibility("hidden"))) {

  enum class ErrorKind : std::int32_t {
    invalid = LEAT_INVALID,          // fails again unchanged: a person changes data or configuration
    denied = LEAT_DENIED,            // credentials or permission: the route pauses and calls for help
    not_found = LEAT_NOT_FOUND,      // absent; often an answer rather than a failure
    busy = LEAT_BUSY,                // refused, not done: again after retry_after or backoff
    unreachable = LEAT_UNREACHABLE,  // certainly not done: again after backoff
    uncertain = LEAT_UNCERTAIN,      // may have been done: look it up before it is sent again
    cancelled = LEAT_CANCELLED,      // we asked it to stop: back to the queue
    unsupported = LEAT_UNSUPPORTED,  // this side does not offer it
    broken = LEAT_BROKEN,            // a bug or a damaged store: stop here, keep the evidence
  };

  constexpr std::string_view to_string(ErrorKind kind) {
    switch (kind) {
      case ErrorKind::invalid: return "invalid";
      case ErrorKind::denied: return "denied";
      case ErrorKind::not_found: return "not_found";
      case ErrorKind::busy: return "busy";
      case ErrorKind::unreachable: return "unreachable";
      case ErrorKind::uncertain: return "uncertain";
      case ErrorKind::cancelled: return "cancelled";
      case ErrorKind::unsupported: return "unsupported";
      case ErrorKind::broken: return "broken";
    }
    return "broken";
  }

  // A kind of a newer peer reads as broken.
  constexpr ErrorKind to_error_kind(leat_kind kind) {
    return kind >= LEAT_INVALID && kind <= LEAT_BROKEN ? static_cast<ErrorKind>(kind) : ErrorKind::broken;
  }

  // Why a call failed: one line for a person, no secret in it.
  struct Error {
    ErrorKind kind = ErrorKind::broken;
    std::string message;
    std::uint64_t retry_after_ms = 0;  // 0: not known
  };

  struct Done {};

  // A value or an Error. `if (!answer) return answer.error();`
  template <class T>
  class [[nodiscard]] Result {
   public:
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT(google-explicit-constructor)
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)

    explicit operator bool() const { return state_.index() == 0; }
    T& value() & { return std::get<0>(state_); }
    const T& value() const& { return std::get<0>(state_); }
    T&& value() && { return std::get<0>(std::move(state_)); }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }
    const Error& error() const& { return std::get<1>(state_); }
    Error&& error() && { return std::get<1>(std::move(state_)); }

   private:
    std::variant<T, Error> state_;
  };

}  // namespace leat
