#include "host/route/event_reader.hpp"

#include <algorithm>
#include <iterator>

#include "host/record/record.hpp"
#include "host/route/identity.hpp"

namespace leat::host {
namespace {

constexpr std::uint32_t count_ahead = 100;
constexpr std::uint64_t bytes_ahead = 1U << 20U;

}  // namespace

Result<bool> EventReader::next(leat_rec& out) {
  return state_.with([&](State& state) -> Result<bool> {
    if (state.ahead.empty()) {
      auto events = store_.events(incoming_, state.read, count_ahead, bytes_ahead);
      if (!events) return events.error();
      std::move(events->begin(), events->end(), std::back_inserter(state.ahead));
    }
    if (state.ahead.empty()) return false;
    const Event& event = state.ahead.front();
    if (auto set = out.set_json(event.payload); !set) {
      return Error{ErrorKind::broken, "incoming " + incoming_ + ": a stored event is damaged: " + set.error().message,
                   0};
    }
    set_attributes(out, event.attributes);
    state.read = event.id;
    state.ahead.pop_front();
    return true;
  });
}

EventId EventReader::read_up_to() const {
  return state_.with([](const State& state) { return state.read; });
}

}  // namespace leat::host
