#include "plugins/connectwise/sandbox/engine/reading.hpp"

#include <algorithm>

#include "plugins/connectwise/sandbox/engine/json.hpp"
#include "plugins/connectwise/sandbox/engine/usages.hpp"
#include "plugins/connectwise/sandbox/query/paging.hpp"
#include "plugins/connectwise/sandbox/query/projection.hpp"
#include "plugins/connectwise/sandbox/seed/mix.hpp"

namespace leat::sandbox {

using connectwise::ResponseKind;
using connectwise::Schema;

namespace {

// Seen not to know forward-only paging (guide, C); it ignores the header.
constexpr std::string_view audit_trail = "/system/audittrail";

ListQuery query_of(const Call& call) {
  const auto text = [&](std::string_view name) { return std::string(call.parameter(name)); };
  return {text("conditions"), text("childConditions"), text("customFieldConditions"), text("orderBy")};
}

ListQuery query_of(const Json& body) {
  ListQuery query;
  if (!body.is_object()) throw api_error(400, "A search takes an object with conditions and orderBy.");
  for (const auto& [name, value] : body.items()) {
    if (!value.is_string()) continue;
    if (same_text(name, "conditions")) query.conditions = value.get<std::string>();
    if (same_text(name, "childConditions")) query.child_conditions = value.get<std::string>();
    if (same_text(name, "customFieldConditions")) query.custom_field_conditions = value.get<std::string>();
    if (same_text(name, "orderBy")) query.order = value.get<std::string>();
  }
  return query;
}

}  // namespace

// Either a selection, or (null) the whole collection in id order.
struct Reading::Found {
  const Collection& collection;
  Selection selection;

