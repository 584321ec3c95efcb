#include "host/config/describe.hpp"

#include <doctest/doctest.h>

#include <string>

#include "host/config/schema_text.hpp"

using namespace leat::host;

namespace {

ComponentInfo sample() {
  return {"acme", "Acme CRM", "Reads the customers of Acme, page by page, in the order of their numbers.",
          parse_schema(R"({
            "required": ["token", "client"],
            "properties": {
              "token": {"type": "string", "writeOnly": true, "description": "As whom."},
              "client": {"type": "string", "x-leat": "client"},
              "mode": {"type": "string", "enum": ["a", "b"], "default": "a"},
              "pagination": {"type": ["boolean", "object"], "default": {}, "properties": {
                "size": {"type": "integer", "minimum": 1, "maximum": 10, "default": 5, "description":
                  "How many customers come with each answer of the server; more are faster and need more memory."}}},
              "pause": {"type": "string", "x-leat": "duration", "minimum": 10, "examples": ["5s", "1m"]},
              "columns": {"type": "array", "items": {"type": "object", "properties": {"name": {}}}},
              "steps": {"type": "array", "x-leat": "transformers"}
            }})")
              .value()};
}

}  // namespace

TEST_CASE("a component is described on a page") {
  CHECK(describe_text(ComponentKind::subscriber, sample(), 60) ==
        "subscriber acme: Acme CRM\n"
        "Reads the customers of Acme, page by page, in the order of\n"
        "their numbers.\n"
        "\n"
        "Options\n"
        "  token  string\n"
        "      As whom.\n"
        "      (required; secret: give ${NAME} or ${file:PATH})\n"
        "  client  name of a client\n"
        "      (required)\n"
        "  mode  string\n"
        "      (default a; one of a, b)\n"
        "  pagination  boolean or object\n"
        "  pagination.size  integer\n"
        "      How many customers come with each answer of the\n"
        "      server; more are faster and need more memory.\n"
        "      (default 5; at least 1; at most 10)\n"
        "  pause  duration\n"
        "      (at least 10ms; for example 5s, 1m)\n"
        "  columns  array of object\n"
        "  columns[].name  any\n"
        "  steps  array of transformers\n");
  CHECK(describe_text(ComponentKind::client, {"x", "X", "Does it.", parse_schema("").value()}) ==
        "client x: X\nDoes it.\n\nIt has no options.\n");
}

TEST_CASE("a component is described as data") {
  const Json page = describe_json(ComponentKind::subscriber, sample());
  CHECK(page.at("kind") == "subscriber");
  CHECK(page.at("options").at(0).dump() ==
        R"({"name":"token","type":"string","required":true,"secret":true,"help":"As whom."})");
  CHECK(page.at("options").at(2).dump() ==
        R"({"name":"mode","type":"string","required":false,"secret":false,"default":"a","choices":["a","b"]})");
  CHECK(page.at("options").at(4).at("name") == "pagination.size");
  CHECK(page.at("schema").at("properties").at("steps").at("x-leat") == "transformers");
}
