// Steps that go on from what was sent: cross-references, and routes after routes.
#include <doctest/doctest.h>

#include "scenario/story.hpp"

using namespace leat::test;

namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// Orders become tickets, each ticket gets a note, and what came of it is written to a file. An order that comes again
// finds its ticket.
constexpr const char* kOrders = R"(
incoming: { orders: { subscriber: { type: file, path: orders.ndjson } } }
outgoing:
  tickets:
    transformers:
      - type: map
        fields:
          path: {}
          payload: { summary: "Order {{ number }}", company: { id: 2 }, board: { id: 1 } }
    publisher: { type: connectwise, client: psa, entity: POST /service/tickets }
    xref: { set: tickets, source: number }
  notes:
    transformers:
      - type: map
        fields:
          path: { parentId: "{{ answer.id! }}" }
          payload: { text: "{{ record.comment }}", internalAnalysisFlag: true }
    publisher: { type: connectwise, client: psa, entity: "POST /service/tickets/{parentId}/notes" }
  done:
    transformers:
      - type: map
        fields:
          order: "{{ record.record.number }}"
          ticket: "{{ record.answer.id }}"
          known: "{{ number(xref('tickets', record.record.number)) }}"
          note: "{{ answer.id }}"
    publisher: { type: file, path: done.ndjson }
routes:
  tickets: { incoming: orders, outgoing: tickets, key: number,
             transformers: [{ type: filter, when: "xref('tickets', number) is null" }] }
  notes: { after: tickets, outgoing: notes, key: answer.id }
  done: { after: notes, outgoing: done }
)";

}  // namespace

TEST_CASE("an order becomes a ticket, the ticket gets a note, and each step knows what the ones before it made") {
  const Sandbox sandbox({"--tickets", "20"});
  const Story story(sandbox, kOrders);
  story.folder().write("orders.ndjson",
                       "{\"number\":\"A-1\",\"comment\":\"first\"}\n{\"number\":\"A-2\",\"comment\":\"second\"}\n");
  const Exit run = story.leat({"run", "--once", "--json", story.config()});
  CAPTURE(run.err);
  CAPTURE(run.out);
  REQUIRE(run.code == 0);
  const auto done = story.lines("done.ndjson");
  REQUIRE(done.size() == 2);
  std::string second;
  for (const Json& line : done) {
    CAPTURE(line.dump());
    if (line["order"] == "A-2") second = std::to_string(line["ticket"].get<int>());
    const int ticket = line["ticket"];
    CHECK(line["known"] == ticket);
    CHECK(sandbox.get("/service/tickets/" + std::to_string(ticket))["summary"] ==
          "Order " + line["order"].get<std::string>());
    const Json notes = sandbox.get("/service/tickets/" + std::to_string(ticket) + "/notes");
    CHECK(has(notes.dump(), line["order"] == "A-1" ? "first" : "second"));
  }
  CHECK(Json::parse(run.out)["routes"][1]["after"] == "tickets");

  const std::string config = story.config();
  const Exit found = story.leat({"xref", "tickets", "-c", config, "--source", "A-2", "--json"});
  REQUIRE(found.code == 0);
  CHECK(Json::parse(found.out)["target"] == second);
  CHECK(has(story.leat({"xref", "-c", config}).out, "A-1"));
  CHECK(has(story.leat({"xref", "--store", (story.folder().path() / "leat.db").string()}).out, "A-1"));
  CHECK(story.leat({"xref", "-c", config, "--target", "0"}).code == 1);

  // The same orders again: their tickets are known.
  REQUIRE(story.leat({"cursor", "reset", "orders", "-c", config}).code == 0);
  CHECK(story.run_once().code == 0);
  CHECK(sandbox.requests("POST /service/tickets") == 2);
  // One is forgotten, and comes again.
  CHECK(story.leat({"xref", "tickets", "-c", config, "--remove", "--source", "A-1"}).out ==
        "1 cross-reference removed\n");
  CHECK(story.leat({"xref", "tickets", "-c", config, "--remove", "--source", "A-1"}).code == 1);
  CHECK(story.leat({"xref", "-c", config, "--remove", "--source", "A-1"}).code == 2);
  REQUIRE(story.leat({"cursor", "reset", "orders", "-c", config}).code == 0);
  CHECK(story.run_once().code == 0);
  CHECK(sandbox.requests("POST /service/tickets") == 3);
  CHECK(story.lines("done.ndjson").size() == 3);
}

TEST_CASE("an answer without the id is told of, and the record is delivered all the same") {
  const Story story(R"(
incoming: { people: { subscriber: { type: file, path: people.ndjson } } }
outgoing: { copy: { publisher: { type: file, path: copy.ndjson }, xref: { set: people, source: id } } }
routes: { copy: { incoming: people, outgoing: copy } }
)");
  story.folder().write("people.ndjson", "{\"id\":1}\n{\"id\":2}\n");
  const Exit run = story.run_once();
  CHECK(run.code == 0);
  CHECK(has(run.err, "no cross-reference is written: the publisher's answer has no value at id"));
  CHECK(has(run.err, "2 delivered without a cross-reference"));
  CHECK(story.lines("copy.ndjson").size() == 2);
  CHECK(story.leat({"xref", "-c", story.config()}).out == "no cross-references\n");
}
