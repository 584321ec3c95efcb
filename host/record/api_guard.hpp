// The edge of the ABI: no exception leaves a table function, and a failure's text goes to the call's context.
#pragma once

#include <exception>
#include <new>
#include <string_view>

#include "host/base/call.hpp"
#include "leat/abi.h"
#include "leat/result.hpp"

namespace leat::host {

inline leat_kind fail(leat_ctx* ctx, leat_kind kind, std::string_view message) noexcept {
  return ctx_api().fail(ctx, kind, 0, str(message));
}

template <class T>
leat_kind kind_of(leat_ctx* ctx, const Result<T>& result) noexcept {
  return result ? LEAT_OK : fail(ctx, static_cast<leat_kind>(result.error().kind), result.error().message);
}

template <class F>
leat_kind guarded(leat_ctx* ctx, F&& call) noexcept {
  try {
    return call();
  } catch (const std::bad_alloc&) {
    return fail(ctx, LEAT_BROKEN, "no memory for a record");
  } catch (const std::exception& error) {
    return fail(ctx, LEAT_BROKEN, error.what());
  } catch (...) {
    return fail(ctx, LEAT_BROKEN, "an unknown exception inside the host");
  }
}

// For functions that give a handle: nothing when it could not be made.
template <class F>
auto guarded_or_null(F&& call) noexcept -> decltype(call()) {
  try {
    return call();
  } catch (...) {
    return nullptr;
  }
}

}  // namespace leat::host