  std::size_t size() const { return selection ? selection->size() : collection.size(); }
};

Reading::Found Reading::find(const Source& source, const ListQuery& query) {
  const Collection& collection = store_.open(source.list);
  const Names names(store_.catalog(), source.list.schema, Names::Scope::members, &lookup_);
  Filter filter(store_.catalog(), source.list.schema, query.conditions, query.child_conditions,
                query.custom_field_conditions, &lookup_);
  if (!source.part.empty()) filter.restrict(parse_condition(source.part, names));
  std::vector<SortKey> order = parse_order(query.order, names);
  const bool by_id = order.size() == 1 && order[0].field.path == std::vector<std::string>{"id"} && !order[0].descending;
  if (by_id) order.clear();
  if (filter.empty() && order.empty()) return {collection, nullptr};
  std::string key = source.list.path();
  for (const std::string* text :
       {&source.part, &query.conditions, &query.child_conditions, &query.custom_field_conditions, &query.order}) {
    key += '\n' + *text;
  }
  return {collection, selections_.select(key, collection, filter, order, &lookup_)};
}

std::vector<Id> Reading::page_ids(const Call& call, const Source& source, const ListQuery& query,
                                  std::optional<std::string>& link) {
  const bool strict = variants_.is(Point::page_size, "400");
  const bool supported = source.list.pattern != audit_trail;
  const PageRequest page =
      parse_page(call.query, supported ? call.request.header("pagination-type") : std::string_view(), strict);
  if (page.forward_only && !trim(query.order).empty()) {
    throw api_error(400, "orderBy cannot be used with forward-only pagination.");
  }
  Found found = find(source, query);
  if (!page.forward_only && trim(query.order).empty() && variants_.is(Point::order, "shuffled")) {
    auto shuffled = std::make_shared<std::vector<Id>>();
    if (found.selection) *shuffled = *found.selection;
    for (auto id = found.collection.next(0); id && !found.selection; id = found.collection.next(*id))
      shuffled->push_back(*id);
    std::sort(shuffled->begin(), shuffled->end(),
              [](Id a, Id b) { return mix(static_cast<std::uint64_t>(a)) < mix(static_cast<std::uint64_t>(b)); });
    found.selection = std::move(shuffled);
  }
  std::vector<Id> ids;
  bool more = false;
  if (found.selection) {
    const std::vector<Id>& all = *found.selection;
    const std::size_t offset = (page.page - 1) * page.size;
    auto at = page.forward_only ? std::upper_bound(all.begin(), all.end(), page.page_id)
                                : all.begin() + static_cast<std::ptrdiff_t>(std::min(offset, all.size()));
    for (; at != all.end() && ids.size() < page.size; ++at) ids.push_back(*at);
    more = at != all.end();
  } else {
    std::optional<Id> id =
        page.forward_only ? found.collection.next(page.page_id) : found.collection.at((page.page - 1) * page.size);
    for (; id && ids.size() < page.size; id = found.collection.next(*id)) ids.push_back(*id);
    more = id.has_value();
  }
  if (page.forward_only) {
    if (more) {
      link = forward_link(call.url, call.query, page, ids.back());
    } else if (variants_.is(Point::forward_end, "empty")) {
      link = "";
    }
  } else {
    link = numbered_link(call.url, call.query, page, found.size());
    if (ids.empty() && page.page > 1 && variants_.is(Point::past_end, "404"))
      throw not_found("Page", std::to_string(page.page));
  }
  return ids;
}

Response Reading::page(const Call& call, const Source& source, const ListQuery& query) {
  Response response;
  std::optional<std::string> link;
  const std::vector<Id> ids = page_ids(call, source, query, link);
  const Collection& collection = store_.open(source.list);
  std::optional<Projection> projection;
  if (source.form != nullptr) projection.emplace(*source.form);
  const std::string_view fields = call.parameter("fields");
  if (!fields.empty())
    projection.emplace(fields, source.form != nullptr ? source.form : source.list.schema,
                       variants_.is(Point::unknown_field, "400"));
  std::string& body = response.body;
  std::string record;
  body = "[";
  for (const Id id : ids) {
    if (body.size() > 1) body += ',';
    if (!projection) {
      collection.write(id, body);
      // One growth for the page instead of several copies of it.
      if (id == ids.front()) body.reserve((body.size() + body.size() / 8) * ids.size() + 4096);
      continue;
    }
    record.clear();
    collection.write(id, record);
    projection->write(record, body);
  }
  body += ']';
  if (link) response.headers.push_back({"Link", *link});
  return response;
}

Response Reading::list(const Call& call) {
  const Source source = find_source(store_, call);
  // A template that lists use what the document calls one record.
  return source.item ? item(call) : list(call, source);
}

Response Reading::list(const Call& call, const Source& source) {
  if (source.list.schema == nullptr) {
    Response response;
    response.body = "[]";
    return response;
  }
  return page(call, source, query_of(call));
}

Response Reading::search(const Call& call, const Source& source) {
  const Json body = call.request.body.empty() ? Json::object() : parse_body(call.request.body);
  return page(call, source, query_of(body));
}

Response Reading::count(const Call& call) { return count(call, find_source(store_, call)); }

Response Reading::count(const Call& call, const Source& source) {
  const std::size_t size = source.list.schema == nullptr ? 0 : find(source, query_of(call)).size();
  Response response;
  response.body = "{\"count\":" + std::to_string(size) + "}";
  return response;
}

std::string Reading::shown(const Call& call, const Schema* schema, std::string record) const {
  const std::string_view fields = call.parameter("fields");
  if (fields.empty()) return record;
  std::string text;
  Projection(fields, schema, variants_.is(Point::unknown_field, "400")).write(record, text);
  return text;
}

Response Reading::usages(const Call& call) {
  const Source source = find_source(store_, call);
  Response response;
  response.body = to_text(
      source.item ? usages_of(store_, source.list, *source.item, call.place.route->ends_with("list")) : Json::array());
  return response;
}

Response Reading::item(const Call& call) {
  Source source = find_source(store_, call);
  if (!source.item) source.list = single_place(store_, call, source.list);
  const Collection& collection = store_.open(source.list);
  const std::optional<Id> id = source.item ? source.item : collection.next(0);
  std::string record;
  if (id) collection.write(*id, record);
  if (!id) record = "{}";
  Response response;
  if (source.form != nullptr && call.parameter("fields").empty()) {
    Projection(*source.form).write(record, response.body);
  } else {
    response.body = shown(call, source.form != nullptr ? source.form : source.list.schema, std::move(record));
  }
  if (call.operation.response == ResponseKind::array) response.body = "[" + response.body + "]";
  return response;
}

}  // namespace leat::sandbox
