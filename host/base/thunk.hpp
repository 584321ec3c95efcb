// The net under the functions that plugins call: nothing that is thrown reaches them, and a failure's text goes to the
// call's context.
#pragma once

#include <exception>
#include <new>
#include <string_view>

#include "host/base/call.hpp"
#include "leat/abi.h"
#include "leat/result.hpp"

namespace leat::host {

// ctx may be NULL.
inline leat_kind refuse(leat_ctx* ctx, leat_kind kind, std::string_view why) noexcept {
  try {
    return ctx == nullptr ? kind : ctx->fail(kind, 0, why);
  } catch (...) {
    return kind;  // no memory for the text
  }
}

inline leat_kind refuse(leat_ctx* ctx, const Error& error) noexcept {
  const auto kind = static_cast<leat_kind>(error.kind);
  try {
    return ctx == nullptr ? kind : ctx->fail(error);
  } catch (...) {
    return kind;
  }
}

template <class T>
leat_kind kind_of(leat_ctx* ctx, const Result<T>& result) noexcept {
  return result ? LEAT_OK : refuse(ctx, result.error());
}

template <class Body>
leat_kind thunk(leat_ctx* ctx, Body&& body) noexcept {
  try {
    return body();
  } catch (const std::bad_alloc&) {
    return refuse(ctx, LEAT_BROKEN, "the host is out of memory");
  } catch (const std::exception& error) {
    return refuse(ctx, LEAT_BROKEN, error.what());
  } catch (...) {
    return refuse(ctx, LEAT_BROKEN, "the host failed in an unknown way");
  }
}

// For functions that give a handle: nothing when it could not be made.
template <class Body>
auto thunk_or_null(Body&& body) noexcept -> decltype(body()) {
  try {
    return body();
  } catch (...) {
    return nullptr;
  }
}

}  // namespace leat::host
