// A few durable values of component instances: what "leat.kv/1" gives and takes.
// Owner       main.
// Threads     any, at the same time.
// Durability  what set_state() or erase_state() reported as done survives power loss; otherwise nothing was changed.
// Errors      as TaskStore. invalid: a key, a value or their number beyond the limits, which the text names.
// component   its place and type: "incoming.tickets.subscriber (connectwise)". Values of one are nobody else's.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "leat/result.hpp"

namespace leat::host {

class ComponentState {
 public:
  // Promised in abi.h: they may only grow.
  static constexpr std::size_t key_max = 256;                         // bytes; at least 1
  static constexpr std::size_t value_max = std::size_t{1024} * 1024;  // bytes
  static constexpr std::size_t keys_max = 1000;                       // of one component

  virtual ~ComponentState() = default;

  virtual Result<std::optional<std::string>> state(std::string_view component, std::string_view key) = 0;
  virtual Result<Done> set_state(std::string_view component, std::string_view key, std::string_view value) = 0;
  // False: there was none.
  virtual Result<bool> erase_state(std::string_view component, std::string_view key) = 0;
  // Those that begin with the prefix, in the order of their bytes.
  virtual Result<std::vector<std::string>> state_keys(std::string_view component, std::string_view prefix) = 0;

 protected:
  // What is wrong with a key and value that are to be set.
  static std::optional<Error> beyond_limits(std::string_view key, std::string_view value);
  static Error too_many_keys(std::string_view component);
};

}  // namespace leat::host
