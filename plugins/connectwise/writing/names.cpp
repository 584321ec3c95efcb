#include "plugins/connectwise/writing/names.hpp"

#include <algorithm>

#include "plugins/connectwise/values.hpp"

namespace leat::connectwise {
namespace {

using JsonType = leat::Type;

Error at(const std::string& where, Error error) {
  error.message.insert(0, where + ": ");
  return error;
}

// What a reference is called; empty: it has an id, or is cleared, or says nothing.
std::string name_in(leat::Node value) {
  if (const auto text = value.str()) return std::string(*text);
  if (value.type() != JsonType::object || !is_absent(value["id"])) return {};
  for (const std::string_view key : {"identifier", "name"}) {
    if (const auto text = value[key].str(); text && !text->empty()) return std::string(*text);
  }
  return {};
}

}  // namespace

// Derived once for each: the whole catalog is looked through.
const std::optional<ReferenceList>& Names::list_of(std::string_view reference) {
  const std::lock_guard lock(lists_mutex_);
  const auto [entry, added] = lists_.try_emplace(reference);
  if (added) entry->second = reference_list(catalog_, reference);
  return entry->second;
}

// The id of the record that another list hangs below.
Result<std::string> Names::id_of(std::string_view member, leat::Node record, Call& call) const {
  const leat::Node given = record[member];
  if (!is_absent(given["id"])) return std::string(given["id"].text());
  return call.present(member);
}

Result<Done> Names::reference(const Type& type, leat::Node value, leat::Node record, const std::string& where,
                              Call& call) {
  const std::string name = name_in(value);
  if (name.empty()) return Done{};
  const std::optional<ReferenceList>& list = list_of(type.schema);
  if (!list) {
    if (value.type() == JsonType::object) return Done{};  // the server may know it
    return at(where,
              {ErrorKind::invalid, "this API has no list of these to look \"" + name + "\" up: give { id: ... }"});
  }
  NameTables::Asked asked{.name = name};
  std::string scope_id;
  std::string owner_id;
  if (!list->scope.empty()) {
    auto id = id_of(list->scope, record, call);
    if (!id) return at(where, id.error());
    if (id->empty()) {
      return at(where, {ErrorKind::invalid, "\"" + name + "\" is a name of one " + std::string(list->scope) + ": add " +
                                                std::string(list->scope) + " to the payload, or give { id: ... }"});
    }
    scope_id = std::move(*id);
    asked.scope_id = scope_id;
  }
  if (!list->owner.empty()) {
    // Only to decide between two of the same name, so what the payload says is enough.
    owner_id = std::string(record[list->owner]["id"].text());
    asked.owner_id = owner_id;
  }
  const auto id = tables_.id_of(*list, asked, call.client, call.context);
  if (!id) return at(where, id.error());
  value.set_object();
  value.put("id").set_number(*id);
  return Done{};
}

Result<Done> Names::value(const Type& type, leat::Node value, leat::Node record, const std::string& where, Call& call) {
  if (type.kind == ValueType::array && value.type() == JsonType::array) {
    for (std::size_t i = 0, size = value.size(); i < size; ++i) {
      if (auto done = this->value(*type.item, value[i], record, where + "[" + std::to_string(i) + "]", call); !done)
        return done;
    }
    return Done{};
  }
  if (type.kind != ValueType::reference) return Done{};
  if (type.schema.ends_with("Reference")) return reference(type, value, record, where, call);
  const Schema* schema = catalog_.schema(type.schema);
  if (schema && value.type() == JsonType::object) return object(*schema, value, where, call);
  return Done{};
}

Result<Done> Names::object(const Schema& schema, leat::Node object, const std::string& where, Call& call) {
  const auto resolve = [&](std::string_view key, leat::Node item) -> Result<Done> {
    const Field* field = schema.find(key);
    if (!field) return Done{};
    if (field->type->kind == ValueType::array && field->type->item->schema == "CustomFieldValue") {
      return custom_fields_.resolve(item, call.client, call.context);
    }
    return value(*field->type, item, object, where + "." + std::string(key), call);
  };
  for (const std::string_view key : scopes) {
    if (const leat::Node item = object[key]) {
      if (auto done = resolve(key, item); !done) return done;
    }
  }
  for (const auto item : object) {
    if (std::ranges::find(scopes, item.key) != scopes.end()) continue;
    if (auto done = resolve(item.key, item.value); !done) return done;
  }
  return Done{};
}

// A value for a whole member; a path into one says itself what it sets. What the other operations set is known to those
// that need it: the status of a board that is changed with it.
Result<Done> Names::patch(leat::Node operations, Call& call) {
  NewRecord members("{}");
  const auto member_of = [&](leat::Node operation) {
    std::string_view path = operation["path"].str().value_or("");
    if (path.starts_with('/')) path.remove_prefix(1);
    return schema_.find(path) && operation["value"] ? path : std::string_view();
  };
  for (const auto item : operations) {
    const std::string_view member = member_of(item.value);
    if (!member.empty()) members.root().put(member).set(item.value["value"]);
  }
  if (auto done = object(schema_, members.root(), "payload", call); !done) return done;
  for (const auto item : operations) {
    const std::string_view member = member_of(item.value);
    if (!member.empty()) item.value["value"].set(members.root()[member]);
  }
  return Done{};
}

Result<Done> Names::resolve(leat::Node payload, const Present& present, const leat::Client& client, Context& context) {
  Call call{present, client, context};
  if (payload.type() == JsonType::object) return object(schema_, payload, "payload", call);
  if (payload.type() != JsonType::array) return Done{};
  if (payload[0]["op"]) return patch(payload, call);
  for (std::size_t i = 0, size = payload.size(); i < size; ++i) {
    const leat::Node element = payload[i];
    if (element.type() != JsonType::object) continue;
    if (auto done = object(schema_, element, "payload[" + std::to_string(i) + "]", call); !done) return done;
  }
  return Done{};
}

}  // namespace leat::connectwise
