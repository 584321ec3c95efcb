// "leat.kv/1" for tests: durable values in a map, with the host's limits.
#pragma once

#include <map>
#include <string>

#include "leat/record.hpp"

namespace leat::test {

// One at a time exists: the table has no user pointer.
class ScriptedState {
 public:
  ScriptedState() { current_ = this; }
  ScriptedState(const ScriptedState&) = delete;
  ScriptedState& operator=(const ScriptedState&) = delete;
  ~ScriptedState() { current_ = nullptr; }

  std::map<std::string, std::string> values;

  const leat_kv_api* table() const {
    static const leat_kv_api made = [] {
      leat_kv_api api{};
      api.struct_size = sizeof api;
      api.get = [](leat_ctx*, leat_str key, leat_bytes* out) -> leat_kind {
        const auto found = current_->values.find(std::string(view(key)));
        if (found == current_->values.end()) return LEAT_NOT_FOUND;
        *out = bytes(found->second);
        return LEAT_OK;
      };
      api.set = [](leat_ctx*, leat_str key, leat_bytes value) -> leat_kind {
        const bool fits = value.len <= (std::size_t{1} << 20U) && key.len <= 256 &&
                          (current_->values.size() < 1000 || current_->values.contains(std::string(view(key))));
        if (!fits) return LEAT_INVALID;
        current_->values[std::string(view(key))] = std::string(view(value));
        return LEAT_OK;
      };
      api.erase = [](leat_ctx*, leat_str key) -> leat_kind {
        return current_->values.erase(std::string(view(key))) > 0 ? LEAT_OK : LEAT_NOT_FOUND;
      };
      api.keys = [](leat_ctx*, leat_str prefix, leat_rec* out) -> leat_kind {
        Record keys(out);
        keys.root().set_array();
        for (const auto& [key, value] : current_->values) {
          if (key.starts_with(view(prefix))) keys.root().push().set(key);
        }
        return LEAT_OK;
      };
      return api;
    }();
    return &made;
  }

 private:
  inline static ScriptedState* current_ = nullptr;
};

}  // namespace leat::test
