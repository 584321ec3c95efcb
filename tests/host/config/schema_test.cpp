#include "host/config/schema.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>

#include "host/config/components.hpp"
#include "host/config/schema_text.hpp"

using namespace leat::test;

namespace {

// The value and the problems of `a: <yaml>` under the schema.
std::pair<std::string, std::string> checked(const std::string& yaml, const std::string& schema) {
  const Document document = parse_document("a: " + yaml, "f", sample_environment());
  REQUIRE(lines(document.problems) == "");
  const NoComponents components;
  Secrets secrets;
  const SchemaContext context{components, {}, "/conf", secrets};
  SchemaChecker checker(context);
  const Json value = checker.check(document.root.find("a")->value, Json::parse(schema), "a");
  return {value.dump(), lines(checker.problems())};
}

}  // namespace

TEST_CASE("values come out as their schema says") {
  struct Row {
    const char* yaml;
    const char* schema;
    const char* value;
  };
  const Row rows[] = {
      {"1.0", R"({"type": "integer"})", "1"},
      {"3", R"({"type": "number"})", "3"},
      {"0x10", R"({"type": "integer"})", "16"},
      {"18446744073709551615", R"({})", "18446744073709551615"},
      {"-9223372036854775808", R"({})", "-9223372036854775808"},
      {"null", R"({"type": ["string", "null"], "default": "x"})", "null"},
      {"null", R"({"type": "string", "default": "x"})", "\"x\""},
      {"{b: 1}", R"({"type": "object", "additionalProperties": {"type": "integer"}})", R"({"b":1})"},
      {"{b: {c: [1, {d: x}]}}", R"({"type": "object", "additionalProperties": true})", R"({"b":{"c":[1,{"d":"x"}]}})"},
      {"{b: {c: 1}}", R"({})", R"({"b":{"c":1}})"},
      {"{}",
       R"({"type": "object", "properties": {"b": {"type": "object", "default": {}, "properties": {"c": {"type": "string", "x-leat": "duration", "default": "2s"}}}}})",
       R"({"b":{"c":2000}})"},
      {"[a, b]", R"({"type": "array", "items": {"type": "string", "x-leat": "file"}})", R"(["/conf/a","/conf/b"])"},
      {"äöü", R"({"type": "string", "minLength": 3, "maxLength": 3})", "\"äöü\""},
      {"2", R"({"type": "integer", "enum": [1, 2]})", "2"},
      {"0.5h", R"({"type": "string", "x-leat": "duration"})", "1800000"},
      {"250 ms", R"({"type": "string", "x-leat": "duration"})", "250"},
      {"90", R"({"type": "string", "x-leat": "duration"})", "90000"},
      {"1.15MB", R"({"type": "string", "x-leat": "size"})", "1150000"},
      {"64 kib", R"({"type": "string", "x-leat": "size"})", "65536"},
      {"4096", R"({"type": "string", "x-leat": "size"})", "4096"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.yaml);
    const auto result = checked(row.yaml, row.schema);
    CHECK(result.first == row.value);
    CHECK(result.second == "");
  }
}

