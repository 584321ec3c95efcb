// The keywords of JSON Schema that full_schema() uses, as 2020-12 defines them: enough to try the schema on documents.
#pragma once

#include <cmath>
#include <regex>
#include <stdexcept>
#include <string>

#include "host/config/component.hpp"

namespace leat::test {

class MiniValidator {
 public:
  explicit MiniValidator(const host::Json& root) : root_(root) {}

  bool valid(const host::Json& value) const { return valid(value, root_); }

 private:
  using Json = host::Json;

  static bool is_type(const Json& value, const std::string& type) {
    if (type == "integer") return value.is_number_integer();
    if (type == "number") return value.is_number();
    return type == value.type_name();
  }

  bool valid(const Json& value, const Json& schema) const {
    if (schema.is_boolean()) return schema.get<bool>();
    for (const auto& keyword : schema.items()) {
      if (!keyword_holds(value, schema, keyword.key(), keyword.value())) return false;
    }
    return true;
  }

  bool keyword_holds(const Json& value, const Json& schema, const std::string& name, const Json& rule) const {
    if (name == "$schema" || name == "$defs" || name == "title" || name == "description" || name == "default" ||
        name == "examples" || name == "then") {
      return true;
    }
    if (name == "$ref") return valid(value, root_.at(Json::json_pointer(rule.get<std::string>().substr(1))));
    if (name == "type") {
      if (rule.is_string()) return is_type(value, rule.get<std::string>());
      for (const Json& type : rule) {
        if (is_type(value, type.get<std::string>())) return true;
      }
      return false;
    }
    if (name == "const") return value == rule;
    if (name == "enum") return std::find(rule.begin(), rule.end(), value) != rule.end();
    if (name == "anyOf")
      return std::any_of(rule.begin(), rule.end(), [&](const Json& one) { return valid(value, one); });
    if (name == "allOf")
      return std::all_of(rule.begin(), rule.end(), [&](const Json& one) { return valid(value, one); });
    if (name == "if") return !valid(value, rule) || valid(value, schema.at("then"));
    if (name == "minimum") return !value.is_number() || value >= rule;
    if (name == "maximum") return !value.is_number() || value <= rule;
    if (name == "minLength") return !value.is_string() || value.get<std::string>().size() >= rule.get<std::size_t>();
    if (name == "maxLength") return !value.is_string() || value.get<std::string>().size() <= rule.get<std::size_t>();
    if (name == "pattern") {
      return !value.is_string() || std::regex_search(value.get<std::string>(), std::regex(rule.get<std::string>()));
    }
    if (name == "items") {
      return !value.is_array() ||
             std::all_of(value.begin(), value.end(), [&](const Json& item) { return valid(item, rule); });
    }
    if (!value.is_object()) {
      if (name == "properties" || name == "required" || name == "additionalProperties" || name == "patternProperties") {
        return true;
      }
      throw std::runtime_error("unknown keyword " + name);
    }
    return members_hold(value, schema, name, rule);
  }

  bool members_hold(const Json& value, const Json& schema, const std::string& name, const Json& rule) const {
    if (name == "required") {
      return std::all_of(rule.begin(), rule.end(), [&](const Json& n) { return value.contains(n.get<std::string>()); });
    }
    for (const auto& member : value.items()) {
      const bool stated = schema.contains("properties") && schema.at("properties").contains(member.key());
      const bool matched = matching(schema, member.key()) != nullptr;
      if (name == "properties") {
        if (stated && !valid(member.value(), rule.at(member.key()))) return false;
      } else if (name == "patternProperties") {
        if (matched && !valid(member.value(), *matching(schema, member.key()))) return false;
      } else if (name == "additionalProperties") {
        if (!stated && !matched && !valid(member.value(), rule)) return false;
      } else {
        throw std::runtime_error("unknown keyword " + name);
      }
    }
    return true;
  }

  static const Json* matching(const Json& schema, const std::string& member) {
    if (!schema.contains("patternProperties")) return nullptr;
    for (const auto& pattern : schema.at("patternProperties").items()) {
      if (std::regex_search(member, std::regex(pattern.key()))) return &pattern.value();
    }
    return nullptr;
  }

  const Json& root_;
};

}  // namespace leat::test
