// Turns what author code does - return, return a Result, throw anything - into a leat_kind and a text in the context.
// No exception leaves a thunk.
#pragma once

#include <string>
#include <type_traits>
#include <utility>

#include "leat/context.hpp"
#include "leat/host.hpp"

namespace leat __attribute__((visibility("hidden"))) {
  namespace detail {

  inline leat_kind fail(leat_ctx* ctx, const Error& error) {
    const auto kind = static_cast<leat_kind>(error.kind);
    if (services().ctx == nullptr) return kind;
    return services().ctx->fail(ctx, kind, error.retry_after_ms, str(error.message));
  }

  // Runs body(context) for the ABI. body returns void or Result<Done>.
  template <class F>
  leat_kind guarded(leat_ctx* ctx, F&& body) noexcept {
    try {
      try {
        Context context(ctx);
        if constexpr (std::is_void_v<decltype(body(context))>) {
          body(context);
        } else {
          const Result<Done> result = body(context);
          if (!result) return fail(ctx, result.error());
        }
        return LEAT_OK;
      } catch (...) {
        return fail(ctx, current_error());
      }
    } catch (...) {
      return LEAT_BROKEN;  // no memory even for the text
    }
  }

  // For functions of the ABI that give a value and have no context: `otherwise`, and a line in the log, when author code
  // throws.
  template <class T, class F>
  T guarded_value(T otherwise, const char* function, F&& body) noexcept {
    try {
      try {
        return body();
      } catch (...) {
        const std::string line = std::string(function) + " failed: " + current_error().message;
        const leat_host* host = services().host;
        if (host != nullptr) host->log(host, nullptr, LEAT_ERROR, str(line));
      }
    } catch (...) {  // no memory even for the line
    }
    return otherwise;
  }

  }  // namespace detail
}  // namespace leat
