// Records travel: ConnectWise (sandbox) -> file, -> ConnectWise, through the plugins of the folder.
#include <doctest/doctest.h>

#include <set>

#include "scenario/story.hpp"

using namespace leat::test;

TEST_CASE("every ticket reaches the file once, and a second run adds nothing") {
  const Sandbox sandbox({"--tickets", "2500"});
  const Story story(sandbox, R"(
incoming:
  tickets:
    subscriber: { type: connectwise, client: psa, entity: GET /service/tickets, pagination: { page_size: 1000 } }
outgoing: { archive: { publisher: { type: file, path: tickets.ndjson } } }
routes: { archive: { incoming: tickets, outgoing: archive, key: id, deduplicate: {} } }
)");
  for (int runs = 0; runs < 2; ++runs) {
    const Exit ran = story.run_once();
    CAPTURE(ran.err);
    REQUIRE(ran.code == 0);
    std::set<int> ids;
    const auto lines = story.lines("tickets.ndjson");
    for (const Json& ticket : lines) ids.insert(ticket["id"].get<int>());
    CHECK(lines.size() == 2500);
    CHECK(ids.size() == 2500);
  }
}

TEST_CASE("the vendor guide's two names send GET and PUT to address format 4") {
  const Sandbox sandbox;
  const Story story(sandbox, R"(
incoming:
  format:
    subscriber:
      type: connectwise
      client: psa
      entity: AddressFormats - Get AddressFormat by id
      parameters: { path: { id: 4 } }
outgoing:
  format:
    transformers:
      - type: map
        fields: { path: { id: "{{ id }}" }, payload: { name: "{{ name }} new", format: "{{ format }}"
}
}
    publisher: { type: connectwise, client: psa, method: PUT, entity: AddressFormats - Put AddressFormat }
routes: { format: { incoming: format, outgoing: format } }
)");
  const std::string before = sandbox.get("/company/addressFormats/4")["name"];
  const auto gets = sandbox.requests("GET /company/addressFormats/{id}");
  const Exit ran = story.run_once();
  CAPTURE(ran.err);
  REQUIRE(ran.code == 0);
  CHECK(sandbox.requests("GET /company/addressFormats/{id}") == gets + 1);
  CHECK(sandbox.requests("PUT /company/addressFormats/{id}") == 1);
  CHECK(sandbox.get("/company/addressFormats/4")["name"] == before + " new");
}

TEST_CASE("open tickets become notes, and each publisher's answer is kept with its task") {
  const Sandbox sandbox({"--tickets", "60"});
  const Story story(sandbox, R"(
incoming:
  tickets:
    subscriber: { type: connectwise, client: psa, entity: getServiceTickets, pagination: { page_size: 25 } }
outgoing:
  notes:
    transformers:
      - type: map
        fields:
          path: { parentId: "{{ id }}" }
          payload: { text: "seen: {{ summary }}", internalAnalysisFlag: true }
    publisher: { type: connectwise, client: psa, method: POST, entity: "POST /service/tickets/{parentId}/notes" }
routes:
  notes:
    incoming: tickets
    transformers: [{ type: filter, when: closedFlag = false }]
    outgoing: notes
    key: id
    deduplicate: { fields: [id] }
)");
  const auto open = sandbox.get("/service/tickets/count?conditions=closedFlag%3Dfalse")["count"].get<std::uint64_t>();
  REQUIRE(open > 0);
  REQUIRE(story.run_once().code == 0);
  CHECK(sandbox.requests("POST /service/tickets/{parentId}/notes") == open);
  REQUIRE(story.run_once().code == 0);
  CHECK(sandbox.requests("POST /service/tickets/{parentId}/notes") == open);
  const auto tasks = story.tasks({"--status", "finished"});
  REQUIRE(tasks.size() == open);
  const Exit shown =
      story.leat({"tasks", "show", "--json", "-c", story.config(), std::to_string(tasks.front()["id"].get<int>())});
  const Json answer = Json::parse(shown.out)["answer"];
  CHECK(answer["text"].get<std::string>().substr(0, 6) == "seen: ");
  CHECK(answer["id"].is_number());
}

TEST_CASE("request parameters pass the request transformers before each call") {
  const Sandbox sandbox({"--tickets", "40"});
  const Story story(sandbox, R"(
incoming:
  tickets:
    subscriber:
      type: connectwise
      client: psa
      entity: GET /service/tickets
      parameters: { query: { conditions: "id < 10" } }
      request_transformers:
        - { type: set, fields: { "query.conditions": "id < 4" } }
      pagination: false
outgoing: { archive: { publisher: { type: file, path: tickets.ndjson } } }
routes: { archive: { incoming: tickets, outgoing: archive } }
)");
  const Exit ran = story.run_once();
  CAPTURE(ran.err);
  REQUIRE(ran.code == 0);
  CHECK(story.lines("tickets.ndjson").size() == 3);
}

TEST_CASE("one incoming is fetched once for all its routes") {
  const Sandbox sandbox({"--tickets", "90"});
  const Story story(sandbox, R"(
incoming:
  tickets:
    subscriber: { type: connectwise, client: psa, entity: GET /service/tickets, pagination: { page_size: 50 } }
outgoing:
  a: { publisher: { type: file, path: a.ndjson } }
  b: { publisher: { type: file, path: b.ndjson } }
routes:
  to-a: { incoming: tickets, outgoing: a }
  to-b: { incoming: tickets, outgoing: b, transformers: [{ type: filter, when: id <= 10 }] }
)");
  REQUIRE(story.run_once().code == 0);
  CHECK(story.lines("a.ndjson").size() == 90);
  CHECK(story.lines("b.ndjson").size() == 10);
  CHECK(sandbox.requests("GET /service/tickets") == 3);  // two pages, and the question for the largest id
}

TEST_CASE("fetch prints records and stores nothing") {
  const Sandbox sandbox({"--tickets", "90"});
  const Story story(sandbox, R"(
incoming:
  tickets:
    subscriber: { type: connectwise, client: psa, entity: GET /service/tickets, pagination: { page_size: 50 } }
)");
  const Exit all = story.leat({"fetch", story.config(), "tickets"});
  CHECK(json_lines(all.out).size() == 90);
  CHECK(all.err.find("90 records") != std::string::npos);
  CHECK(json_lines(story.leat({"fetch", story.config(), "tickets", "--limit", "7"}).out).size() == 7);
  CHECK(story.folder().read("leat.db").empty());
}

TEST_CASE("a replayable route keeps records in memory and loses none") {
  const Sandbox sandbox({"--tickets", "2500"});
  const Story story(sandbox, R"(
incoming:
  tickets:
    subscriber: { type: connectwise, client: psa, entity: GET /service/tickets, pagination: { page_size: 500 } }
outgoing: { archive: { publisher: { type: file, path: tickets.ndjson } } }
routes: { archive: { incoming: tickets, outgoing: archive, durability: replayable } }
)");
  const Exit ran = story.run_once();
  CAPTURE(ran.err);
  REQUIRE(ran.code == 0);
  CHECK(story.lines("tickets.ndjson").size() == 2500);
  CHECK(story.tasks().empty());
}
