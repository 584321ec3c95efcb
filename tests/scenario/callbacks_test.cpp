// Callbacks through the whole: the sandbox announces a change, the listener stores it, the incoming wakes and fetches it.
#include <doctest/doctest.h>
#include <poll.h>
#include <signal.h>

#include <chrono>

#include "scenario/story.hpp"

using namespace leat::test;

namespace {

const char* listening = R"(
webhooks: { listen: "127.0.0.1:0" }
incoming:
  tickets:
    subscriber:
      type: connectwise
      client: psa
      entity: GET /service/tickets
      incremental: {}
      callbacks: { type: ticket }
outgoing:
  archive: { publisher: { type: file, path: tickets.ndjson } }
routes:
  archive: { incoming: tickets, outgoing: archive, key: id }
)";

// The file is the only event there is.
void wait_for_lines(Program& leat, const Story& story, std::size_t count) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(2);
  while (story.lines("tickets.ndjson").size() < count) {
    REQUIRE(leat.running());
    REQUIRE(std::chrono::steady_clock::now() < end);
    poll(nullptr, 0, 20);
  }
}

// Changes a ticket, as somebody else's integration would.
void change(const Sandbox& sandbox, int id, const std::string& summary) {
  const Story other(sandbox, R"(
incoming:
  ticket:
    subscriber: { type: connectwise, client: psa, entity: "GET /service/tickets/{id}", parameters: { path: { id: )" +
                                 std::to_string(id) + R"( } } }
outgoing:
  ticket:
    transformers:
      - { type: map, fields: { path: { id: "{{ id }}" }, payload: { summary: ")" +
                                 summary + R"(" } } }
    publisher: { type: connectwise, client: psa, method: PATCH, entity: "PATCH /service/tickets/{id}" }
routes:
  change: { incoming: ticket, outgoing: ticket }
)");
  const Exit done = other.run_once();
  CAPTURE(done.err);
  REQUIRE(done.code == 0);
}

}  // namespace

TEST_CASE("a change is announced, fetched and delivered though no schedule runs; so is the one after a restart") {
  const Sandbox sandbox({"--tickets", "30"});
  const Story story(sandbox, listening);
  for (const std::size_t run : {1U, 2U}) {
    const auto leat = story.start({"run", story.config()});
    wait_for_lines(*leat, story, 29 + run);
    // Entries are looked at at the start of a read, which the listener's port of this run makes necessary.
    leat->wait_for("callbacks: ");
    change(sandbox, 7, "change " + std::to_string(run));
    wait_for_lines(*leat, story, 30 + run);
    CHECK(story.lines("tickets.ndjson").back().at("summary") == "change " + std::to_string(run));
    leat->signal(SIGTERM);
    CHECK(leat->wait().code == 0);
  }
  std::size_t ours = 0;
  for (const Json& entry : sandbox.get("/system/callbacks?pageSize=1000")) {
    ours += entry.at("url").get<std::string>().ends_with("/tickets?recordId=") ? 1 : 0;
  }
  CHECK(ours == 1);
}
