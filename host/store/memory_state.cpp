#include "host/store/memory_state.hpp"

namespace leat::host {

Result<std::optional<std::string>> MemoryState::state(std::string_view component, std::string_view key) {
  return components_.with([&](const auto& components) -> std::optional<std::string> {
    const auto values = components.find(component);
    if (values == components.end()) return std::nullopt;
    const auto found = values->second.find(key);
    return found == values->second.end() ? std::nullopt : std::optional(found->second);
  });
}

Result<Done> MemoryState::set_state(std::string_view component, std::string_view key, std::string_view value) {
  if (auto refused = beyond_limits(key, value)) return *refused;
  return components_.with([&](auto& components) -> Result<Done> {
    Values& values = components[std::string(component)];
    if (!values.contains(key) && values.size() >= keys_max) return too_many_keys(component);
    values.insert_or_assign(std::string(key), std::string(value));
    return Done{};
  });
}

Result<bool> MemoryState::erase_state(std::string_view component, std::string_view key) {
  return components_.with([&](auto& components) {
    const auto values = components.find(component);
    return values != components.end() && values->second.erase(std::string(key)) > 0;
  });
}

Result<std::vector<std::string>> MemoryState::state_keys(std::string_view component, std::string_view prefix) {
  return components_.with([&](const auto& components) {
    std::vector<std::string> keys;
    const auto values = components.find(component);
    if (values == components.end()) return keys;
    for (auto at = values->second.lower_bound(prefix); at != values->second.end() && at->first.starts_with(prefix);
         ++at)
      keys.push_back(at->first);
    return keys;
  });
}

}  // namespace leat::host
