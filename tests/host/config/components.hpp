// Components as plugins might state them, and the shortest way from YAML text to a configuration.
#pragma once

#include <doctest/doctest.h>

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "host/config/model.hpp"
#include "host/config/schema_text.hpp"

namespace leat::test {

using namespace leat::host;

class FakeComponents final : public ComponentSchemas {
 public:
  void add(ComponentKind kind, const std::string& type, const std::string& schema) {
    auto parsed = parse_schema(schema);
    REQUIRE_MESSAGE(parsed, (parsed ? "" : parsed.error().message));
    components_[{kind, type}] = {type, "Title of " + type, "What " + type + " does.", *std::move(parsed)};
  }
  const ComponentInfo* find(ComponentKind kind, std::string_view type) const override {
    const auto found = components_.find({kind, std::string(type)});
    return found == components_.end() ? nullptr : &found->second;
  }
  std::vector<const ComponentInfo*> all(ComponentKind kind) const override {
    std::vector<const ComponentInfo*> all;
    for (const auto& [key, info] : components_) {
      if (key.first == kind) all.push_back(&info);
    }
    return all;
  }

 private:
  std::map<std::pair<ComponentKind, std::string>, ComponentInfo> components_;
};

inline FakeComponents sample_components() {
  FakeComponents components;
  components.add(ComponentKind::client, "rest", R"({
    "required": ["base_uri", "token"],
    "properties": {
      "base_uri": {"type": "string", "minLength": 1, "description": "Where the server is."},
      "token": {"type": "string", "writeOnly": true, "description": "As whom."},
      "log_requests": {"type": "boolean", "default": false},
      "timeout": {"type": "string", "x-leat": "duration", "default": "30s", "minimum": 100, "maximum": 600000},
      "body_max": {"type": "string", "x-leat": "size", "default": "64MiB"}
    }})");
  components.add(ComponentKind::subscriber, "rest", R"({
    "required": ["client", "entity"],
    "properties": {
      "client": {"type": "string", "x-leat": "client"},
      "entity": {"type": "string"},
      "parameters": {"type": "object", "additionalProperties": true},
      "pagination": {"type": ["boolean", "object"], "default": {},
        "properties": {"page_size": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}}},
      "request_transformers": {"type": "array", "x-leat": "transformers", "default": []}
    }})");
  components.add(ComponentKind::publisher, "rest", R"({
    "required": ["client"],
    "properties": {
      "client": {"type": "string", "x-leat": "client"},
      "method": {"type": "string", "enum": ["POST", "PUT", "PATCH", "DELETE"], "default": "POST"}
    }})");
  components.add(ComponentKind::publisher, "file", R"({
    "required": ["path"],
    "properties": {
      "path": {"type": "string", "x-leat": "file"},
      "ratio": {"type": "number", "maximum": 1.5},
      "columns": {"type": "array", "items": {"type": "string", "maxLength": 8}}
    }})");
  components.add(ComponentKind::transformer, "map", R"({
    "required": ["fields"], "properties": {"fields": {"type": "object", "additionalProperties": {}}}})");
  components.add(ComponentKind::transformer, "each", R"({
    "properties": {"transformers": {"type": "array", "x-leat": "transformers"}}})");
  return components;
}

// Everything it needs is set but UNSET: `${TOKEN}` is a secret, `${WORD}` a word, `${COUNT}` 7, `${EMPTY}` nothing,
// `${FLAG}` true.
inline Environment sample_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const std::map<std::string, std::string> values = {
        {"TOKEN", "s3cret-token"}, {"WORD", "word"}, {"COUNT", "7"}, {"EMPTY", ""}, {"FLAG", "true"}, {"SHORT", "abc"}};
    const auto found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional<std::string>(found->second);
  };
}

inline Result<Done> sample_schedule(std::string_view schedule) {
  if (schedule.starts_with("every ")) return Done{};
  return Error{ErrorKind::invalid, "not a schedule"};
}

inline ConfigResult configure(const Document& document, Secrets& secrets) {
  static const FakeComponents components = sample_components();
  return make_config(document, {components, secrets, sample_schedule});
}

inline ConfigResult configure(const std::string& yaml, Secrets& secrets) {
  return configure(parse_document(yaml, "leat.yaml", sample_environment()), secrets);
}

inline ConfigResult configure(const std::string& yaml) {
  Secrets secrets;
  return configure(yaml, secrets);
}

// The lines of all problems, one below the other.
inline std::string lines(const Problems& problems) {
  std::string text;
  for (const Problem& problem : problems) text += to_line(problem) + "\n";
  return text;
}

}  // namespace leat::test
