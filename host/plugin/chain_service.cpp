// "leat.chain/1": the transformers that an option names, for the plugin that runs them.
#include <fmt/format.h>

#include <memory>

#include "host/base/thunk.hpp"
#include "host/plugin/services.hpp"

// A handle; the chain itself belongs to Runtime.
struct leat_chain {
  std::weak_ptr<const leat::host::Chain> chain;
};

namespace leat::host {
namespace {

leat_kind open(const leat_host* host, leat_ctx* ctx, leat_str reference, leat_chain** out) noexcept {
  return thunk(ctx, [&] {
    auto chain = services_of(host).chains.find(view(reference));
    if (chain.expired()) {
      return refuse(ctx, LEAT_NOT_FOUND, fmt::format("there are no transformers '{}'", view(reference)));
    }
    *out = std::make_unique<leat_chain>(leat_chain{std::move(chain)}).release();
    return LEAT_OK;
  });
}

void close(leat_chain* chain) noexcept { delete chain; }

leat_kind process(leat_chain* handle, leat_ctx* ctx, leat_batch* batch) noexcept {
  return thunk(ctx, [&] {
    const auto chain = handle == nullptr ? nullptr : handle->chain.lock();
    if (chain == nullptr) return refuse(ctx, LEAT_INVALID, "the transformers are closed");
    if (ctx == nullptr || batch == nullptr) return refuse(ctx, LEAT_INVALID, "process needs a context and a batch");
    const auto done = chain->process(*ctx, *batch);
    return done ? LEAT_OK : refuse(ctx, done.error());
  });
}

}  // namespace

const leat_chain_api& chain_api() {
  static constexpr leat_chain_api api{sizeof(leat_chain_api), 0, &open, &close, &process};
  return api;
}

}  // namespace leat::host
