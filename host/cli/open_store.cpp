#include "host/cli/open_store.hpp"

#include <filesystem>

#include "host/store/sqlite_store.hpp"

namespace leat::host {

// Copies a component's values before they are first touched.
Result<Done> ScratchState::take(std::string_view component) {
  return taken_.with([&](auto& taken) -> Result<Done> {
    if (taken.contains(component)) return Done{};
    const auto keys = store_.state_keys(component, {});
    if (!keys) return keys.error();
    for (const std::string& key : *keys) {
      const auto value = store_.state(component, key);
      if (!value) return value.error();
      if (!*value) continue;
      if (auto set = own_.set_state(component, key, **value); !set) return set;
    }
    taken.emplace(component);
    return Done{};
  });
}

Result<std::optional<std::string>> ScratchState::state(std::string_view component, std::string_view key) {
  if (auto taken = take(component); !taken) return taken.error();
  return own_.state(component, key);
}

Result<Done> ScratchState::set_state(std::string_view component, std::string_view key, std::string_view value) {
  if (auto taken = take(component); !taken) return taken;
  return own_.set_state(component, key, value);
}

Result<bool> ScratchState::erase_state(std::string_view component, std::string_view key) {
  if (auto taken = take(component); !taken) return taken.error();
  return own_.erase_state(component, key);
}

Result<std::vector<std::string>> ScratchState::state_keys(std::string_view component, std::string_view prefix) {
  if (auto taken = take(component); !taken) return taken.error();
  return own_.state_keys(component, prefix);
}

Result<LookingStore> open_existing_store(const Config& config, Session& session) {
  if (!std::filesystem::exists(config.store.path)) return LookingStore{};
  auto opened =
      open_sqlite_store({.path = config.store.path, .keep_payload = config.store.keep_payload}, session.clock());
  if (!opened) return opened.error();
  LookingStore looking{std::move(*opened), nullptr};
  looking.state = std::make_unique<ScratchState>(*looking.store);
  session.services().keep_state_in(*looking.state);
  session.services().find_xrefs_in(*looking.store);
  return looking;
}

}  // namespace leat::host
