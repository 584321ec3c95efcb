#include "host/plugin/chain.hpp"

#include "host/record/record.hpp"

namespace leat::host {

Result<Done> Chain::process(Call& call, Batch& batch) const {
  for (const auto& transformer : transformers_) {
    if (auto done = transformer->process(call, batch); !done) return done;
  }
  return Done{};
}

Result<Done> Chain::constants(Call& call, ::leat_rec& known) const {
  if (auto empty = known.set_json("{}"); !empty) return empty;
  for (const auto& transformer : transformers_) {
    if (known.root().type() != LEAT_OBJECT) static_cast<void>(known.set_json("{}"));  // the one before says nothing
    if (auto done = transformer->constants(call, known); !done) return done;
  }
  const bool nothing = known.root().type() != LEAT_OBJECT || known.root().size() == 0;
  return nothing ? known.set_json("null") : Result<Done>(Done{});
}

}  // namespace leat::host
