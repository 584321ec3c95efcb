#include "host/config/json_schema.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "host/config/host_schema.hpp"
#include "host/config/schema_text.hpp"

namespace leat::host {

namespace {

constexpr std::string_view kComponent = "component:";

Json reference_to(std::string_view definition) { return {{"$ref", "#/$defs/" + std::string(definition)}}; }

// A value, or a text with a ${...} that will be one.
Json or_reference(Json schema) {
  return {{"anyOf", Json::array({std::move(schema), Json{{"type", "string"}, {"pattern", "\\$\\{"}}})}};
}

// What people write for "x-leat".
Json written(const std::string& meaning) {
  if (meaning == "duration") {
    return or_reference(
        {{"type", Json::array({"string", "number"})}, {"pattern", "^[0-9.]+ *(ms|s|m|h|d)?$"}, {"minimum", 0}});
  }
  if (meaning == "size") {
    return or_reference({{"type", Json::array({"string", "integer"})},
                         {"pattern", "^[0-9.]+ *([kKmMgGtT][iI]?)?[bB]?$"},
                         {"minimum", 0}});
  }
  if (meaning == "transformers") return {{"type", "array"}, {"items", reference_to("transformer")}};
  if (meaning.starts_with(kComponent)) return reference_to(meaning.substr(kComponent.size()));
  return {{"type", "string"}, {"minLength", 1}};
}

Json standard(const Json& schema);

bool takes_objects(const Json& schema) {
  const auto types = schema_types(schema);
  return std::find(types.begin(), types.end(), "object") != types.end() || schema.contains("properties");
}

// The keywords that mean the same in both.
Json standard_members(const Json& schema) {
  Json out = Json::object();
  for (const char* keyword : {"type", "minimum", "maximum", "minLength", "maxLength", "enum"}) {
    if (schema.contains(keyword)) out[keyword] = schema.at(keyword);
  }
  if (schema.contains("items")) out["items"] = standard(schema.at("items"));
  if (schema.contains("properties")) {
    out["properties"] = Json::object();
    for (const auto& property : schema.at("properties").items()) {
      out["properties"][property.key()] = standard(property.value());
    }
  }
  if (schema.contains("required")) out["required"] = schema.at("required");
  if (schema.contains("additionalProperties") && schema.at("additionalProperties").is_object()) {
    out["additionalProperties"] = standard(schema.at("additionalProperties"));
  } else if (takes_objects(schema)) {
    out["additionalProperties"] = schema.value("additionalProperties", false);
  }
  return out;
}

bool needs_reference(const Json& schema) {
  for (const std::string& type : schema_types(schema)) {
    if (type == "integer" || type == "number" || type == "boolean") return true;
  }
  return schema.contains("enum") || schema.contains("maxLength");
}

// Leaving a value out and leaving it empty is the same where there is a default.
Json or_nothing(Json schema) {
  if (schema.contains("$ref")) return schema;
  if (schema.contains("anyOf")) {
    schema["anyOf"].push_back({{"type", "null"}});
    return schema;
  }
  if (!schema.contains("type")) return schema;
  Json& type = schema["type"];
  if (type.is_string()) type = Json::array({type});
  type.push_back("null");
  if (schema.contains("enum")) schema["enum"].push_back(nullptr);
  return schema;
}

Json standard(const Json& schema) {
  const std::string meaning = schema_meaning(schema);
  Json out;
  if (schema.value("writeOnly", false)) {
    out = {{"type", "string"}, {"pattern", "\\$\\{"}};
  } else {
    out = meaning.empty() ? standard_members(schema) : written(meaning);
    if (meaning.empty() && needs_reference(schema)) out = or_reference(std::move(out));
  }
  if (schema.contains("default") && !schema.at("default").is_null()) out = or_nothing(std::move(out));
  for (const char* keyword : {"title", "description", "default", "examples"}) {
    if (schema.contains(keyword)) out[keyword] = schema.at(keyword);
  }
  return out;
}

// {type: one of all, ...the options of that one}.
void define_kind(Json& definitions, ComponentKind kind, const ComponentSchemas& components) {
  const std::string name(to_string(kind));
  Json types = Json::array();
  Json branches = Json::array();
  for (const ComponentInfo* info : components.all(kind)) {
    types.push_back(info->type);
    Json options = standard(info->schema);
    options["title"] = info->title;
    options["description"] = info->summary;
    options["properties"]["type"] = {{"const", info->type}};
    const std::string definition = name + "." + info->type;
    branches.push_back({{"if", {{"properties", {{"type", {{"const", info->type}}}}}, {"required", {"type"}}}},
                        {"then", reference_to(definition)}});
    definitions[definition] = std::move(options);
  }
  Json type = {{"type", "string"}};
  type["enum"] = std::move(types);
  Json all = {{"type", "object"}, {"required", Json::array({"type"})}, {"properties", {{"type", std::move(type)}}}};
  if (!branches.empty()) all["allOf"] = std::move(branches);
  definitions[name] = std::move(all);
}

}  // namespace

Json full_schema(const ComponentSchemas& components) {
  Json schema = {{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", "Leat configuration"}};
  schema.update(standard(host_schema()));
  schema["patternProperties"] = {{"^x-", true}};
  Json definitions = Json::object();
  for (const ComponentKind kind : kComponentKinds) define_kind(definitions, kind, components);
  schema["$defs"] = std::move(definitions);
  return schema;
}

}  // namespace leat::host
