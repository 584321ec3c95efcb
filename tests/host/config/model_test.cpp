#include "host/config/model.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <filesystem>
#include <string>

#include "host/config/components.hpp"
#include "host/config/host_schema.hpp"

using namespace leat::test;
using leat::path_text;
using namespace std::chrono_literals;

namespace {

const char* const kWhole = R"(
x-transformers: &rename
  - {type: map, fields: {b: 1, a: "{{ id }}"}}
clients:
  psa:
    type: rest
    base_uri: http://x
    token: ${TOKEN}
    timeout: 1.5m
    body_max: 10MB
incoming:
  tickets:
    schedule: every 5m
    page_max: 50
    transformers: *rename
    subscriber:
      type: rest
      client: psa
      entity: GET /tickets
      parameters: {path: {id: 4}, query: {big: 9007199254740993, part: 1.10, on: true, none: null, list: [1, x]}}
      request_transformers:
        - type: each
          transformers: *rename
  once:
    subscriber: {type: rest, client: psa, entity: e, pagination: false}
outgoing:
  archive:
    publisher: {type: file, path: ../out/./tickets.ndjson}
  screen:
    transformers: []
    publisher: {type: file, path: "-"}
  back:
    publisher: {type: rest, client: psa, method: PUT}
    xref: {set: tickets, source: 'order["no."]'}
routes:
  first:
    incoming: tickets
    outgoing: archive
    transformers: [{type: each, transformers: []}]
    key: company["a.b"][0]
    concurrency: 8
    retry: {max_attempts: 3, max_age: 7d, backoff_first: 0.25, backoff_max: 10s}
    uncertain: resend
    deduplicate: {fields: [name, status.id]}
    max_pending: {tasks: 5, bytes: 1MiB}
  second: {incoming: once, outgoing: screen, durability: replayable}
  third: {incoming: once, outgoing: back, key: id, deduplicate: {}}
  fourth: {after: third, outgoing: archive}
store: {path: data/leat.db, keep_finished: 0, keep_payload: true}
plugins: {folders: [plugins, /opt/leat]}
log: {level: warn, format: json}
)";

Config configured(const std::string& yaml) {
  auto result = configure(yaml);
  REQUIRE_MESSAGE(result.config, lines(result.problems));
  return *std::move(result.config);
}

std::string here(const std::string& path) {
  return (std::filesystem::current_path() / path).lexically_normal().string();
}

}  // namespace

