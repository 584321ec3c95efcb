#include "plugins/connectwise/writing/payload.hpp"

#include <algorithm>
#include <vector>

#include "leat/schema.hpp"
#include "plugins/connectwise/text.hpp"

namespace leat::connectwise {
namespace {

using JsonType = leat::Type;

Error invalid_payload(std::string text) { return Error{ErrorKind::invalid, std::move(text), 0}; }

std::vector<std::string_view> names_of(const Schema& schema) {
  std::vector<std::string_view> names;
  for (const Field& field : schema.fields) names.push_back(field.name);
  return names;
}

std::string_view expected(const Type& type) {
  switch (type.kind) {
    case ValueType::string: return "text";
    case ValueType::integer: return "a whole number";
    case ValueType::number: return "a number";
    case ValueType::boolean: return "true or false";
    case ValueType::array: return "a list";
    case ValueType::reference: return "an object, such as {\"id\": 1}";
    case ValueType::object:
    case ValueType::map: return "an object";
  }
  return "a value";
}

class Checker {
 public:
  explicit Checker(const Catalog& catalog) : catalog_(catalog) {}

  Result<Done> object(const Schema& schema, leat::Node value, const std::string& where) const {
    if (value.type() != JsonType::object)
      return invalid_payload(where + " must be an object (" + std::string(schema.name) + ")");
    for (const auto item : value) {
      const Field* field = schema.find(item.key);
      if (!field) {
        return invalid_payload(where + "." + std::string(item.key) + " is not a member of " + std::string(schema.name) +
                               did_you_mean(item.key, names_of(schema)));
      }
      if (auto done = of_type(*field->type, item.value, where + "." + std::string(item.key)); !done) return done;
    }
    return Done{};
  }

 private:
  // Null is always right: it clears the member.
  Result<Done> of_type(const Type& type, leat::Node value, const std::string& where) const {
    const JsonType given = value.type();
    if (given == JsonType::null) return Done{};
    const auto refuse = [&]() -> Result<Done> {
      return invalid_payload(where + " must be " + std::string(expected(type)));
    };
    switch (type.kind) {
      case ValueType::object: return Done{};  // declared so where any value is meant, as in CustomFieldValue.value
      case ValueType::map: return given == JsonType::object ? Result<Done>(Done{}) : refuse();
      case ValueType::array:
        if (given != JsonType::array) return refuse();
        return elements(*type.item, value, where);
      case ValueType::reference: {
        if (given != JsonType::object) return refuse();
        const Schema* schema = catalog_.schema(type.schema);
        return schema ? object(*schema, value, where) : Result<Done>(Done{});
      }
      case ValueType::boolean:
        return given == JsonType::boolean || given == JsonType::string ? Result<Done>(Done{}) : refuse();
      case ValueType::integer:
      case ValueType::number:
        return given == JsonType::number || given == JsonType::string ? Result<Done>(Done{}) : refuse();
      case ValueType::string:
        return given != JsonType::object && given != JsonType::array ? Result<Done>(Done{}) : refuse();
    }
    return Done{};
  }

  Result<Done> elements(const Type& type, leat::Node list, const std::string& where) const {
    for (std::size_t i = 0, size = list.size(); i < size; ++i) {
      if (auto done = of_type(type, list[i], where + "[" + std::to_string(i) + "]"); !done) return done;
    }
    return Done{};
  }

  const Catalog& catalog_;
};

// "status/id" or "/status/id": the member of the record that an operation of a patch changes.
std::string_view first_segment(std::string_view path) {
  if (path.starts_with('/')) path.remove_prefix(1);
  return path.substr(0, path.find('/'));
}

// The paths of a patch are case-sensitive, so a misspelt one would be refused by the server or change nothing.
Result<Done> check_patch(const Catalog& catalog, const Operation& operation, leat::Node payload) {
  const Schema* schema = catalog.schema(operation.response_schema);
  if (!schema) return Done{};
  if (payload.type() == JsonType::object) return Checker(catalog).object(*schema, payload, "payload");
  for (std::size_t i = 0, size = payload.size(); i < size; ++i) {
    const std::string_view member = first_segment(payload[i]["path"].str().value_or(""));
    if (member.empty() || schema->find(member)) continue;  // make_patch says what is wrong with an empty one
    return invalid_payload("payload[" + std::to_string(i) + "].path: " + std::string(member) + " is not a member of " +
                           std::string(schema->name) + did_you_mean(member, names_of(*schema)));
  }
  return Done{};
}

}  // namespace

Result<Done> check_payload(const Catalog& catalog, const Operation& operation, leat::Node payload) {
  if (operation.body == BodyKind::json_patch) return check_patch(catalog, operation, payload);
  const Schema* schema = catalog.schema(operation.body_schema);
  if (!schema) return Done{};
  const Checker checker(catalog);
  if (operation.body != BodyKind::array) return checker.object(*schema, payload, "payload");
  for (std::size_t i = 0, size = payload.size(); i < size; ++i) {
    if (auto done = checker.object(*schema, payload[i], "payload[" + std::to_string(i) + "]"); !done) return done;
  }
  return Done{};
}

Result<Patch> make_patch(leat::Node payload) {
  if (payload.type() == JsonType::object) {
    Patch patch;
    for (const auto item : payload) {
      patch.body += (patch.body.empty() ? "" : ",") + std::string(R"({"op":"replace","path":)") +
                    leat::detail::json_quoted(item.key) + R"(,"value":)" + std::string(item.value.json()) + "}";
    }
    patch.body = "[" + patch.body + "]";
    return patch;
  }
  if (payload.type() != JsonType::array) {
    return invalid_payload("payload must be an object with the members to change, or a JSON-Patch array");
  }
  Patch patch;
  for (std::size_t i = 0, size = payload.size(); i < size; ++i) {
    const leat::Node entry = payload[i];
    const std::string where = "payload[" + std::to_string(i) + "]";
    const std::string_view op = entry["op"].str().value_or("");
    if (op != "add" && op != "replace" && op != "remove") {
      return invalid_payload(where + ".op must be add, replace or remove");
    }
    if (first_segment(entry["path"].str().value_or("")).empty()) {
      return invalid_payload(where + ".path must name the member to change, such as \"status\" or \"status/id\"");
    }
    if (op != "remove" && !entry["value"]) return invalid_payload(where + ".value is missing");
    patch.only_replaces = patch.only_replaces && op == "replace";
  }
  patch.body = std::string(payload.json());
  return patch;
}

}  // namespace leat::connectwise
