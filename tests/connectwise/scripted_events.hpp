// "leat.events/1" and "leat.metric/1" for tests: events that wait, and numbers that were counted.
#pragma once

#include <deque>
#include <map>
#include <string>

#include "leat/record.hpp"

namespace leat::test {

// One at a time exists: the tables have no user pointer.
class ScriptedEvents {
 public:
  ScriptedEvents() { current_ = this; }
  ScriptedEvents(const ScriptedEvents&) = delete;
  ScriptedEvents& operator=(const ScriptedEvents&) = delete;
  ~ScriptedEvents() { current_ = nullptr; }

  std::string address = "https://hooks.test/leat/tickets";  // empty: none is configured
  std::deque<std::string> waiting;                          // JSON
  bool woken = false;
  std::map<std::string, std::int64_t> counts;

  const leat_events_api* table() const {
    static const leat_events_api made = [] {
      leat_events_api api{};
      api.struct_size = sizeof api;
      api.url = [](leat_ctx*, leat_str* out) -> leat_kind {
        *out = str(current_->address);
        return current_->address.empty() ? LEAT_NOT_FOUND : LEAT_OK;
      };
      api.next = [](leat_ctx*, leat_rec* out) -> leat_kind {
        if (current_->waiting.empty()) return LEAT_NOT_FOUND;
        const std::string event = std::move(current_->waiting.front());
        current_->waiting.pop_front();
        return services().record->set_json(nullptr, out, str(event));
      };
      api.woken = [](leat_ctx*) -> std::int32_t { return current_->woken ? 1 : 0; };
      return api;
    }();
    return &made;
  }
  const leat_metric_api* metrics() const {
    static const leat_metric_api made = [] {
      leat_metric_api api{};
      api.struct_size = sizeof api;
      api.add = [](const leat_host*, leat_ctx*, leat_str name, std::int64_t delta) {
        current_->counts[std::string(view(name))] += delta;
      };
      return api;
    }();
    return &made;
  }

 private:
  inline static ScriptedEvents* current_ = nullptr;
};

}  // namespace leat::test
