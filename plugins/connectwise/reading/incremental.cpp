#include "plugins/connectwise/reading/incremental.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "plugins/connectwise/text.hpp"
#include "plugins/connectwise/timestamp.hpp"

namespace leat::connectwise {

using nlohmann::json;

namespace {

std::optional<std::int64_t> time_member(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_string()) return {};
  return parse_timestamp(found->get_ref<const std::string&>());
}

}  // namespace

void Incremental::load(const json& cursor) {
  if (!cursor.is_object()) return;
  watermark_ = time_member(cursor, "watermark");
  next_ = time_member(cursor, "next");
  since_ = time_member(cursor, "since");
  in_pass_ = cursor.contains("since");
  seen_.clear();
  newest_.clear();
  seen_count_ = 0;
  const auto seen = cursor.find("seen");
  if (seen == cursor.end() || !seen->is_object()) return;
  for (const auto& [time, records] : seen->items()) {
    const auto changed = parse_timestamp(time);
    if (!changed || !records.is_object()) continue;
    for (const auto& [text, print] : records.items()) {
      const auto id = whole_number(text);
      if (!id || !print.is_number_unsigned()) continue;
      remember(*id, *changed, print.get<std::uint32_t>());
    }
  }
}

void Incremental::save(json& cursor) const {
  if (!cursor.is_object()) cursor = json::object();
  for (const char* name : {"watermark", "next", "since", "seen"}) cursor.erase(name);
  if (watermark_) cursor["watermark"] = to_timestamp(*watermark_);
  if (in_pass_) {
    cursor["since"] = since_ ? json(to_timestamp(*since_)) : json("all");
    if (next_) cursor["next"] = to_timestamp(*next_);
  }
  if (seen_.empty()) return;
  json& seen = cursor["seen"] = json::object();
  for (const auto& [time, records] : seen_) {
    json& at = seen[to_timestamp(time)] = json::object();
    for (const auto& [id, print] : records) at[std::to_string(id)] = print;
  }
}

std::optional<std::int64_t> Incremental::since() const {
  if (in_pass_) return since_;
  if (!watermark_) return setup_.from;
  return *watermark_ - setup_.overlap;
}

std::string Incremental::condition() const {
  const auto time = since();
  return time ? setup_.field + " >= [" + to_timestamp(*time) + "]" : std::string();
}

void Incremental::begin(std::optional<std::int64_t> newest, std::optional<std::int64_t> server) {
  since_ = since();
  in_pass_ = true;
  begun_ = server;
  next_ = newest ? newest : server;
  if (newest && server) next_ = std::min(*newest, *server);
  // It may also go back: that only reads more.
}

bool Incremental::in_window(std::int64_t changed) const {
  const auto border = next_ ? next_ : watermark_;
  return border && changed >= *border - setup_.overlap;
}

bool Incremental::is_new(std::int64_t id, std::int64_t changed, std::uint64_t print) {
  const auto short_print = static_cast<std::uint32_t>(print ^ (print >> 32U));
  const auto time = seen_.find(changed);
  if (time != seen_.end()) {
    const auto known = time->second.find(id);
    if (known != time->second.end() && known->second == short_print) return false;
  }
  if (const auto newer = newest_.find(id); newer != newest_.end() && newer->second > changed) return false;
  // What the next pass will not show again needs no remembering.
  if (in_window(changed)) {
    remember(id, changed, short_print);
    while (seen_count_ > seen_max) forget_oldest();
  }
  return true;
}

void Incremental::remember(std::int64_t id, std::int64_t changed, std::uint32_t print) {
  seen_count_ += seen_[changed].insert_or_assign(id, print).second ? 1 : 0;
  std::int64_t& newest = newest_.try_emplace(id, changed).first->second;
  newest = std::max(newest, changed);
}

void Incremental::forget_oldest() {
  const auto oldest = seen_.begin();
  const auto record = oldest->second.begin();
  if (const auto newest = newest_.find(record->first); newest->second == oldest->first) newest_.erase(newest);
  oldest->second.erase(record);
  if (oldest->second.empty()) seen_.erase(oldest);
  --seen_count_;
}

void Incremental::forget_before(std::int64_t time) {
  while (!seen_.empty() && seen_.begin()->first < time) forget_oldest();
}

void Incremental::finish() {
  in_pass_ = false;
  since_.reset();
  if (next_) {
    watermark_ = next_;
    forget_before(*watermark_ - setup_.overlap);
  }
  next_.reset();
  begun_.reset();
}

}  // namespace leat::connectwise
