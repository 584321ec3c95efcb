// Numbers that plugins count ("pages", "requests"), by who counted: shown beside the host's own.
// Owner    Services.
// Threads  any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "host/base/guarded.hpp"

namespace leat::host {

class Metrics {
 public:
  // By origin ("route tickets-to-archive"), then name.
  using Counters = std::map<std::string, std::int64_t, std::less<>>;
  using Values = std::map<std::string, Counters, std::less<>>;
  // Further names are not counted: a plugin that makes names from its records must not fill the memory.
  static constexpr std::size_t names_max = 4096;

  void add(std::string_view origin, std::string_view name, std::int64_t delta);
  Values snapshot() const;

 private:
  struct State {
    Values values;
    std::size_t names = 0;  // of all origins
  };
  Guarded<State> state_;
};

}  // namespace leat::host
