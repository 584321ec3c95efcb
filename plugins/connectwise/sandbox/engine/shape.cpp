#include "plugins/connectwise/sandbox/engine/shape.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "plugins/connectwise/sandbox/engine/sample.hpp"
#include "plugins/connectwise/sandbox/text.hpp"
#include "plugins/connectwise/sandbox/timestamp.hpp"

namespace leat::sandbox {

using connectwise::Field;
using connectwise::Schema;
using connectwise::Type;
using connectwise::ValueType;

namespace {

// Where a member or value stands in a body, as messages say it: one line, a character count.
std::string place(std::string_view text, const std::string& path, std::string_view word) {
  const std::size_t at = text.find(word);
  return " Path '" + path + "', line 1, position " +
         std::to_string(at == std::string_view::npos ? text.size() : at + word.size()) + ".";
}

std::string type_name(const Type& type) {
  switch (type.kind) {
    case ValueType::integer: return "System.Int32";
    case ValueType::number: return "System.Double";
    case ValueType::boolean: return "System.Boolean";
    case ValueType::string:
      return type.format == "date-time" ? "System.DateTime" : type.format == "uuid" ? "System.Guid" : "System.String";
    case ValueType::reference: return std::string(entity_name(type.schema));
    case ValueType::array: return "System.Collections.Generic.List";
    case ValueType::object:
    case ValueType::map: break;
  }
  return "System.Object";
}

class Reader {
 public:
  Reader(const Shape& shape, std::string_view text) : shape_(shape), text_(text) {}

  Json object(const Schema& schema, const Json& body, const std::string& path) const {
    if (!body.is_object()) throw wrong_type(body, std::string(entity_name(schema.name)), path);
    Json record = Json::object();
    for (const auto& [name, value] : body.items()) {
      const std::string member = path.empty() ? name : path + "." + name;
      const Field* field = schema.find(name);
      if (field == nullptr && name == "_info") continue;
      if (field == nullptr) {
        // Recorded (clients, C).
        throw api_error(shape_.unknown_member_status, "Could not find member '" + name + "' on object of type '" +
                                                          std::string(entity_name(schema.name)) + "'." +
                                                          place(text_, member, "\"" + name + "\""));
      }
      if (name == "_info" || value.is_null()) continue;
      record[name] = read(*field->type, value, member);
    }
    return record;
  }

  // null stays where the type is free, as in the value of a custom field.
  Json read(const Type& type, const Json& value, const std::string& path) const {
    switch (type.kind) {
      case ValueType::string: return text(type, value, path);
      case ValueType::integer: return integer(type, value, path);
      case ValueType::number: return number(type, value, path);
      case ValueType::boolean: return boolean(type, value, path);
      case ValueType::array: return array(type, value, path);
      case ValueType::reference: {
        const Schema* schema = shape_.catalog.schema(type.schema);
        return schema == nullptr ? value : object(*schema, value, path);
      }
      case ValueType::object:
      case ValueType::map: break;
    }
    return value;
  }

 private:
  Refusal wrong_type(const Json& value, const std::string& type, const std::string& path) const {
    const std::string shown = value.is_structured() ? std::string(value.type_name())
                                                    : value.dump(-1, ' ', false, Json::error_handler_t::replace);
    // Recorded with 500 (clients, C).
    return api_error(500, "Error converting value " + shown + " to type '" + type + "'." + place(text_, path, shown));
  }

  Json text(const Type& type, const Json& value, const std::string& path) const {
    if (value.is_structured() || value.is_boolean()) throw wrong_type(value, type_name(type), path);
    const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
    if (!type.choices.empty()) {
      const auto choice = std::find_if(type.choices.begin(), type.choices.end(),
                                       [&](std::string_view one) { return same_text(one, text); });
      if (choice == type.choices.end()) throw wrong_type(value, "Enum", path);
      return std::string(*choice);
    }
    if (type.format != "date-time") return text;
    const auto time = parse_timestamp(text);
    if (!time) throw wrong_type(value, type_name(type), path);
    return to_timestamp(*time);
  }

