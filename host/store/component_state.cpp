#include "host/store/component_state.hpp"

#include <fmt/format.h>

namespace leat::host {

std::optional<Error> ComponentState::beyond_limits(std::string_view key, std::string_view value) {
  if (key.empty() || key.size() > key_max) {
    return Error{ErrorKind::invalid,
                 fmt::format("state: a key has 1 to {} bytes, this one has {}", key_max, key.size()), 0};
  }
  if (value.size() > value_max) {
    return Error{
        ErrorKind::invalid,
        fmt::format("state: a value has at most {} bytes, the one for '{}' has {}", value_max, key, value.size()), 0};
  }
  return std::nullopt;
}

Error ComponentState::too_many_keys(std::string_view component) {
  return {ErrorKind::invalid,
          fmt::format("state: {} has {} keys already, and no more are kept: put what belongs together in one value",
                      component, keys_max),
          0};
}

}  // namespace leat::host
