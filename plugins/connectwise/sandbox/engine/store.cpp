#include "plugins/connectwise/sandbox/engine/store.hpp"

#include <algorithm>

#include "plugins/connectwise/sandbox/engine/sample.hpp"
#include "plugins/connectwise/sandbox/text.hpp"

namespace leat::sandbox {

using connectwise::Schema;

namespace {

constexpr Id sample_count = 3;

Book filled(const connectwise::Catalog& catalog, const std::string& url) {
  Book book(catalog, url);
  seed_setup(book);
  seed_boards(book);
  seed_companies(book);
  seed_assets(book);
  return book;
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
    : catalog_(catalog), routes_(routes), book_(filled(catalog, url)), tickets_(book_, tickets) {}

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
  if (auto seeds = book_.find(path)) return *seeds;
  const Route* list = routes_.by_pattern(place.pattern);
  const bool creatable = list != nullptr && list->first(Method::post) != nullptr;
  if (place.schema == nullptr || (creatable && !place.arguments.empty())) return {};
  const Schema* schema = place.schema;
  return {1, sample_count,
          [this, schema](Id id, std::string& out) { out += to_text(sample_record(catalog_, *schema, id)); }};
}

Collection& Store::open(const ListPlace& place) {
  const std::string path = place.path();
  const auto known = collections_.find(path);
  if (known != collections_.end()) return known->second;
  Seeds seeds = seeds_for(place, path);
  Id& end = id_ends_.try_emplace(place.pattern, 1).first->second;
  end = std::max(end, seeds.first + seeds.count);
  return collections_.emplace(path, Collection(std::move(seeds))).first->second;
}

Id Store::next_id(const ListPlace& place) {
  open(place);
  Id& end = id_ends_.at(place.pattern);
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
  std::vector<std::pair<std::string, std::size_t>> sizes;
  for (const auto& [path, collection] : collections_) sizes.emplace_back(path, collection.size());
  return sizes;
}

}  // namespace leat::sandbox
