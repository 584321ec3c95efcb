// "leat.xref/1": the cross-references that outgoings wrote, for those who look one up.
#include "host/base/thunk.hpp"
#include "host/base/utf8.hpp"
#include "host/plugin/services.hpp"

namespace leat::host {
namespace {

using LookUp = Result<std::optional<std::string>> (CrossReferences::*)(std::string_view, std::string_view);

leat_kind look_up(leat_ctx* ctx, leat_str set, leat_str key, leat_str* out, LookUp function) noexcept {
  return thunk(ctx, [&] {
    const Callee* callee = ctx == nullptr ? nullptr : ctx->callee();
    if (callee == nullptr) return refuse(ctx, LEAT_INVALID, "xref: no component is called");
    if (out == nullptr) return refuse(ctx, LEAT_INVALID, "xref: a place for what is found is missing");
    *out = {nullptr, 0};
    if (!is_utf8(view(set)) || !is_utf8(view(key))) {
      return refuse(ctx, LEAT_INVALID, "xref: a set and what is looked for are UTF-8, this is not");
    }
    auto found = (services_of(callee->host).xrefs().*function)(view(set), view(key));
    if (!found) return refuse(ctx, found.error());
    if (!*found) return leat_kind{LEAT_NOT_FOUND};
    *out = str(ctx->keep(std::move(**found)));
    return leat_kind{LEAT_OK};
  });
}

leat_kind find(leat_ctx* ctx, leat_str set, leat_str source, leat_str* target) noexcept {
  return look_up(ctx, set, source, target, &CrossReferences::target_of);
}

leat_kind source_of(leat_ctx* ctx, leat_str set, leat_str target, leat_str* source) noexcept {
  return look_up(ctx, set, target, source, &CrossReferences::source_of);
}

}  // namespace

const leat_xref_api& xref_api() {
  static constexpr leat_xref_api api{sizeof(leat_xref_api), 0, &find, &source_of};
  return api;
}

}  // namespace leat::host
