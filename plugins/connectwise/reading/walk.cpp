#include "plugins/connectwise/reading/walk.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace leat::connectwise {

using nlohmann::json;

Walk::Walk(std::vector<Question> parts, const PagingSetup& setup, std::string_view cursor, Priority priority)
    : parts_(std::move(parts)), setup_(setup), priority_(priority) {
  json stored = json::parse(cursor, nullptr, false);
  const bool done = stored.is_object() && stored.contains("done") && stored["done"] == true;
  if (stored.is_object() && !done && stored.contains("part") && stored["part"].is_number_unsigned()) {
    opened_ = std::min(stored["part"].get<std::size_t>(), parts_.size() - 1);
  }
  open_part(stored.is_object() ? cursor : std::string_view());
  if (!stored.is_object()) return;
  stored["done"] = true;  // the parts behind know the mode, and begin at their own first record
  last_cursor_ = stored.dump();
}

void Walk::open_part(std::string_view cursor) {
  if (opened_ == parts_.size()) return;
  open_.emplace_back(parts_[opened_++], setup_, cursor, priority_);
}

std::string Walk::cursor() const {
  if (open_.empty()) return last_cursor_;
  json stored = json::parse(open_.front().cursor());
  if (parts_.size() > 1) stored["part"] = opened_ - open_.size();
  return stored.dump();
}

Result<std::size_t> Walk::next(const leat::Client& client, const Rows& rows, Batch& out, Context& context) {
  while (!open_.empty()) {
    Track& track = open_.front();
    const auto count = track.next(client, rows, out, context);
    setup_.page_size = track.page_size();
    if (!count) return count;
    if (track.ended()) {
      last_cursor_ = track.cursor();
      open_.pop_front();
      // A list that has no forward-only paging has none for the next part either.
      if (open_.empty()) open_part(last_cursor_);
    }
    if (*count > 0) return count;
  }
  return std::size_t{0};
}

void Walk::ask_ahead(const leat::Client& client, Context& context) {
  const auto most = static_cast<std::size_t>(std::max(setup_.in_flight, 1));
  std::size_t used = 0;
  for (std::size_t i = 0; used < most; ++i) {
    if (i == open_.size()) {
      const std::size_t before = opened_;
      open_part(last_cursor_);
      if (opened_ == before) return;
    }
    // Only the part that is read may use the room for several pages: the next ones need their first.
    open_[i].ask_ahead(client, i == 0 ? most : std::max<std::size_t>(open_[i].in_flight(), 1), context);
    used += open_[i].in_flight();
  }
}

}  // namespace leat::connectwise
