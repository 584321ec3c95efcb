#include "host/plugin/metrics.hpp"

namespace leat::host {

void Metrics::add(std::string_view origin, std::string_view name, std::int64_t delta) {
  state_.with([&](State& state) {
    auto counters = state.values.find(origin);
    if (counters != state.values.end()) {
      if (const auto counter = counters->second.find(name); counter != counters->second.end()) {
        counter->second += delta;
        return;
      }
    }
    if (state.names == names_max) return;
    if (counters == state.values.end()) counters = state.values.try_emplace(std::string(origin)).first;
    counters->second.emplace(name, delta);
    ++state.names;
  });
}

Metrics::Values Metrics::snapshot() const {
  return state_.with([](const State& state) { return state.values; });
}

}  // namespace leat::host
