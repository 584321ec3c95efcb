#include "plugins/connectwise/sandbox/engine/store.hpp"

#include <algorithm>
#include <stdexcept>

#include "plugins/connectwise/sandbox/engine/sample.hpp"
#include "plugins/connectwise/sandbox/text.hpp"

namespace leat::sandbox {

using connectwise::Schema;

namespace {

constexpr Id sample_count = 3;

Book filled(const connectwise::Catalog& catalog, const std::string& url) {
  Book book(catalog, url);
  seed_setup(book);
  seed_time_sheets(book);
  seed_boards(book);
  seed_companies(book);
  seed_assets(book);
  return book;
}

// Of the built-in catalog, which outlives everything, the latest one is kept: filling it takes a tenth of a second, which a
// program with many sandboxes one after the other, as tests are, would pay for each.
std::shared_ptr<const Book> shared_book(const connectwise::Catalog& catalog, const std::string& url) {
  if (&catalog != &connectwise::builtin_catalog()) return std::make_shared<const Book>(filled(catalog, url));
  static std::mutex mutex;
  static std::shared_ptr<const Book> latest;
  const std::lock_guard lock(mutex);
  if (latest == nullptr || latest->url() != url) latest = std::make_shared<const Book>(filled(catalog, url));
  return latest;
}

}  // namespace

std::string ListPlace::path() const {
  std::string path;
  std::size_t next = 0;
  for (std::size_t at = 0; at < pattern.size();) {
    if (pattern.compare(at, 2, "{}") == 0) {
      path += lower(arguments.at(next++));
      at += 2;
    } else {
      path += pattern[at++];
    }
  }
  return path;
}

Store::Store(const connectwise::Catalog& catalog, const Routes& routes, const std::string& url, Id tickets)
    : catalog_(catalog),
      routes_(routes),
      book_(shared_book(catalog, url)),
      tickets_(*book_, tickets),
      ticket_count_(tickets) {}

ListPlace Store::place(const std::string& pattern, std::vector<std::string> arguments) const {
  ListPlace place{pattern, std::move(arguments), nullptr};
  place.arguments.resize(static_cast<std::size_t>(std::count(pattern.begin(), pattern.end(), '{')));
  const Route* item = routes_.by_pattern(pattern + "/{}");
  const Route* list = routes_.by_pattern(pattern);
  const auto take = [&](const Route* route, Method method, bool body) {
    const Operation* operation = route == nullptr ? nullptr : route->first(method);
    if (place.schema != nullptr || operation == nullptr) return;
    place.schema = catalog_.schema(body ? operation->body_schema : operation->response_schema);
  };
  take(item, Method::get, false);
  take(list, Method::get, false);
  take(item, Method::put, true);
  take(item, Method::patch, false);
  take(list, Method::post, true);
  take(list, Method::put, true);
  return place;
}

Seeds Store::seeds_for(const ListPlace& place, const std::string& path) const {
  if (auto seeds = tickets_.find(path)) return *seeds;
  if (auto seeds = book_->find(path)) return *seeds;
  // Made-up entries would be about nothing.
  if (path == "/system/callbacks" || place.pattern.find("associations") != std::string::npos) return {};
  const Route* list = routes_.by_pattern(place.pattern);
  const bool creatable = list != nullptr && list->first(Method::post) != nullptr;
  if (place.schema == nullptr || (creatable && !place.arguments.empty())) return {};
  const Schema* schema = place.schema;
  // Project tickets come after the service tickets: both have one sequence of ids.
  const Id first = path == "/project/tickets" ? ticket_count_ + 1 : 1;
  return {first, sample_count,
          [this, schema](Id id, std::string& out) { out += to_text(sample_record(catalog_, *schema, id)); }};
}

// Service and project tickets have one sequence of ids: a ticket that is converted keeps its own.
const std::string& Store::id_pattern(const ListPlace& place) {
  static const std::string tickets = "/service/tickets";
  return place.pattern == "/project/tickets" ? tickets : place.pattern;
}

Collection& Store::open(const ListPlace& place) {
  const std::string path = place.path();
  const std::lock_guard lock(mutex_);
  const auto known = collections_.find(path);
  if (known != collections_.end()) return known->second;
  Seeds seeds = seeds_for(place, path);
  Id& end = id_ends_.try_emplace(id_pattern(place), 1).first->second;
  end = std::max(end, seeds.first + seeds.count);
  Collection& list = collections_.emplace(path, Collection(std::move(seeds))).first->second;
  const auto restored = restored_.find(path);
  if (restored != restored_.end()) {
    list.restore(std::move(restored->second.changed), std::move(restored->second.erased), generation_ << 32U);
    restored_.erase(restored);
  }
  return list;
}

Id Store::next_id(const ListPlace& place) {
  open(place);
  if (id_pattern(place) == "/service/tickets") {
    open(this->place("/service/tickets", {}));
    open(this->place("/project/tickets", {}));
  }
  const std::lock_guard lock(mutex_);
  Id& end = id_ends_.at(id_pattern(place));
  if (place.pattern == "/service/tickets/{}/notes") end = std::max(end, tickets_.note_id_end());
  // Children of seeded parents have seeded ids that this list does not know of.
  constexpr Id seeded_children_end = 1000;
  if (!place.arguments.empty()) end = std::max(end, seeded_children_end);
  return end++;
}

Json Store::read(const ListPlace& place, Id id) {
  const Collection& collection = open(place);
  if (!collection.contains(id)) return nullptr;
  std::string text;
  collection.write(id, text);
  return Json::parse(text);
}

std::vector<std::pair<std::string, std::size_t>> Store::sizes() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::pair<std::string, std::size_t>> sizes;
  for (const auto& [path, collection] : collections_) sizes.emplace_back(path, collection.size());
  return sizes;
}

