#include "plugins/connectwise/sandbox/engine/call.hpp"

#include <algorithm>
#include <array>

#include "plugins/connectwise/sandbox/engine/references.hpp"
#include "plugins/connectwise/sandbox/engine/sample.hpp"
#include "plugins/connectwise/sandbox/engine/store_lookup.hpp"
#include "plugins/connectwise/sandbox/query/filter.hpp"

namespace leat::sandbox {

namespace {

// Lists of a ticket whose records live elsewhere; {} is the ticket's id.
struct PartRow {
  std::string_view pattern;
  std::string_view list;
  std::string_view condition;
};
constexpr std::array<PartRow, 8> parts = {{
    {"/service/tickets/{}/timeentries", "/time/entries", "chargeToType = 'ServiceTicket' and chargeToId = {}"},
    {"/service/tickets/{}/scheduleentries", "/schedule/entries", "objectId = {}"},
    {"/service/tickets/{}/activities", "/sales/activities", "ticket/id = {}"},
    {"/service/tickets/{}/allnotes", "/service/tickets/{}/notes", ""},
    {"/project/tickets/{}/timeentries", "/time/entries", "chargeToType = 'ProjectTicket' and chargeToId = {}"},
    {"/project/tickets/{}/scheduleentries", "/schedule/entries", "objectId = {}"},
    {"/project/tickets/{}/activities", "/sales/activities", "ticket/id = {}"},
    {"/project/tickets/{}/allnotes", "/project/tickets/{}/notes", ""},
}};

// Paths that the document spells in two ways.
struct AliasRow {
  std::string_view start;
  std::string_view meant;
};
constexpr std::array<AliasRow, 4> aliases = {{
    {"/company/contact/types/", "/company/contacts/types/"},
    {"/configurations/types/", "/company/configurations/types/"},
    {"/service/priority/", "/service/priorities/"},
    {"/system/workflows/userdefinedfields/actions/", "/system/workflows/userdefinedfields/"},
}};

bool strip(std::string& pattern, std::string_view end) {
  if (pattern.size() <= end.size() || pattern.compare(pattern.size() - end.size(), end.size(), end) != 0) return false;
  pattern.resize(pattern.size() - end.size());
  return true;
}

// "/service/info/boards" to "/service/boards", where there is one.
bool strip_module_info(std::string& pattern, const Routes& routes) {
  const std::size_t module_end = pattern.find('/', 1);
  constexpr std::string_view info = "/info/";
  if (module_end == std::string::npos || pattern.compare(module_end, info.size(), info) != 0) return false;
  const std::string rest = pattern.substr(0, module_end) + pattern.substr(module_end + info.size() - 1);
  const Route* route = routes.by_pattern(rest);
  if (route == nullptr || route->first(Method::get) == nullptr) return false;
  pattern = rest;
  return true;
}

// The id an argument of the path stands for: a number, or what the record is called.
std::optional<Id> find_id(Store& store, const ListPlace& list, const std::string& argument) {
  if (const auto number = to_integer(argument)) {
    if (store.open(list).contains(*number)) return *number;
    return std::nullopt;
  }
  for (const char* member : {"identifier", "name"}) {
    if (list.schema->find(member) != nullptr) return References(store).find(list, member, argument);
  }
  return store.open(list).next(0);
}

// Every record that the path goes through is there; names in the path become ids.
void check_parents(Store& store, const std::string& pattern, std::vector<std::string>& arguments) {
  for (std::size_t at = pattern.find("/{}"); at != std::string::npos && at + 3 < pattern.size();
       at = pattern.find("/{}", at + 1)) {
    const std::string list_pattern = pattern.substr(0, at);
    const auto count = static_cast<std::size_t>(std::count(list_pattern.begin(), list_pattern.end(), '{'));
    const ListPlace list =
        store.place(list_pattern, {arguments.begin(), arguments.begin() + static_cast<std::ptrdiff_t>(count)});
    std::string& argument = arguments.at(count);
    if (list.schema == nullptr || store.routes().by_pattern(list_pattern) == nullptr) continue;
    const auto id = find_id(store, list, argument);
    if (!id) throw not_found(entity_name(list.schema->name), argument);
    argument = std::to_string(*id);
  }
}

}  // namespace

std::string_view Call::parameter(std::string_view name) const {
  for (const QueryParameter& parameter : query) {
    if (same_text(parameter.name, name)) return parameter.value;
  }
  return {};
}

ListPlace single_place(const Store& store, const Call& call, const ListPlace& list) {
  ListPlace place = list;
  place.pattern += "/.";
  place.schema = store.catalog().schema(call.operation.response_schema);
  return place;
}

namespace {

Source locate(Store& store, const Call& call) {
  Source source;
  std::string pattern = call.pattern();
  std::vector<std::string> arguments = call.place.arguments;
  for (const AliasRow& alias : aliases) {
    if (pattern.compare(0, alias.start.size(), alias.start) == 0) pattern.replace(0, alias.start.size(), alias.meant);
  }
  strip(pattern, "/count");
  if (!strip(pattern, "/usages/list")) strip(pattern, "/usages");
  bool reduced = strip(pattern, "/info") || strip_module_info(pattern, store.routes());
  if (strip(pattern, "/info/{}")) {
    pattern += "/{}";
    reduced = true;
  }
  if (reduced) source.form = store.catalog().schema(call.operation.response_schema);
  const auto part =
      std::find_if(parts.begin(), parts.end(), [&](const PartRow& row) { return row.pattern == pattern; });
  if (part != parts.end()) {
    check_parents(store, pattern, arguments);
    source.form = store.catalog().schema(call.operation.response_schema);
    source.part = part->condition;
    const std::size_t mark = source.part.find("{}");
    if (mark != std::string::npos) source.part.replace(mark, 2, arguments.front());
    pattern = part->list;
    if (pattern.find('{') == std::string::npos) arguments.clear();
  }
  check_parents(store, pattern, arguments);
  if (!strip(pattern, "/{}")) {
    source.list = store.place(pattern, std::move(arguments));
    return source;
  }
  const std::string argument = arguments.back();
  arguments.pop_back();
  source.list = store.place(pattern, std::move(arguments));
  if (source.list.schema == nullptr) source.list.schema = source.form;
  if (source.list.schema == nullptr) throw api_error(404, "The endpoint does not exist.");
  source.item = find_id(store, source.list, argument);
  if (!source.item) throw not_found(entity_name(source.list.schema->name), argument);
  return source;
}

bool matches(Store& store, const ListPlace& list, Id id, std::string_view condition) {
  const StoreLookup lookup(store);
  const Filter filter(store.catalog(), list.schema, condition, {}, {}, &lookup);
  std::string text;
  store.open(list).write(id, text);
  RecordView record;
  record.open(text);
  return filter.matches(record);
}

// What a member owns of a list: what is assigned to it or was entered by it. Which these are on the live system is not
// described (U).
std::string own_condition(const connectwise::Schema& schema, const std::string& member) {
  const std::string name = "'" + member + "'";
  std::string condition = "enteredBy = " + name;
  for (const char* field : {"owner", "member", "assignTo"}) {
    const connectwise::Field* found = schema.find(field);
    if (found != nullptr && found->type->schema == "MemberReference")
      condition += std::string(" or ") + field + "/identifier = " + name;
  }
  if (schema.find("resources") != nullptr) condition += " or resources contains " + name;
  return condition;
}

void add_part(Source& source, const std::string& condition) {
  source.part = source.part.empty() ? condition : "(" + source.part + ") and (" + condition + ")";
}

// What lies below a record belongs to whom the record belongs.
std::pair<ListPlace, std::optional<Id>> owned_place(const Store& store, const ListPlace& list, std::optional<Id> item) {
  const std::size_t child = list.pattern.find("/{}");
  if (child == std::string::npos) return {list, item};
  return {store.place(list.pattern.substr(0, child), {}), to_integer(list.arguments.front())};
}

}  // namespace

void check_reach(Store& store, const Call& call, const ListPlace& list, Id id) {
  const std::string_view visible = call.caller.role->visible_in(list.pattern);
  const auto hidden = [](const ListPlace& place, Id record) {
    return not_found(entity_name(place.schema->name), std::to_string(record));
  };
  if (!visible.empty() && store.open(list).contains(id) && !matches(store, list, id, visible)) throw hidden(list, id);
  if (call.sees != Level::my && call.does != Level::my) return;
  const auto [owned, owner] = owned_place(store, list, id);
  if (owned.schema == nullptr || !owner || !store.open(owned).contains(*owner)) return;
  if (matches(store, owned, *owner, own_condition(*owned.schema, call.caller.member))) return;
  if (call.sees == Level::my) throw hidden(owned, *owner);
  throw no_permission();
}

Source find_source(Store& store, const Call& call) {
  Source source = locate(store, call);
  if (source.item) {
    check_reach(store, call, source.list, *source.item);
    return source;
  }
  const std::string_view visible = call.caller.role->visible_in(source.list.pattern);
  if (!visible.empty()) add_part(source, std::string(visible));
  if (!source.list.arguments.empty()) {
    check_reach(store, call, source.list, 0);
  } else if (call.sees == Level::my && source.list.schema != nullptr) {
    add_part(source, own_condition(*source.list.schema, call.caller.member));
  }
  return source;
}

}  // namespace leat::sandbox