TEST_CASE("a whole configuration becomes plain structs in the order of the file") {
  Secrets secrets;
  const auto result = configure(kWhole, secrets);
  REQUIRE_MESSAGE(result.config, lines(result.problems));
  CHECK(lines(result.problems) == "");
  const Config& config = *result.config;

  REQUIRE(config.clients.size() == 1);
  CHECK(config.clients[0].name == "psa");
  CHECK(config.clients[0].component.type == "rest");
  CHECK(config.clients[0].component.path == "clients.psa");
  CHECK(config.clients[0].component.position.line == 6);
  CHECK(
      config.clients[0].component.options.dump() ==
      R"({"base_uri":"http://x","token":{"$secret":"clients.psa.token"},"timeout":90000,"body_max":10000000,"log_requests":false})");
  CHECK(secrets.find("clients.psa.token") == "s3cret-token");

  REQUIRE(config.incoming.size() == 2);
  const IncomingConfig& tickets = config.incoming[0];
  CHECK(tickets.name == "tickets");
  CHECK(tickets.schedule == "every 5m");
  CHECK(tickets.page_max == 50);
  CHECK(tickets.position.line == 12);
  REQUIRE(tickets.transformers.size() == 1);
  CHECK(tickets.transformers[0].type == "map");
  CHECK(tickets.transformers[0].path == "incoming.tickets.transformers[0]");
  CHECK(tickets.transformers[0].options.dump() == R"({"fields":{"b":1,"a":"{{ id }}"}})");
  CHECK(tickets.subscriber.path == "incoming.tickets.subscriber");
  CHECK(
      tickets.subscriber.options.dump() ==
      R"({"client":"psa","entity":"GET /tickets","parameters":{"path":{"id":4},)"
      R"("query":{"big":9007199254740993,"part":1.1,"on":true,"none":null,"list":[1,"x"]}},)"
      R"("request_transformers":{"$chain":"incoming.tickets.subscriber.request_transformers"},"pagination":{"page_size":100}})");
  CHECK(config.incoming[1].schedule == "");
  CHECK(config.incoming[1].subscriber.options.at("pagination") == false);

  REQUIRE(config.outgoing.size() == 3);
  CHECK(config.outgoing[0].publisher.options.at("path") == here("../out/tickets.ndjson"));
  CHECK(config.outgoing[1].publisher.options.at("path") == "-");
  CHECK(config.outgoing[2].publisher.options.at("method") == "PUT");

  CHECK_FALSE(config.outgoing[0].xref);
  REQUIRE(config.outgoing[2].xref);
  CHECK(config.outgoing[2].xref->set == "tickets");
  CHECK(path_text(config.outgoing[2].xref->source.value()) == "order[\"no.\"]");
  CHECK(path_text(config.outgoing[2].xref->target) == "id");

  REQUIRE(config.routes.size() == 4);
  const RouteConfig& first = config.routes[0];
  CHECK(first.incoming == "tickets");
  CHECK(first.outgoing == "archive");
  CHECK(first.transformers.size() == 1);
  REQUIRE(first.key);
  CHECK(path_text(*first.key) == "company[\"a.b\"][0]");
  CHECK(first.concurrency == 8);
  CHECK(first.durability == Durability::durable);
  CHECK(config.routes[1].durability == Durability::replayable);
  CHECK(first.retry.max_attempts == 3);
  CHECK(first.retry.max_age == 168h);
  CHECK(first.retry.backoff_first == 250ms);
  CHECK(first.retry.backoff_max == 10s);
  CHECK(first.uncertain == UncertainPolicy::resend);
  REQUIRE(first.deduplicate);
  REQUIRE(first.deduplicate->fields.size() == 2);
  CHECK(path_text(first.deduplicate->fields[1]) == "status.id");
  CHECK(first.max_pending.tasks == 5);
  CHECK(first.max_pending.bytes == 1048576);
  REQUIRE(config.routes[2].deduplicate);
  CHECK(config.routes[2].deduplicate->fields.empty());
  CHECK(config.routes[3].incoming == "");
  CHECK(config.routes[3].after == "third");

  CHECK(config.store.path == here("data/leat.db"));
  CHECK(config.store.keep_finished == 0ms);
  CHECK(config.store.keep_payload);
  REQUIRE(config.plugins.folders.size() == 2);
  CHECK(config.plugins.folders[0] == here("plugins"));
  CHECK(config.plugins.folders[1] == "/opt/leat");
  CHECK(config.log.level == Level::warn);
  CHECK(config.log.format == Log::Format::json);

  CHECK(config.find_route("second") == &config.routes[1]);
  CHECK(config.find_incoming("once") == &config.incoming[1]);
  CHECK(config.find_outgoing("back") == &config.outgoing[2]);
  CHECK(config.find_route("archive") == nullptr);
}

TEST_CASE("transformers in options are chains under their path, also inside each other") {
  const Config config = configured(kWhole);
  std::string paths;
  for (const auto& [path, chain] : config.chains) paths += path + " " + std::to_string(chain.size()) + "\n";
  CHECK(paths ==
        "incoming.once.subscriber.request_transformers 0\n"
        "incoming.tickets.subscriber.request_transformers 1\n"
        "incoming.tickets.subscriber.request_transformers[0].transformers 1\n"
        "routes.first.transformers[0].transformers 0\n");
  CHECK(config.chains.at("incoming.tickets.subscriber.request_transformers")[0].options.dump() ==
        R"({"transformers":{"$chain":"incoming.tickets.subscriber.request_transformers[0].transformers"}})");
}

TEST_CASE("what is left out, or left empty, has the default that the structs have") {
  const char* const least =
      "incoming: {in: {subscriber: {type: rest, client: psa, entity: e}}}\n"
      "outgoing: {out: {publisher: {type: file, path: a}}}\n"
      "clients: {psa: {type: rest, base_uri: x, token: \"${TOKEN}\"}}\n";
  const char* const forms[] = {
      "routes: {r: {incoming: in, outgoing: out}}\n",
      "routes: {r: {incoming: in, outgoing: out}}\nstore: {}\nplugins: {}\nlog: {}\n",
      ("routes: {r: {incoming: in, outgoing: out, concurrency: , durability: , retry: , max_pending: {bytes: }}}\n"
       "store:\nplugins:\nlog:\n")};
  for (const char* form : forms) {
    CAPTURE(form);
    const Config config = configured(std::string(least) + form);
    const RouteConfig& route = config.routes.at(0);
    const RouteConfig plain;
    CHECK_FALSE(route.key);
    CHECK_FALSE(route.deduplicate);
    CHECK(route.transformers.empty());
    CHECK(route.concurrency == plain.concurrency);
    CHECK(route.durability == plain.durability);
    CHECK(route.retry.max_attempts == plain.retry.max_attempts);
    CHECK(route.retry.max_age == plain.retry.max_age);
    CHECK(route.retry.backoff_first == plain.retry.backoff_first);
    CHECK(route.retry.backoff_max == plain.retry.backoff_max);
    CHECK(route.uncertain == plain.uncertain);
    CHECK(route.max_pending.tasks == plain.max_pending.tasks);
    CHECK(route.max_pending.bytes == plain.max_pending.bytes);
    CHECK(config.incoming.at(0).page_max == IncomingConfig().page_max);
    CHECK(config.incoming.at(0).schedule == "");
    CHECK(config.store.path == here("leat.db"));
    CHECK(config.store.keep_finished == StoreConfig().keep_finished);
    CHECK(config.store.keep_payload == StoreConfig().keep_payload);
    CHECK(config.plugins.folders.empty());
    CHECK(config.log.level == LogConfig().level);
    CHECK(config.log.format == LogConfig().format);
  }
}

TEST_CASE("a variable that looks like a number is a text where a text is wanted") {
  const Config config = configured(
      "clients: {psa: {type: rest, base_uri: x, token: \"${TOKEN}\"}}\n"
      "incoming:\n  \"7\": {page_max: \"${COUNT}\", subscriber: {type: rest, client: psa, entity: e}}\n"
      "outgoing: {out: {publisher: {type: file, path: a}}}\n"
      "routes:\n  r:\n    incoming: ${COUNT}\n    outgoing: out\n    key: ${COUNT}\n    concurrency: ${COUNT}\n");
  CHECK(config.routes.at(0).incoming == "7");
  CHECK(path_text(config.routes.at(0).key.value()) == "7");
  CHECK(config.routes.at(0).concurrency == 7);
  CHECK(config.incoming.at(0).name == "7");
}

TEST_CASE("a variable that looks like a number is checked like any text") {
  const auto result = configure("routes:\n  r:\n    incoming: ${COUNT}\n    outgoing: ${COUNT}\n    key: 1${COUNT}.\n");
  CHECK_FALSE(result.config);
  CHECK(lines(result.problems) ==
        "leat.yaml:3:15: routes.r.incoming: there is no incoming of the name that the ${...} gives\n"
        "leat.yaml:4:15: routes.r.outgoing: there is no outgoing of the name that the ${...} gives\n"
        "leat.yaml:5:10: routes.r.key: not a path such as company.id or items[0].name: the value of the ${...}\n");
}

TEST_CASE("plugins, log and store can be read before any plugin is there, each that is right") {
  const auto early = [](const std::string& yaml) {
    return read_early(parse_document(yaml, "leat.yaml", sample_environment()));
  };
  const EarlyConfig whole = early(kWhole);
  REQUIRE(whole.plugins);
  CHECK(whole.plugins->folders.size() == 2);
  REQUIRE(whole.log);
  CHECK(whole.log->level == Level::warn);
  CHECK(whole.store);
  const EarlyConfig none = early("routes: 5\n");  // somebody else's mistake
  REQUIRE((none.plugins && none.log && none.store));
  CHECK(none.store->path == here("leat.db"));
  CHECK(none.problems.empty());

  struct Row {
    const char* yaml;
    const char* wrong;
    const char* said;
  };
  const Row rows[] = {
      {"plugins: {folders: 5}", "plugins", "leat.yaml:1:20: plugins.folders: expected an array, found 5\n"},
      {"plugins: {allow: [abc]}", "plugins", nullptr},
      {"plugins: {allow: abc}", "plugins", nullptr},
      {"plugins: \"${UNSET}\"", "plugins", "leat.yaml:1:10: plugins: the environment variable UNSET is not set\n"},
      {"log: {level: loud}", "log", nullptr},
      {"store: {path: \"${UNSET}\"}", "store",
       "leat.yaml:1:15: store.path: the environment variable UNSET is not set\n"},
      {"x-path: &path ${UNSET}\nstore: {path: *path}", "store",
       "leat.yaml:1:9: x-path: the environment variable UNSET is not set\n"},
      {"store: {path: b}\nstore: {path: a}", "store", nullptr},
      {"stroe: {path: a}", "store", nullptr},
      {"store: {paths: a}\nlog: 1\nlogs: {}", "store log", nullptr},
      {"clients: {a: {key: \"${UNSET}\"}}", "",
       "leat.yaml:1:20: clients.a.key: the environment variable UNSET is not set\n"},
      {"storeroom: {}", "", nullptr},
      {"plugins: [", "plugins log store", nullptr},
  };
  for (const Row& row : rows) {
    CAPTURE(row.yaml);
    const EarlyConfig read = early(row.yaml);
    std::string wrong;
    if (!read.plugins) wrong += " plugins";
    if (!read.log) wrong += " log";
    if (!read.store) wrong += " store";
    std::string expected;
    for (const char* section : {"plugins", "log", "store"}) {
      if (std::string(row.wrong).find(section) != std::string::npos) expected += std::string(" ") + section;
    }
    CHECK(wrong == expected);
    CHECK(has_errors(read.problems));
    if (row.said != nullptr) CHECK(lines(read.problems) == row.said);
  }
}

TEST_CASE("what is said about a single plugin has its place, and defaults for the rest") {
  const auto plugins =
      read_early(parse_document("plugins:\n  libraries:\n    acme.tools: {isolation: process, memory_max: 1MiB}\n"
                                "    libother.so: {call_limit: 0, crashes_max: 3, crashes_within: 1h}\n",
                                "leat.yaml", sample_environment()))
          .plugins.value();
  REQUIRE(plugins.libraries.size() == 2);
  const LibraryConfig* tools = plugins.find("libtools.so", "acme.tools");
  REQUIRE(tools != nullptr);
  CHECK(tools->isolated);
  CHECK(tools->memory_max == 1U << 20U);
  CHECK(tools->position.line == 3);
  const LibraryConfig standard;
  CHECK(tools->call_limit == standard.call_limit);
  CHECK(tools->crashes_max == standard.crashes_max);
  CHECK(tools->crashes_within == standard.crashes_within);
  const LibraryConfig* other = plugins.find("libother.so", "acme.other");
  REQUIRE(other != nullptr);
  CHECK_FALSE(other->isolated);
  CHECK(other->call_limit == 0ms);
  CHECK(other->crashes_max == 3);
  CHECK(other->crashes_within == 1h);
  CHECK(other->memory_max == standard.memory_max);
  CHECK(plugins.find("libthird.so", "acme.third") == nullptr);
}

TEST_CASE("the list of allowed plugins is read before any of them") {
  const auto allowed = [](const std::string& yaml) {
    return read_early(parse_document(yaml, "leat.yaml", sample_environment())).plugins.value().allow;
  };
  const std::string sum(64, 'a');
  CHECK(allowed("routes: {}\n") == std::nullopt);
  CHECK(allowed("plugins: {folders: [a]}\n") == std::nullopt);
  CHECK(allowed("plugins: {allow: [" + sum + "]}\n") == std::vector<std::string>{sum});
  CHECK(allowed("plugins: {allow: []}\n") == std::vector<std::string>{});
}
