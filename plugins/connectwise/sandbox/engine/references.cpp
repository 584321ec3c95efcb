#include "plugins/connectwise/sandbox/engine/references.hpp"

#include "plugins/connectwise/sandbox/engine/sample.hpp"
#include "plugins/connectwise/sandbox/query/record_view.hpp"
#include "plugins/connectwise/sandbox/text.hpp"

namespace leat::sandbox {

using connectwise::Field;
using connectwise::Schema;
using connectwise::Type;
using connectwise::ValueType;

struct References::Context {
  const Schema& schema;
  const Json& record;
  std::string field;
  std::vector<FieldError>& errors;
};

std::optional<ListPlace> References::list_of(const ReferenceKind& kind, const Json& record) const {
  std::string pattern;
  std::vector<std::string> arguments;
  for (const std::string_view step : split(kind.path.substr(1), '/')) {
    pattern += '/';
    if (step.front() != '{') {
      pattern += lower(step);
      continue;
    }
    const auto owner = record.find(std::string(step.substr(1, step.size() - 2)));
    if (owner == record.end() || !owner->is_object() || id_at(*owner) == 0) return std::nullopt;
    pattern += "{}";
    arguments.push_back(std::to_string(id_at(*owner)));
  }
  return store_.place(pattern, std::move(arguments));
}

std::optional<Id> References::find(const ListPlace& place, std::string_view member, std::string_view text) {
  const Collection& collection = store_.open(place);
  const std::vector<std::string> path = {std::string(member)};
  RecordView view;
  std::string record;
  for (std::optional<Id> id = collection.next(0); id; id = collection.next(*id)) {
    record.clear();
    collection.write(*id, record);
    view.open(record);
    const Value value = view.at(path);
    if (value.kind == Value::Kind::text && same_text(value.text, text)) return id;
  }
  return std::nullopt;
}

Json References::refer(std::string_view schema, const ListPlace& place, Id id) {
  return make_reference(*store_.catalog().schema(schema), *reference_kind(schema), place.path(), store_.read(place, id),
                        store_.url());
}

void References::resolve_one(const Type& type, Json& value, const Context& context) {
  const ReferenceKind* kind = reference_kind(type.schema);
  if (kind == nullptr || !value.is_object()) return;
  const std::optional<ListPlace> place = list_of(*kind, context.record);
  if (!place) return;
  std::optional<Id> id;
  std::string member = "id";
  std::string given;
  if (id_at(value) != 0) {
    given = std::to_string(id_at(value));
    if (store_.open(*place).contains(id_at(value))) id = id_at(value);
  } else {
    for (const char* name : {"identifier", "name", "description", "summary"}) {
      given = text_at(value, name);
      if (given.empty()) continue;
      member = name;
      id = find(*place, name, given);
      // Some lists call their name a description.
      if (!id && member == "name") id = find(*place, "description", given);
      break;
    }
    if (given.empty()) return;
  }
  if (id) {
    value = refer(type.schema, *place, *id);
    return;
  }
  std::string message = std::string(kind->title) + " " + given + " not found";
  // Recorded for statuses; told alike for the other lists of a board.
  if (!place->arguments.empty()) {
    message += std::string(" for ") + (kind->noun == "site" ? "Company " : "Service Board ") + place->arguments.front();
  }
  context.errors.push_back({"NotFound", message, resource_name(context.schema.name), context.field + "/" + member});
}

void References::resolve(const Schema& schema, Json& record, std::vector<FieldError>& errors) {
  for (const Field& field : schema.fields) {
    const auto value = record.find(std::string(field.name));
    if (value == record.end()) continue;
    const Context context{schema, record, std::string(field.name), errors};
    if (field.type->kind == ValueType::reference) resolve_one(*field.type, *value, context);
    if (field.type->kind == ValueType::array && field.type->item->kind == ValueType::reference && value->is_array()) {
      for (Json& element : *value) resolve_one(*field.type->item, element, context);
    }
  }
}

}  // namespace leat::sandbox
