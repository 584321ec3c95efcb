// State that ends with its object: for commands that keep nothing (`leat fetch`), and tests.
#pragma once

#include <map>

#include "host/base/guarded.hpp"
#include "host/store/component_state.hpp"

namespace leat::host {

class MemoryState final : public ComponentState {
 public:
  Result<std::optional<std::string>> state(std::string_view component, std::string_view key) override;
  Result<Done> set_state(std::string_view component, std::string_view key, std::string_view value) override;
  Result<bool> erase_state(std::string_view component, std::string_view key) override;
  Result<std::vector<std::string>> state_keys(std::string_view component, std::string_view prefix) override;

 private:
  using Values = std::map<std::string, std::string, std::less<>>;
  Guarded<std::map<std::string, Values, std::less<>>> components_;
};

}  // namespace leat::host
