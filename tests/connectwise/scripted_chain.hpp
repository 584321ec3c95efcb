// "leat.chain/1" for tests: what the transformers named in an option would do, as a function over the batch.
#pragma once

#include <functional>
#include <utility>

#include "leat/batch.hpp"

namespace leat::test {

// One at a time exists: the table has no user pointer.
class ScriptedChain {
 public:
  using Script = std::function<void(Batch&)>;

  explicit ScriptedChain(Script script) : script_(std::move(script)) { current_ = this; }
  ScriptedChain(const ScriptedChain&) = delete;
  ScriptedChain& operator=(const ScriptedChain&) = delete;
  ~ScriptedChain() { current_ = nullptr; }

  const leat_chain_api* table() const {
    static const leat_chain_api made = [] {
      leat_chain_api api{};
      api.struct_size = sizeof api;
      api.open = [](const leat_host*, leat_ctx*, leat_str, leat_chain** out) -> leat_kind {
        *out = reinterpret_cast<leat_chain*>(current_);
        return LEAT_OK;
      };
      api.close = [](leat_chain*) {};
      api.process = [](leat_chain*, leat_ctx*, leat_batch* raw) -> leat_kind {
        Batch batch(raw);
        current_->script_(batch);
        return LEAT_OK;
      };
      return api;
    }();
    return &made;
  }

 private:
  inline static ScriptedChain* current_ = nullptr;
  Script script_;
};

}  // namespace leat::test
