#include "plugins/connectwise/sandbox/engine/sample.hpp"

#include <array>

#include "plugins/connectwise/sandbox/seed/book.hpp"
#include "plugins/connectwise/sandbox/seed/mix.hpp"
#include "plugins/connectwise/sandbox/text.hpp"

namespace leat::sandbox {

using connectwise::Field;
using connectwise::Schema;
using connectwise::Type;
using connectwise::ValueType;

namespace {

constexpr int depth_max = 3;  // of objects within objects: some schemas refer to themselves

std::string sample_text(const Schema& schema, const Field& field, Id id) {
  const Type& type = *field.type;
  if (!type.choices.empty()) return std::string(type.choices.front());
  if (type.format == "date-time") return to_timestamp(seed_time);
  if (type.format == "date") return to_timestamp(seed_time).substr(0, 10);
  if (type.format == "uuid") return guid(static_cast<std::uint64_t>(id));
  std::string text(entity_name(schema.name));
  if (same_text(field.name, "url")) text = "https://" + lower(text) + ".example/";
  const std::string number = " " + std::to_string(id);
  const std::size_t length_max = type.length_max == 0 ? 100 : type.length_max;
  if (number.size() >= length_max) return std::to_string(id).substr(0, length_max);
  return text.substr(0, length_max - number.size()) + number;
}

bool is_name(std::string_view field) {
  constexpr std::array<std::string_view, 7> names = {"name",    "identifier", "description", "title",
                                                     "caption", "summary",    "text"};
  for (const std::string_view name : names) {
    if (field == name) return true;
  }
  return false;
}

Json sample_object(const connectwise::Catalog& catalog, const Schema& schema, Id id, int depth);

Json sample_value(const connectwise::Catalog& catalog, const Schema& schema, const Field& field, Id id, int depth) {
  const Type& type = *field.type;
  switch (type.kind) {
    case ValueType::string: return sample_text(schema, field, id);
    case ValueType::integer: return id;
    case ValueType::number: return static_cast<double>(id);
    case ValueType::boolean: return false;
    case ValueType::array: return Json::array();
    case ValueType::object:
    case ValueType::map: return Json::object();
    case ValueType::reference: break;
  }
  const Schema* target = catalog.schema(type.schema);
  if (target == nullptr || depth >= depth_max) return Json::object();
  return sample_object(catalog, *target, 1, depth + 1);
}

Json sample_object(const connectwise::Catalog& catalog, const Schema& schema, Id id, int depth) {
  Json record = Json::object();
  for (const Field& field : schema.fields) {
    const std::string name(field.name);
    const ValueType kind = field.type->kind;
    if (name == "_info" || field.create_only) continue;
    if (name == "id") {
      record["id"] = kind == ValueType::integer ? Json(id) : Json(std::to_string(id));
    } else if (field.required || (kind == ValueType::string && is_name(name))) {
      record[name] = sample_value(catalog, schema, field, id, depth);
    } else if (depth == 0 && (kind == ValueType::boolean || kind == ValueType::array)) {
      record[name] = kind == ValueType::boolean ? Json(false) : Json::array();
    }
  }
  return record;
}

}  // namespace

Json sample_record(const connectwise::Catalog& catalog, const Schema& schema, Id id) {
  Json record = sample_object(catalog, schema, id, 0);
  if (schema.find("_info") != nullptr) {
    record["_info"] = {{"lastUpdated", to_timestamp(seed_time)}, {"updatedBy", "admin1"}};
  }
  return record;
}

std::string_view entity_name(std::string_view schema) {
  const std::size_t dot = schema.rfind('.');
  return dot == std::string_view::npos ? schema : schema.substr(dot + 1);
}

std::string resource_name(std::string_view schema) {
  std::string name(entity_name(schema));
  if (!name.empty()) name[0] = lower(name[0]);
  return name;
}

}  // namespace leat::sandbox