TEST_CASE("values that their schema refuses say why") {
  struct Row {
    const char* yaml;
    const char* schema;
    const char* problem;
  };
  const Row rows[] = {
      {"{b: x}", R"({"type": "object", "additionalProperties": {"type": "integer"}})",
       "f:1:8: a.b: expected an integer, found \"x\"\n"},
      {"{b: 1}", R"({"type": "object"})", "f:1:5: a: unknown option \"b\"; there are no options\n"},
      {"3", R"({"type": "integer", "enum": [1, 2]})", "f:1:4: a: unknown value 3; known: \"1\", \"2\"\n"},
      {"ab", R"({"type": "string", "minLength": 3})", "f:1:4: a: \"ab\": its least number of characters is 3\n"},
      {".nan", R"({})", "f:1:4: a: infinity and not-a-number cannot be used; put the text in quotes\n"},
      {"1e999", R"({})", "f:1:4: a: the number is too large or too small; put it in quotes to keep it as text\n"},
      {"1.5 m", R"({"type": "string", "x-leat": "size"})",
       "f:1:4: a: expected a size such as 64MiB, 10MB, 512kB, or a number of bytes, found \"1.5 m\"\n"},
      {"0.5", R"({"type": "string", "x-leat": "size"})",
       "f:1:4: a: expected a size such as 64MiB, 10MB, 512kB, or a number of bytes, found 0.5\n"},
      {"5M", R"({"type": "string", "x-leat": "duration"})",
       "f:1:4: a: expected a duration such as 250ms, 30s, 5m, 2h, 7d, or a number of seconds, found \"5M\"\n"},
      {"9999999d", R"({"type": "string", "x-leat": "duration"})",
       "f:1:4: a: expected a duration such as 250ms, 30s, 5m, 2h, 7d, or a number of seconds, found \"9999999d\"\n"},
      {"[1]", R"({"type": "string", "x-leat": "duration"})", "f:1:4: a: expected a duration, found an array\n"},
      {"''", R"({"type": "string", "x-leat": "file"})", "f:1:4: a: expected the path of a file, found \"\"\n"},
      {"'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'", R"({"type": "integer"})",
       "f:1:4: a: expected an integer, found a long string\n"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.yaml);
    CHECK(checked(row.yaml, row.schema).second == row.problem);
  }
}

TEST_CASE("a schema that means nothing to the host is refused when it is read") {
  const std::pair<const char*, const char*> rows[] = {
      {"{", "the schema is not JSON"},
      {"[]", "the schema is not a JSON object"},
      {R"({"type": "string"})", "has the type object"},
      {R"({"properties": {"a": {"typo": "string"}}})",
       "the schema is wrong at a: unknown keyword \"typo\"; did you mean \"type\"?"},
      {R"({"properties": {"a": {"type": "text"}}})", "the schema is wrong at a: type must be string, integer"},
      {R"({"properties": {"a": {"type": []}}})", "the schema is wrong at a: type must be"},
      {R"({"properties": {"a": {"minLength": -1}}})", "the schema is wrong at a: minLength must be a count"},
      {R"({"properties": {"a": {"enum": []}}})", "the schema is wrong at a: enum must be a list"},
      {R"({"properties": {"a": {"x-leat": "path"}}})", "x-leat must be client, transformers, duration, size or file"},
      {R"({"properties": {"a": {"x-leat": "component:client"}}})", "x-leat must be"},
      {R"({"properties": {"a": {"items": {"b": 1}}}})", "the schema is wrong at a.items: unknown keyword \"b\""},
      {R"({"properties": {"a": 1}})", "the schema is wrong at a: expected a schema"},
      {R"({"required": ["a"]})", "the schema is wrong at its top: required names \"a\", which is no property"},
      {R"({"properties": {"a": {"type": "integer", "default": "x"}}})",
       "the schema is wrong at a: its default: a: expected an integer, found \"x\""},
      {R"({"properties": {"a": {"type": "string", "default": null}}})", "a null default for what cannot be null"},
      {R"({"properties": {"a": {"writeOnly": true, "default": "x"}}})",
       "a secret (writeOnly) is a string without default"},
      {R"({"properties": {"a": {"writeOnly": true, "type": "object"}}})", "a secret (writeOnly) is a string"},
      {R"({"properties": {"type": {"type": "string"}}})", "no option can be named \"type\""},
  };
  for (const auto& row : rows) {
    const auto schema = parse_schema(row.first);
    REQUIRE_MESSAGE(!schema, row.first);
    CHECK_MESSAGE(schema.error().message.find(row.second) != std::string::npos, schema.error().message);
  }
  std::string deep;
  for (int i = 0; i < 40; ++i) deep += R"({"items": )";
  deep += "{}" + std::string(40, '}');
  CHECK_FALSE(parse_schema(deep));
  CHECK(parse_schema(""));
  CHECK(parse_schema(R"({"$schema": "x", "title": "t", "properties": {"a": {"default": 1}}})"));
}
