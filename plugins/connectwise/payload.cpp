#include "plugins/connectwise/payload.hpp"

#include <algorithm>

#include "leat/schema.hpp"
#include "plugins/connectwise/text.hpp"
#include "plugins/connectwise/timestamp.hpp"
#include "plugins/connectwise/values.hpp"

namespace leat::connectwise {
namespace {

using JsonType = leat::Type;

constexpr std::size_t problems_max = 5;

Error invalid_payload(std::string text) { return Error{ErrorKind::invalid, std::move(text), 0}; }

std::string_view expected(const Type& type) {
  switch (type.kind) {
    case ValueType::string: return type.format == "date-time" || type.format == "date" ? "a date" : "text";
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

// UTF-16 units of UTF-8 text: what lies beyond 16 bits is two.
std::size_t length_at_server(std::string_view text) {
  std::size_t length = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0U) != 0x80U) ++length;
    if (byte >= 0xF0U) ++length;
  }
  return length;
}

// Of required members: nothing is asked of them, each is there, none is cleared.
enum class Need : std::uint8_t { none, given, kept };

class Checker {
 public:
  Checker(const Catalog& catalog, std::vector<std::string>& problems) : catalog_(catalog), problems_(problems) {}

  void object(const Schema& schema, leat::Node value, const std::string& where, Need need) {
    if (value.type() != JsonType::object) {
      return add(where + " must be an object (" + std::string(schema.name) + ")");
    }
    for (const auto item : value) {
      const std::string member = where + "." + std::string(item.key);
      const Field* field = schema.find(item.key);
      if (!field) {
        add(member + " is not a member of " + std::string(schema.name) + did_you_mean(item.key, schema.names()));
      } else if (item.value.is_null() && field->required && need == Need::kept) {
        add(member + " cannot be cleared: a " + std::string(schema.name) + " needs it");
      } else {
        of_type(*field->type, item.value, member);
      }
    }
    if (need != Need::given) return;
    for (const Field& field : schema.fields) {
      if (!field.required || !is_absent(value[field.name])) continue;
      const bool reference = field.type->kind == ValueType::reference;
      add(where + "." + std::string(field.name) + " is missing: a new " + std::string(schema.name) + " needs it" +
          (reference ? R"(, such as {"id": 1})" : ""));
    }
  }

  // Null is always right: it clears the member.
  void of_type(const Type& type, leat::Node value, const std::string& where) {
    const JsonType given = value.type();
    if (given == JsonType::null) return;
    const bool scalar = given != JsonType::object && given != JsonType::array;
    switch (type.kind) {
      case ValueType::object: return;  // declared so where any value is meant, as in CustomFieldValue.value
      case ValueType::map:
        if (given != JsonType::object) wrong(type, value, where);
        return;
      case ValueType::array: return list(type, value, where);
      case ValueType::reference: {
        if (given != JsonType::object) return wrong(type, value, where);
        const Schema* schema = catalog_.schema(type.schema);
        if (schema) object(*schema, value, where, Need::none);
        return;
      }
      case ValueType::boolean: {
        const bool is_one = same_letters(value.text(), "true") || same_letters(value.text(), "false");
        if (!scalar || !is_one) wrong(type, value, where);
        return;
      }
      case ValueType::integer:
      case ValueType::number: {
        const bool number = given == JsonType::number || given == JsonType::string;
        const bool fits = type.kind == ValueType::integer ? is_whole_number(value.text()) : is_number(value.text());
        // An empty text clears the member, as null does.
        if (!number || !(fits || is_absent(value))) wrong(type, value, where);
        return;
      }
      case ValueType::string: return text(type, value, where);
    }
  }

 private:
  void add(std::string problem) {
    if (problems_.size() < problems_max) problems_.push_back(std::move(problem));
  }

  void wrong(const Type& type, leat::Node value, const std::string& where) {
    std::string line = where + " must be " + std::string(expected(type));
    const auto text = value.str();
    if (type.kind == ValueType::reference && text) {
      line += ", not \"" + std::string(text->substr(0, 40)) + "\"; names: true looks names up";
    } else if (text) {
      line += ", not \"" + std::string(text->substr(0, 40)) + "\"";
    }
    add(std::move(line));
  }

