// The durable values of a component instance: `context.state().get("delta")`. See "leat.kv/1" in abi.h for what it is
// for, its limits and its life.
// Lifetime  the call it was got in. Values are copies.
// Threads   the thread of the call.
// Errors    thrown as Failure: invalid (a limit, which the text names), busy, broken, unsupported (an older host).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "leat/record.hpp"

namespace leat __attribute__((visibility("hidden"))) {

  class State {
   public:
    // Throws unsupported when the host does not offer it.
    explicit State(const Context& context) : context_(context) {
      if (services().kv == nullptr) throw failure(ErrorKind::unsupported, "the host does not offer leat.kv/1");
    }

    std::optional<std::string> get(std::string_view key) const {
      leat_bytes value{nullptr, 0};
      const leat_kind kind = services().kv->get(context_.raw(), str(key), &value);
      if (kind == LEAT_NOT_FOUND) return std::nullopt;
      check(context_.result(kind));
      return std::string(view(value));
    }
    // Done when it survives a power cut; costs a sync to disk.
    void set(std::string_view key, std::string_view value) const {
      check(context_.result(services().kv->set(context_.raw(), str(key), bytes(value))));
    }
    // False: there was none.
    bool erase(std::string_view key) const {
      const leat_kind kind = services().kv->erase(context_.raw(), str(key));
      if (kind == LEAT_NOT_FOUND) return false;
      check(context_.result(kind));
      return true;
    }
    // Those that begin with the prefix, in the order of their bytes.
    std::vector<std::string> keys(std::string_view prefix = {}) const {
      const NewRecord found;
      check(context_.result(services().kv->keys(context_.raw(), str(prefix), found.raw())));
      std::vector<std::string> keys;
      for (const auto item : found.root()) keys.emplace_back(item.value.str().value_or(""));
      return keys;
    }

   private:
    Context context_;
  };

  inline State Context::state() const { return State(*this); }

}  // namespace leat