  Json integer(const Type& type, const Json& value, const std::string& path) const {
    std::optional<std::int64_t> number;
    if (value.is_number_integer()) number = value.get<std::int64_t>();
    if (value.is_number_float() && std::floor(value.get<double>()) == value.get<double>() &&
        std::abs(value.get<double>()) < 1e15) {
      number = static_cast<std::int64_t>(value.get<double>());
    }
    if (value.is_string()) number = to_integer(trim(value.get_ref<const std::string&>()));
    using Limits = std::numeric_limits<std::int32_t>;
    if (!number || *number < Limits::min() || *number > Limits::max()) throw wrong_type(value, type_name(type), path);
    return *number;
  }

  Json number(const Type& type, const Json& value, const std::string& path) const {
    if (value.is_number()) return value;
    std::optional<double> number;
    if (value.is_string()) number = to_number(trim(value.get_ref<const std::string&>()));
    if (!number || !std::isfinite(*number)) throw wrong_type(value, type_name(type), path);
    return *number;
  }

  Json boolean(const Type& type, const Json& value, const std::string& path) const {
    if (value.is_boolean()) return value;
    const bool yes = value.is_string() && same_text(value.get_ref<const std::string&>(), "true");
    const bool no = value.is_string() && same_text(value.get_ref<const std::string&>(), "false");
    if (!yes && !no) throw wrong_type(value, type_name(type), path);
    return yes;
  }

  Json array(const Type& type, const Json& value, const std::string& path) const {
    if (!value.is_array()) throw wrong_type(value, type_name(type), path);
    Json list = Json::array();
    for (std::size_t i = 0; i < value.size(); ++i) {
      if (value[i].is_null()) continue;
      Json element = read(*type.item, value[i], path + "[" + std::to_string(i) + "]");
      // A custom field's null is a value: it clears the field.
      if (type.item->schema == "CustomFieldValue" && is_absent(value[i], "value") && value[i].contains("value"))
        element["value"] = nullptr;
      list.push_back(std::move(element));
    }
    return list;
  }

  const Shape& shape_;
  std::string_view text_;
};

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

}  // namespace

Json Shape::read(const Schema& schema, const Json& body, std::string_view text) const {
  return Reader(*this, text).object(schema, body, "");
}

void Shape::check(const Schema& schema, const Json& record, std::vector<FieldError>& errors) const {
  check_members(schema, record, {resource_name(schema.name), ""}, errors);
}

void Shape::check_members(const Schema& schema, const Json& record, const Within& within,
                          std::vector<FieldError>& errors) const {
  for (const Field& field : schema.fields) {
    const std::string member(field.name);
    const std::string name = within.path + member;
    const auto value = record.find(member);
    const bool missing = value == record.end() || value->is_null() ||
                         (value->is_string() && value->get_ref<const std::string&>().empty());
    if (missing) {
      if (field.required)
        errors.push_back({"MissingRequiredField", "The " + member + " field is required.", within.resource, name});
      continue;
    }
    if (value->is_array()) check_elements(*field.type, *value, {within.resource, name + "/"}, errors);
    if (value->is_string())
      check_text(*field.type, value->get_ref<const std::string&>(), {within.resource, name}, errors);
  }
}

// Elements that are records of their own, such as communicationItems; references are looked up elsewhere.
void Shape::check_elements(const Type& type, const Json& list, const Within& within,
                           std::vector<FieldError>& errors) const {
  const Schema* schema = type.item == nullptr ? nullptr : catalog.schema(type.item->schema);
  constexpr std::string_view reference = "Reference";
  const bool plain = schema == nullptr || schema->name == "CustomFieldValue" ||
                     (schema->name.size() > reference.size() &&
                      schema->name.substr(schema->name.size() - reference.size()) == reference);
  if (plain) return;
  for (const Json& element : list) {
    if (element.is_object()) check_members(*schema, element, within, errors);
  }
}

void Shape::check_text(const Type& type, const std::string& text, const Within& within,
                       std::vector<FieldError>& errors) const {
  const std::string member = within.path.substr(within.path.rfind('/') + 1);
  if (type.length_max != 0 && characters(text) > type.length_max) {
    errors.push_back(
        {"MaxLengthField",
         "The field " + member + " must be a string with a maximum length of " + std::to_string(type.length_max) + ".",
         within.resource, within.path});
  }
  if (type.format == "date-time" && text.substr(0, 4) < "1900") {
    errors.push_back(
        {"OutOfRange", "The field " + member + " must be between 1900 and 9999.", within.resource, within.path});
  }
}

}  // namespace leat::sandbox
