#include "host/config/schema_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "host/base/secrets.hpp"
#include "host/config/nearest.hpp"
#include "host/config/schema.hpp"

namespace leat::host {

namespace {

constexpr std::array<std::string_view, 7> kTypes = {"string", "integer", "number", "boolean",
                                                    "object", "array",   "null"};
constexpr std::array<std::string_view, 5> kMeanings = {"client", "transformers", "duration", "size", "file"};
constexpr int kDepthMax = 32;

Result<Done> wrong(const std::string& path, std::string_view what) {
  return Error{ErrorKind::invalid, fmt::format("the schema is wrong at {}: {}", path.empty() ? "its top" : path, what)};
}

bool is_count(const Json& value) { return value.is_number_unsigned() || (value.is_number_integer() && value >= 0); }

bool is_type(const Json& value) {
  return value.is_string() && std::find(kTypes.begin(), kTypes.end(), value.get<std::string>()) != kTypes.end();
}

bool is_types(const Json& value) {
  if (!value.is_array()) return is_type(value);
  return !value.empty() && std::all_of(value.begin(), value.end(), is_type);
}

bool is_names(const Json& value) {
  return value.is_array() && std::all_of(value.begin(), value.end(), [](const Json& name) { return name.is_string(); });
}

bool is_meaning(const Json& value) {
  return value.is_string() &&
         std::find(kMeanings.begin(), kMeanings.end(), value.get<std::string>()) != kMeanings.end();
}

struct Keyword {
  std::string_view name;
  bool (*good)(const Json& value);
  const char* expected;
};

constexpr auto is_text = [](const Json& value) { return value.is_string(); };
constexpr auto is_number = [](const Json& value) { return value.is_number(); };
constexpr auto is_object = [](const Json& value) { return value.is_object(); };
constexpr auto is_list = [](const Json& value) { return value.is_array() && !value.empty(); };
constexpr auto is_flag = [](const Json& value) { return value.is_boolean(); };
constexpr auto is_any = [](const Json& /*value*/) { return true; };

constexpr std::array<Keyword, 19> kKeywords = {{
    {"type", is_types, "string, integer, number, boolean, object, array, null, or a list of those"},
    {"properties", is_object, "an object"},
    {"required", is_names, "a list of names"},
    {"additionalProperties", [](const Json& value) { return value.is_boolean() || value.is_object(); },
     "true, false or a schema"},
    {"items", is_object, "a schema"},
    {"enum", is_list, "a list"},
    {"minimum", is_number, "a number"},
    {"maximum", is_number, "a number"},
    {"minLength", is_count, "a count"},
    {"maxLength", is_count, "a count"},
    {"default", is_any, ""},
    {"title", is_text, "a text"},
    {"description", is_text, "a text"},
    {"examples", is_list, "a list"},
    {"writeOnly", is_flag, "true or false"},
    {"x-leat", is_meaning, "client, transformers, duration, size or file"},
    {"$schema", is_text, "a text"},
    {"$id", is_text, "a text"},
    {"$comment", is_text, "a text"},
}};

Result<Done> check_default(const Json& schema, const std::string& path) {
  const NoComponents components;  // a default names no component and no client: there is nothing to look up
  Secrets secrets;
  const SchemaContext context{components, {}, "/", secrets};
  SchemaChecker checker(context);
  const Json& value = schema.at("default");
  const auto types = schema_types(schema);
  if (value.is_null() && std::find(types.begin(), types.end(), "null") == types.end()) {
    return wrong(path, "a null default for what cannot be null");
  }
  (void)checker.check(to_node(value, {}), schema, path);
  if (checker.problems().empty()) return Done{};
  return wrong(path, fmt::format("its default: {}", to_line(checker.problems().front())));
}

Result<Done> check_schema(const Json& schema, const std::string& path, int depth);

Result<Done> check_members(const Json& schema, const std::string& path, int depth) {
  for (const char* name : {"items", "additionalProperties"}) {
    if (!schema.contains(name) || !schema.at(name).is_object()) continue;
    if (auto done = check_schema(schema.at(name), member_path(path, name), depth + 1); !done) return done;
  }
  if (schema.contains("properties")) {
    for (const auto& property : schema.at("properties").items()) {
      if (!property.value().is_object()) return wrong(member_path(path, property.key()), "expected a schema");
      if (auto done = check_schema(property.value(), member_path(path, property.key()), depth + 1); !done) return done;
    }
  }
  if (schema.contains("required")) {
    for (const Json& name : schema.at("required")) {
      if (!schema.contains("properties") || !schema.at("properties").contains(name.get<std::string>())) {
        return wrong(path, fmt::format("required names \"{}\", which is no property", name.get<std::string>()));
      }
    }
  }
  return Done{};
}

Result<Done> check_schema(const Json& schema, const std::string& path, int depth) {
  if (depth > kDepthMax) return wrong(path, fmt::format("deeper than {} levels", kDepthMax));
  for (const auto& member : schema.items()) {
    const auto* const keyword =
        std::find_if(kKeywords.begin(), kKeywords.end(), [&](const Keyword& k) { return k.name == member.key(); });
    if (keyword == kKeywords.end()) {
      std::vector<std::string> known;
      known.reserve(kKeywords.size());
      for (const Keyword& k : kKeywords) known.emplace_back(k.name);
      return wrong(path, fmt::format("unknown keyword \"{}\"{}", member.key(), suggest(member.key(), known)));
    }
    if (!keyword->good(member.value())) {
      return wrong(path, fmt::format("{} must be {}", member.key(), keyword->expected));
    }
  }
  if (schema.value("writeOnly", false)) {
    const bool text = !schema.contains("type") || schema.at("type") == "string";
    if (!text || schema.contains("default") || schema.contains("enum") || schema.contains("x-leat")) {
      return wrong(path, "a secret (writeOnly) is a string without default, enum or x-leat");
    }
  }
  if (auto done = check_members(schema, path, depth); !done) return done;
  return schema.contains("default") ? check_default(schema, path) : Done{};
}

}  // namespace

Result<Json> parse_schema(std::string_view text) {
  if (text.empty()) return Json{{"type", "object"}, {"properties", Json::object()}};
  Json schema;
  try {
    schema = Json::parse(text);
  } catch (const Json::exception& e) {
    return Error{ErrorKind::invalid, fmt::format("the schema is not JSON: {}", e.what())};
  }
  if (!schema.is_object()) return Error{ErrorKind::invalid, "the schema is not a JSON object"};
  if (auto done = check_schema(schema, "", 0); !done) return done.error();
  if (schema.contains("type") && schema.at("type") != "object") {
    return Error{ErrorKind::invalid, "the schema of a component's options has the type object"};
  }
  if (schema.contains("properties") && schema.at("properties").contains("type")) {
    return Error{ErrorKind::invalid, "no option can be named \"type\": that is the component's own name"};
  }
  schema["type"] = "object";
  return schema;
}

std::vector<std::string> schema_types(const Json& schema) {
  if (!schema.contains("type")) return {};
  const Json& type = schema.at("type");
  if (type.is_string()) return {type.get<std::string>()};
  return type.get<std::vector<std::string>>();
}

std::string schema_meaning(const Json& schema) {
  return schema.contains("x-leat") ? schema.at("x-leat").get<std::string>() : std::string();
}

}  // namespace leat::host
