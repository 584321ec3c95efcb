#include "plugins/connectwise/sandbox/engine/usages.hpp"

#include <algorithm>
#include <array>

#include "plugins/connectwise/sandbox/engine/reference_kinds.hpp"
#include "plugins/connectwise/sandbox/engine/sample.hpp"
#include "plugins/connectwise/sandbox/query/record_view.hpp"
#include "plugins/connectwise/sandbox/text.hpp"

namespace leat::sandbox {

namespace {

constexpr std::size_t places_max = 1000;
constexpr std::array<const char*, 8> searched = {"/service/tickets",  "/time/entries",           "/company/companies",
                                                 "/company/contacts", "/company/configurations", "/finance/agreements",
                                                 "/system/members",   "/service/boards"};

// "/service/boards/{board}/statuses" to "/service/boards/{}/statuses".
std::string pattern_of(std::string_view path) {
  std::string pattern;
  for (std::size_t at = 0; at < path.size(); ++at) {
    pattern += lower(path[at]);
    if (path[at] != '{') continue;
    at = path.find('}', at);
    pattern += '}';
  }
  return pattern;
}

// A member that refers to records of the list.
struct Referring {
  std::vector<std::string> path;
  bool many = false;
};

std::vector<Referring> members_in(const connectwise::Schema& schema, const std::string& pattern) {
  std::vector<Referring> members;
  for (const connectwise::Field& field : schema.fields) {
    const bool many = field.type->item != nullptr;
    const ReferenceKind* kind = reference_kind(many ? field.type->item->schema : field.type->schema);
    if (kind != nullptr && pattern_of(kind->path) == pattern) members.push_back({{std::string(field.name)}, many});
  }
  return members;
}

bool refers(const RecordView& view, const Referring& place, Id id) {
  const std::array<std::string, 1> member = {"id"};
  const auto same = [&](const Value& value) {
    return value.kind == Value::Kind::number && value.number == static_cast<double>(id);
  };
  if (place.many) {
    for (std::size_t i = 0; i < view.count(place.path); ++i) {
      if (same(view.at(place.path, i, member))) return true;
    }
    return false;
  }
  std::vector<std::string> path = place.path;
  path.emplace_back("id");
  return same(view.at(path));
}

}  // namespace

Json usages_of(Store& store, const ListPlace& list, Id id, bool each) {
  Json usages = Json::array();
  RecordView view;
  std::string text;
  for (const char* pattern : searched) {
    const ListPlace users = store.place(pattern, {});
    const std::vector<Referring> members = members_in(*users.schema, list.pattern);
    if (members.empty()) continue;
    const std::string type(entity_name(users.schema->name));
    const Collection& collection = store.open(users);
    std::size_t count = 0;
    for (auto user = collection.next(0); user; user = collection.next(*user)) {
      text.clear();
      collection.write(*user, text);
      view.open(text);
      if (std::none_of(members.begin(), members.end(), [&](const Referring& place) { return refers(view, place, id); }))
        continue;
      ++count;
      if (!each || usages.size() >= places_max) continue;
      usages.push_back({{"type", type},
                        {"id", *user},
                        {"description", type + " " + std::to_string(*user)},
                        {"hyperlink", store.url() + pattern + "/" + std::to_string(*user)},
                        {"typeKey", type}});
    }
    if (!each && count > 0) usages.push_back({{"type", type}, {"count", count}, {"typeKey", type}});
  }
  return usages;
}

}  // namespace leat::sandbox
