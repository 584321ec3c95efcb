// Sends whose completion is to come from the other process, by the number this side gave them.
// Each is taken once, by whoever completes it: the completion that came, the end of the other process, or the send
// itself when it was refused.
// Threads  any.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "host/base/guarded.hpp"
#include "leat/abi.h"

namespace leat::host {

struct Send {
  leat_http_done done = nullptr;
  void* user = nullptr;
  bool repeatable = false;         // without an answer it may be repeated
  std::shared_ptr<void> finished;  // goes when done has run
};

class Sends {
 public:
  // first: the number before the first one; those of several lives must not meet.
  explicit Sends(std::uint64_t first) : state_(State{{}, first}) {}
  std::uint64_t add(Send send) {
    return state_.with([&](State& state) {
      state.all.emplace(++state.last, std::move(send));
      return state.last;
    });
  }
  std::optional<Send> take(std::uint64_t number) {
    return state_.with([&](State& state) -> std::optional<Send> {
      auto found = state.all.extract(number);
      if (found.empty()) return std::nullopt;
      return std::move(found.mapped());
    });
  }
  std::vector<Send> take_all() {
    return state_.with([](State& state) {
      std::vector<Send> all;
      for (auto& [number, send] : state.all) all.push_back(std::move(send));
      state.all.clear();
      return all;
    });
  }

 private:
  struct State {
    std::map<std::uint64_t, Send> all;
    std::uint64_t last = 0;
  };
  Guarded<State> state_;
};

// Completes it without an answer.
void complete(const Send& send, leat_kind kind, std::string_view why);

}  // namespace leat::host
