// `kill -9` at random instants: every record arrives, none is lost, and what arrives twice had an unknown outcome.
#include <doctest/doctest.h>
#include <poll.h>
#include <signal.h>

#include <iostream>
#include <map>
#include <random>
#include <set>

#include "scenario/story.hpp"

using namespace leat::test;

namespace {

constexpr unsigned kSeed = 20261124;
constexpr int kTickets = 2000;

// Starts the route again and again and kills it, then lets it end. Gives how many kills met a running process.
int run_with_kills(const Story& story, int kills, std::chrono::milliseconds longest) {
  std::mt19937 random(kSeed);
  std::uniform_int_distribution<int> life(0, static_cast<int>(longest.count()));
  int met = 0;
  for (int i = 0; i < kills; ++i) {
    const auto program = story.start({"run", "--once", story.config()});
    const int ms = life(random);
    poll(nullptr, 0, ms);  // the instant is what is random here; nothing is waited for
    if (program->running()) ++met;
    program->signal(SIGKILL);
    CHECK((program->wait().signal == SIGKILL || program->running() == false));
  }
  return met;
}

}  // namespace

TEST_CASE("every POST arrives across 50 kills, and twice only where the outcome was unknown") {
  const Sandbox sandbox({"--tickets", std::to_string(kTickets), "--latency", "15"});
  const Story story(sandbox, R"(
incoming:
  tickets:
    subscriber: { type: connectwise, client: psa, entity: GET /service/tickets, pagination: { page_size: 100 } }
outgoing:
  notes:
    transformers:
      - type: map
        fields:
          path: { parentId: "{{ id }}" }
          payload: { text: "crash story", internalAnalysisFlag: true }
    publisher: { type: connectwise, client: psa, method: POST, entity: "POST /service/tickets/{parentId}/notes" }
routes:
  tickets-to-notes: { incoming: tickets, outgoing: notes, key: id, uncertain: resend, deduplicate: { fields: [id] } }
)");
  CAPTURE(kSeed);
  const int met = run_with_kills(story, 50, std::chrono::milliseconds(450));
  const Exit last = story.run_once();
  CAPTURE(last.err);
  REQUIRE(last.code == 0);

  std::map<std::string, int> unknown;  // by key: attempts without an outcome
  std::size_t finished = 0;
  for (const Json& task : story.tasks()) {
    CHECK(task["status"] == "finished");
    ++finished;
    if (task["attempts"].get<int>() < 2) continue;
    const Json shown = Json::parse(
        story.leat({"tasks", "show", "--json", "-c", story.config(), std::to_string(task["id"].get<int>())}).out);
    for (const Json& attempt : shown["history"]) {
      if (attempt["outcome"] == "uncertain") ++unknown[task["key"].get<std::string>()];
    }
  }
  CHECK(finished == kTickets);

  int duplicates = 0;
  int missing = 0;
  int unexplained = 0;
  for (int id = 1; id <= kTickets; ++id) {
    int notes = 0;
    for (const Json& note : sandbox.get("/service/tickets/" + std::to_string(id) + "/notes?pageSize=1000")) {
      if (note["text"] == "crash story") ++notes;
    }
    if (notes == 0) ++missing;
    if (notes > 1) duplicates += notes - 1;
    const auto found = unknown.find(std::to_string(id));
    if (notes - 1 > (found == unknown.end() ? 0 : found->second)) ++unexplained;
  }
  int unknown_attempts = 0;
  for (const auto& [key, count] : unknown) unknown_attempts += count;
  CHECK(missing == 0);
  CHECK(unexplained == 0);
  CHECK(met >= 40);
  std::cout << "crash story: " << met << " of 50 kills met a running leat; " << kTickets << " records, " << missing
            << " lost, " << unknown_attempts << " attempts with unknown outcome, " << duplicates << " duplicates, "
            << unexplained << " of them unexplained\n";
}

TEST_CASE("a file holds each record once across 20 kills") {
  const Sandbox sandbox({"--tickets", std::to_string(kTickets), "--latency", "5"});
  const Story story(sandbox, R"(
incoming:
  tickets:
    subscriber: { type: connectwise, client: psa, entity: GET /service/tickets, pagination: { page_size: 50 } }
outgoing:
  archive: { publisher: { type: file, path: tickets.ndjson } }
routes:
  tickets-to-archive: { incoming: tickets, outgoing: archive, key: id, deduplicate: { fields: [id] } }
)");
  const int met = run_with_kills(story, 20, std::chrono::milliseconds(350));
  const Exit last = story.run_once();
  CAPTURE(last.err);
  REQUIRE(last.code == 0);
  std::set<int> ids;
  std::size_t lines = 0;
  for (const Json& ticket : story.lines("tickets.ndjson")) {
    ids.insert(ticket["id"].get<int>());
    ++lines;
  }
  CHECK(ids.size() == kTickets);
  CHECK(lines == ids.size());
  std::cout << "crash story, file: " << met << " of 20 kills met a running leat; " << lines << " lines, " << ids.size()
            << " records\n";
}
