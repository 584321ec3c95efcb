#include "host/plugin/chain.hpp"

namespace leat::host {

Result<Done> Chain::process(Call& call, Batch& batch) const {
  for (const auto& transformer : transformers_) {
    if (auto done = transformer->process(call, batch); !done) return done;
  }
  return Done{};
}

}  // namespace leat::host
