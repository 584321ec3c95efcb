// The net under a service function: nothing that is thrown reaches the plugin that called it.
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

}  // namespace leat::host
