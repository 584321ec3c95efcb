// Transformers one after the other over a batch. What one appends goes to the next ones, not to itself.
// Owner    whoever made it.
// Threads  any: each transformer lets in as many calls as its component allows.
// Errors   the first transformer that fails for the whole batch ends the run; its outcome is each live record's.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "host/plugin/instance.hpp"

namespace leat::host {

class Chain {
 public:
  Chain() = default;
  explicit Chain(std::vector<std::unique_ptr<TransformerInstance>> transformers)
      : transformers_(std::move(transformers)) {}

  Result<Done> process(Call& call, Batch& batch) const;
  // Sets `known` to the members that every record has behind them, whatever came in; null: nothing is known.
  Result<Done> constants(Call& call, ::leat_rec& known) const;
  bool empty() const { return transformers_.empty(); }

 private:
  std::vector<std::unique_ptr<TransformerInstance>> transformers_;
};

}  // namespace leat::host
