// Turns what author code does - return, return a Result, throw anything - into a leat_kind and a text in the context.
// No exception leaves a thunk.
#pragma once

#include <exception>
#include <new>
#include <string>
#include <type_traits>
#include <utility>

#include "leat/context.hpp"
#include "leat/host.hpp"

namespace leat __attribute__((visibility("hidden"))) {
  namespace detail {

  // What the exception in flight means. A bug in author code fails the record it happened on, not the route.
  inline Error current_error() {
    try {
      throw;
    } catch (const Failure& failure) {
      return failure.error();
    } catch (const std::bad_alloc&) {
      return {ErrorKind::busy, "out of memory", 0};
    } catch (const std::exception& error) {
      return {ErrorKind::invalid, std::string("unexpected: ") + error.what(), 0};
    } catch (...) {
      return {ErrorKind::invalid, "unexpected: an exception that is no std::exception", 0};
    }
  }

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

  }  // namespace detail
}  // namespace leat
