#include "host/config/json_schema.hpp"

#include <doctest/doctest.h>

#include <string>

#include "host/config/components.hpp"
#include "host/config/mini_validator.hpp"
#include "host/config/scalar.hpp"

using namespace leat::test;

namespace {

// As an editor reads the file: references stay texts.
Json as_written(const Node& node) {
  if (node.type == Node::Type::object) {
    Json out = Json::object();
    for (const NodeMember& member : node.members) out[member.name] = as_written(member.value);
    return out;
  }
  if (node.type == Node::Type::array) {
    Json out = Json::array();
    for (const Node& item : node.items) out.push_back(as_written(item));
    return out;
  }
  return scalar_value(node).value();
}

Json as_written(std::string yaml) {
  for (std::size_t at = 0; (at = yaml.find("${", at)) != std::string::npos; at += 3) yaml.insert(at, "$");
  const Document document = parse_document(yaml, "leat.yaml", sample_environment());
  REQUIRE(lines(document.problems) == "");
  return as_written(document.root);
}

const char* const kRight[] = {
    "routes: {}\n",
    "x-anchors: [1, 2]\nlog:\nstore: {keep_finished: 5}\n",
    "clients: {psa: {type: rest, base_uri: x, token: \"${TOKEN}\", timeout: 1.5m, body_max: 10 MB, log_requests: "
    "\"${FLAG}\"}}\n"
    "incoming:\n  in:\n    schedule: every 5m\n    page_max: \"${COUNT}\"\n    transformers: [{type: map, fields: {a: "
    "{b: 1}}}]\n"
    "    subscriber: {type: rest, client: psa, entity: e, pagination: false, parameters: {x: [1]}, "
    "request_transformers: [{type: each, transformers: [{type: map, fields: {}}]}]}\n"
    "outgoing:\n  out: {publisher: {type: file, path: '-', ratio: 1.5, columns: [a]}}\n"
    "  back: {publisher: {type: rest, client: psa, method: PUT}}\n"
    "routes:\n  r: {incoming: in, outgoing: out, key: id, deduplicate: {fields: [a]}, durability: durable, "
    "retry: {max_age: 3d, backoff_first: 0.5}, max_pending: {bytes: 1024, tasks: }}\n"
    "  s: {incoming: in, outgoing: back, retry: }\n",
};

const char* const kWrong[] = {
    "route: {}\n",
    "log: {level: loud}\n",
    "log: 5\n",
    "store: {keep_finished: soon}\n",
    "store: {keep_payload: 1}\n",
    "clients: {psa: {base_uri: x, token: \"${TOKEN}\"}}\n",
    "clients: {psa: {type: rst, base_uri: x, token: \"${TOKEN}\"}}\n",
    "clients: {psa: {type: rest, token: \"${TOKEN}\"}}\n",
    "clients: {psa: {type: rest, base_uri: x, token: literal}}\n",
    "clients: {psa: {type: rest, base_uri: '', token: \"${TOKEN}\"}}\n",
    "clients: {psa: {type: rest, base_uri: x, token: \"${TOKEN}\", tmeout: 5s}}\n",
    "clients: {psa: {type: rest, base_uri: x, token: \"${TOKEN}\", body_max: 5XB}}\n",
    "incoming: {in: {schedule: every 5m}}\n",
    "incoming: {in: {subscriber: {type: file, path: x}}}\n",
    "incoming: {in: {page_max: 0, subscriber: {type: rest, client: c, entity: e}}}\n",
    "incoming: {in: {subscriber: {type: rest, client: c, entity: e, pagination: {page_size: 5000}}}}\n",
    "incoming: {in: {subscriber: {type: rest, client: c, entity: e, pagination: 5}}}\n",
    "incoming: {in: {subscriber: {type: rest, client: c, entity: e, request_transformers: [{type: map, field: 1}]}}}\n",
    "outgoing: {out: {publisher: {type: file, path: x, columns: [abcdefghi]}}}\n",
    "outgoing: {out: {publisher: {type: rest, client: c, method: GET}}}\n",
    "routes: {r: {incoming: in}}\n",
    "routes: {r: {incoming: in, outgoing: out, retry: {max_tries: 1}}}\n",
    "routes: {r: {incoming: in, outgoing: out, concurrency: many}}\n",
};

}  // namespace

TEST_CASE("the schema for editors takes right configurations and refuses wrong ones") {
  const auto components = sample_components();
  const Json schema = full_schema(components);
  const MiniValidator validator(schema);
  for (const char* yaml : kRight) CHECK_MESSAGE(validator.valid(as_written(yaml)), yaml);
  for (const char* yaml : kWrong) CHECK_MESSAGE(!validator.valid(as_written(yaml)), yaml);
}

TEST_CASE("what the schema for editors says of these configurations is what the host says") {
  for (const char* yaml : kRight) {
    const auto problems = configure(yaml).problems;
    CHECK_MESSAGE(!has_errors(problems), lines(problems));
  }
  for (const char* yaml : kWrong) CHECK_MESSAGE(has_errors(configure(yaml).problems), yaml);
}

TEST_CASE("the schema for editors explains itself and holds nothing of our own") {
  const Json schema = full_schema(sample_components());
  CHECK(schema.at("$schema") == "https://json-schema.org/draft/2020-12/schema");
  CHECK(schema.dump().find("x-leat") == std::string::npos);
  CHECK(schema.dump().find("writeOnly") == std::string::npos);
  CHECK(schema.at("$defs").at("client.rest").at("title") == "Title of rest");
  CHECK(schema.at("$defs").at("client.rest").at("properties").at("token").at("description") == "As whom.");
  CHECK(schema.at("$defs").at("publisher").at("properties").at("type").at("enum") == Json({"file", "rest"}));
}

TEST_CASE("without plugins the schema still describes the host's own part") {
  const Json schema = full_schema(NoComponents());
  const MiniValidator validator(schema);
  CHECK(validator.valid(as_written("log: {level: info}")));
  CHECK_FALSE(validator.valid(as_written("clients: {psa: {type: rest}}")));
}
