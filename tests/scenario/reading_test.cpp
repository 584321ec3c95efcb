// Reading in the whole host: what changed, and the children of many parents, across `kill -9` at random instants.
#include <doctest/doctest.h>
#include <poll.h>
#include <signal.h>

#include <map>
#include <random>
#include <set>

#include "scenario/story.hpp"

using namespace leat::test;

namespace {

constexpr unsigned kSeed = 20261126;

// Starts the route again and again and kills it. Gives how many kills met a running process.
int run_with_kills(const Story& story, int kills, int longest_ms) {
  std::mt19937 random(kSeed);
  std::uniform_int_distribution<int> life(0, longest_ms);
  int met = 0;
  for (int i = 0; i < kills; ++i) {
    const auto program = story.start({"run", "--once", story.config()});
    poll(nullptr, 0, life(random));  // the instant is what is random here; nothing is waited for
    if (program->running()) ++met;
    program->signal(SIGKILL);
    program->wait();
  }
  return met;
}

}  // namespace

TEST_CASE("an incremental read that is killed again and again gives every ticket, and afterwards none again") {
  constexpr int tickets = 3000;
  const Sandbox sandbox({"--tickets", std::to_string(tickets), "--latency", "20"});
  const Story story(sandbox, R"(
incoming:
  tickets:
    subscriber:
      { type: connectwise, client: psa, entity: GET /service/tickets, incremental: {}, pagination: { page_size: 50 } }
outgoing:
  archive: { publisher: { type: file, path: tickets.ndjson } }
routes:
  archive: { incoming: tickets, outgoing: archive, key: id }
)");
  CHECK(run_with_kills(story, 15, 700) > 0);
  const Exit last = story.run_once();
  CAPTURE(last.err);
  REQUIRE(last.code == 0);
  std::set<int> ids;
  for (const Json& line : story.lines("tickets.ndjson")) ids.insert(line.at("id").get<int>());
  CHECK(ids.size() == tickets);
  const std::size_t lines = story.lines("tickets.ndjson").size();
  const auto requests = sandbox.requests("GET /service/tickets");
  REQUIRE(story.run_once().code == 0);
  CHECK(story.lines("tickets.ndjson").size() == lines);
  CHECK(sandbox.requests("GET /service/tickets") - requests == 2);  // the newest change, and what is at the border
}

TEST_CASE("the notes of all tickets arrive across kills, each with its ticket") {
  constexpr int tickets = 200;
  const Sandbox sandbox({"--tickets", std::to_string(tickets), "--latency", "10"});
  const Story story(sandbox, R"(
incoming:
  notes:
    subscriber:
      type: connectwise
      client: psa
      entity: GET /service/tickets/{parentId}/notes
      for_each: { entity: GET /service/tickets, path: { parentId: id } }
outgoing:
  archive: { publisher: { type: file, path: notes.ndjson } }
routes:
  archive: { incoming: notes, outgoing: archive }
)");
  CHECK(run_with_kills(story, 10, 500) > 0);
  REQUIRE(story.run_once().code == 0);
  std::map<int, std::set<int>> read;
  for (const Json& line : story.lines("notes.ndjson")) {
    CHECK(line.at("parent").at("parentId") == line.at("ticketId"));
    read[line.at("ticketId").get<int>()].insert(line.at("id").get<int>());
  }
  for (int ticket = 1; ticket <= tickets; ++ticket) {
    const Json notes = sandbox.get("/service/tickets/" + std::to_string(ticket) + "/notes?pageSize=1000");
    CHECK(read[ticket].size() == notes.size());
  }
}