  void text(const Type& type, leat::Node value, const std::string& where) {
    if (value.type() == JsonType::object || value.type() == JsonType::array) return wrong(type, value, where);
    const std::string_view given = value.text();
    const bool dated = type.format == "date-time" || type.format == "date";
    if (dated && !is_absent(value) && !parse_timestamp(given)) {
      return add(where + " must be a date such as 2026-02-03T10:11:12Z, not \"" + std::string(given.substr(0, 40)) +
                 "\"");
    }
    if (type.length_max == 0 || given.size() <= type.length_max) return;
    const std::size_t length = length_at_server(given);
    if (length <= type.length_max) return;
    add(where + " is " + std::to_string(length) + " characters long, the server takes " +
        std::to_string(type.length_max) + ": shorten it (truncate in a map transformer)");
  }

  void list(const Type& type, leat::Node value, const std::string& where) {
    if (value.type() != JsonType::array) {
      const bool by_caption = type.item->schema == "CustomFieldValue" && value.type() == JsonType::object;
      if (!by_caption) return wrong(type, value, where);
      return add(where + R"( must be a list of {"id": 1, "value": ...}; names: true looks captions up)");
    }
    for (std::size_t i = 0, size = value.size(); i < size; ++i) {
      of_type(*type.item, value[i], where + "[" + std::to_string(i) + "]");
    }
  }

  const Catalog& catalog_;
  std::vector<std::string>& problems_;
};

// "status/id" or "/status/id": the member of the record that an operation of a patch changes.
std::string_view first_segment(std::string_view path) {
  if (path.starts_with('/')) path.remove_prefix(1);
  return path.substr(0, path.find('/'));
}

// The paths of a patch are case-sensitive, so a misspelt one would be refused by the server or change nothing.
void check_patch(const Catalog& catalog, const Schema& schema, leat::Node payload, std::vector<std::string>& problems) {
  Checker checker(catalog, problems);
  if (payload.type() == JsonType::object) return checker.object(schema, payload, "payload", Need::kept);
  for (std::size_t i = 0, size = payload.size(); i < size; ++i) {
    const std::string where = "payload[" + std::to_string(i) + "]";
    const std::string_view path = payload[i]["path"].str().value_or("");
    const std::string_view member = first_segment(path);
    if (member.empty()) continue;  // make_patch says what is wrong with it
    const Field* field = schema.find(member);
    if (!field) {
      problems.push_back(where + ".path: " + std::string(member) + " is not a member of " + std::string(schema.name) +
                         did_you_mean(member, schema.names()));
      if (problems.size() == problems_max) return;
    } else if (const leat::Node value = payload[i]["value"]; value && path.ends_with(member)) {
      checker.of_type(*field->type, value, where + ".value");
    }
  }
}

}  // namespace

std::vector<std::string> payload_problems(const Catalog& catalog, const Operation& operation, leat::Node payload) {
  std::vector<std::string> problems;
  const bool patches = operation.body == BodyKind::json_patch;
  const Schema* schema = catalog.schema(patches ? operation.response_schema : operation.body_schema);
  if (!schema) return problems;
  if (patches) {
    check_patch(catalog, *schema, payload, problems);
    return problems;
  }
  const bool creates = operation.method == Method::post && (operation.success == 201 || operation.success == 207);
  const Need need = creates ? Need::given : Need::none;
  Checker checker(catalog, problems);
  // Of a bulk operation an object is one element.
  if (operation.body != BodyKind::array || payload.type() == JsonType::object) {
    checker.object(*schema, payload, "payload", need);
    return problems;
  }
  for (std::size_t i = 0, size = payload.size(); i < size; ++i) {
    checker.object(*schema, payload[i], "payload[" + std::to_string(i) + "]", need);
  }
  return problems;
}

Result<Done> check_payload(const Catalog& catalog, const Operation& operation, leat::Node payload) {
  const std::vector<std::string> problems = payload_problems(catalog, operation, payload);
  if (problems.empty()) return Done{};
  std::string text;
  for (const std::string& problem : problems) text += (text.empty() ? "" : "; ") + problem;
  return invalid_payload(std::move(text));
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