Json Store::to_json() const {
  const std::lock_guard lock(mutex_);
  Json lists = Json::object();
  const auto add = [&](const std::string& path, const std::map<Id, std::string>& changed, const std::set<Id>& erased) {
    if (changed.empty() && erased.empty()) return;
    Json records = Json::array();
    for (const auto& [id, text] : changed) records.push_back(Json::parse(text));
    lists[path] = {{"changed", std::move(records)}, {"erased", erased}};
  };
  for (const auto& [path, list] : collections_) add(path, list.changed(), list.erased());
  for (const auto& [path, changes] : restored_) add(path, changes.changed, changes.erased);
  return {{"tickets", ticket_count_}, {"lists", std::move(lists)}, {"ids", id_ends_}};
}

void Store::restore(const Json& state) {
  if (state.at("tickets").get<Id>() != ticket_count_) {
    throw std::runtime_error("the state is of a sandbox with " + state.at("tickets").dump() +
                             " tickets, this one has " + std::to_string(ticket_count_));
  }
  std::map<std::string, Changes> restored;
  for (const auto& [path, list] : state.at("lists").items()) {
    Changes& changes = restored[path];
    for (const Json& record : list.at("changed")) changes.changed[record.at("id").get<Id>()] = to_text(record);
    changes.erased = list.at("erased").get<std::set<Id>>();
  }
  auto ends = state.at("ids").get<std::map<std::string, Id>>();
  const std::lock_guard lock(mutex_);
  ++generation_;
  // Lists that someone may hold stay where they are.
  for (auto& [path, list] : collections_) {
    const auto found = restored.find(path);
    Changes changes = found == restored.end() ? Changes() : std::move(found->second);
    list.restore(std::move(changes.changed), std::move(changes.erased), generation_ << 32U);
    if (found != restored.end()) restored.erase(found);
  }
  restored_ = std::move(restored);
  for (const auto& [pattern, end] : ends) id_ends_[pattern] = std::max(id_ends_[pattern], end);
}

}  // namespace leat::sandbox
