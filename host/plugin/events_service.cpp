// "leat.events/1": what webhooks told the incoming whose subscriber is called.
#include "host/base/thunk.hpp"
#include "host/plugin/services.hpp"
#include "host/record/record.hpp"

namespace leat::host {
namespace {

leat_kind url(leat_ctx* ctx, leat_str* out) noexcept {
  return thunk(ctx, [&] {
    const Callee* callee = ctx == nullptr ? nullptr : ctx->callee();
    if (callee == nullptr || out == nullptr) {
      return refuse(ctx, LEAT_INVALID, "events: url needs a call into a component and a place for the address");
    }
    const auto& urls = services_of(callee->host).webhook_urls;
    const auto found = urls.find(callee->place);
    *out = found == urls.end() ? leat_str{nullptr, 0} : str(found->second);
    return leat_kind{found == urls.end() ? LEAT_NOT_FOUND : LEAT_OK};
  });
}

leat_kind next(leat_ctx* ctx, leat_rec* out) noexcept {
  return thunk(ctx, [&] {
    if (ctx == nullptr || out == nullptr) return refuse(ctx, LEAT_INVALID, "events: next needs a call and a record");
    if (ctx->events() == nullptr) return leat_kind{LEAT_NOT_FOUND};
    const auto given = ctx->events()->next(*out);
    if (!given) return refuse(ctx, given.error());
    return leat_kind{*given ? LEAT_OK : LEAT_NOT_FOUND};
  });
}

std::int32_t woken(leat_ctx* ctx) noexcept {
  std::int32_t because_of_events = 0;
  thunk(ctx, [&] {
    because_of_events = ctx != nullptr && ctx->events() != nullptr && ctx->events()->woken() ? 1 : 0;
    return leat_kind{LEAT_OK};
  });
  return because_of_events;
}

}  // namespace

const leat_events_api& events_api() {
  static constexpr leat_events_api api{sizeof(leat_events_api), 0, &url, &next, &woken};
  return api;
}

}  // namespace leat::host
