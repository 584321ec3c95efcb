// The store of a configuration, for commands that look at what is there and change nothing of it.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>

#include "host/cli/session.hpp"
#include "host/store/memory_state.hpp"
#include "host/store/task_store.hpp"

namespace leat::host {

// State that begins as a store's and keeps what is set to itself.
class ScratchState final : public ComponentState {
 public:
  explicit ScratchState(ComponentState& store) : store_(store) {}
  Result<std::optional<std::string>> state(std::string_view component, std::string_view key) override;
  Result<Done> set_state(std::string_view component, std::string_view key, std::string_view value) override;
  Result<bool> erase_state(std::string_view component, std::string_view key) override;
  Result<std::vector<std::string>> state_keys(std::string_view component, std::string_view prefix) override;

 private:
  Result<Done> take(std::string_view component);

  ComponentState& store_;
  MemoryState own_;
  Guarded<std::set<std::string, std::less<>>> taken_;  // components whose values are copied
};

// A store with its scratch state, both in the session's services.
struct LookingStore {
  std::unique_ptr<TaskStore> store;
  std::unique_ptr<ScratchState> state;
};

// Empty when there is none yet: then there is no state and no cross-reference. An error: it is there, and cannot be opened.
Result<LookingStore> open_existing_store(const Config& config, Session& session);

}  // namespace leat::host
