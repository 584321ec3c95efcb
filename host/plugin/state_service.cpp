// "leat.kv/1": the state of the component that is called.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "host/base/thunk.hpp"
#include "host/base/utf8.hpp"
#include "host/plugin/services.hpp"
#include "host/record/record.hpp"

namespace leat::host {
namespace {

// Runs body(state, name of the component).
template <class Body>
leat_kind use(leat_ctx* ctx, leat_str text, Body&& body) noexcept {
  return thunk(ctx, [&] {
    const Callee* callee = ctx == nullptr ? nullptr : ctx->callee();
    if (callee == nullptr) {
      return refuse(ctx, LEAT_INVALID, "state: no component is called, so there is nobody whose state this would be");
    }
    if (!is_utf8(view(text))) return refuse(ctx, LEAT_INVALID, "state: a key is UTF-8, this one is not");
    return body(services_of(callee->host).state(), callee->name);
  });
}

leat_kind get(leat_ctx* ctx, leat_str key, leat_bytes* out) noexcept {
  return use(ctx, key, [&](ComponentState& state, const std::string& component) {
    if (out == nullptr) return refuse(ctx, LEAT_INVALID, "state: get needs a place for the value");
    *out = {nullptr, 0};
    auto value = state.state(component, view(key));
    if (!value) return refuse(ctx, value.error());
    if (!*value) return leat_kind{LEAT_NOT_FOUND};
    const std::string_view kept = ctx->keep(std::move(**value));
    *out = {reinterpret_cast<const std::uint8_t*>(kept.data()), kept.size()};
    return leat_kind{LEAT_OK};
  });
}

leat_kind set(leat_ctx* ctx, leat_str key, leat_bytes value) noexcept {
  return use(ctx, key, [&](ComponentState& state, const std::string& component) {
    const auto done = state.set_state(component, view(key), view(value));
    return done ? leat_kind{LEAT_OK} : refuse(ctx, done.error());
  });
}

leat_kind erase(leat_ctx* ctx, leat_str key) noexcept {
  return use(ctx, key, [&](ComponentState& state, const std::string& component) {
    const auto erased = state.erase_state(component, view(key));
    if (!erased) return refuse(ctx, erased.error());
    return leat_kind{*erased ? LEAT_OK : LEAT_NOT_FOUND};
  });
}

leat_kind keys(leat_ctx* ctx, leat_str prefix, leat_rec* out) noexcept {
  return use(ctx, prefix, [&](ComponentState& state, const std::string& component) {
    if (out == nullptr) return refuse(ctx, LEAT_INVALID, "state: keys needs a record to fill");
    const auto found = state.state_keys(component, view(prefix));
    if (!found) return refuse(ctx, found.error());
    const auto done = out->set_json(nlohmann::json(*found).dump());
    return done ? leat_kind{LEAT_OK} : refuse(ctx, done.error());
  });
}

}  // namespace

const leat_kv_api& kv_api() {
  static constexpr leat_kv_api api{sizeof(leat_kv_api), 0, &get, &set, &erase, &keys};
  return api;
}

}  // namespace leat::host
