// A clean stop: what is in flight ends or is given back, nothing is sent twice, and a second signal does not wait.
#include <doctest/doctest.h>
#include <signal.h>

#include <map>

#include "scenario/story.hpp"

using namespace leat::test;

namespace {

constexpr int kTickets = 120;
constexpr int kWorkers = 4;  // of a route, unless it says otherwise
constexpr const char* kPosts = "POST /service/tickets/{parentId}/notes";

constexpr const char* kNotes = R"(
incoming:
  tickets:
    subscriber: { type: connectwise, client: psa, entity: GET /service/tickets, pagination: { page_size: 50 } }
outgoing:
  notes:
    transformers:
      - type: map
        fields:
          path: { parentId: "{{ id }}" }
          payload: { text: "stop story", internalAnalysisFlag: true }
    publisher: { type: connectwise, client: psa, method: POST, entity: "POST /service/tickets/{parentId}/notes" }
routes: { notes: { incoming: tickets, outgoing: notes, key: id, deduplicate: { fields: [id] } } }
)";

// Waits until the sandbox has been asked for `count` notes; its page of requests is the only event there is.
void wait_for_posts(Program& leat, const Sandbox& sandbox, std::uint64_t count) {
  while (sandbox.requests(kPosts) < count) REQUIRE(leat.running());
}

std::map<std::string, int> by_status(const Story& story) {
  std::map<std::string, int> counts;
  for (const Json& task : story.tasks()) ++counts[task["status"].get<std::string>()];
  return counts;
}

}  // namespace

TEST_CASE("SIGTERM and SIGINT end requests in flight and give the rest back; the next run does them once") {
  for (const int number : {SIGTERM, SIGINT}) {
    for (const bool once : {false, true}) {
      CAPTURE(number);
      CAPTURE(once);
      const Sandbox sandbox({"--tickets", std::to_string(kTickets), "--latency", "100"});
      const Story story(sandbox, kNotes);
      const auto leat = once ? story.start({"run", "--once", story.config()}) : story.start({"run", story.config()});
      wait_for_posts(*leat, sandbox, 8);
      leat->signal(number);
      const Exit stopped = leat->wait();
      CAPTURE(stopped.err);
      CHECK(stopped.signal == 0);
      CHECK(stopped.code == 0);
      const auto asked = sandbox.requests(kPosts);
      CHECK(asked >= 8);
      CHECK(asked < kTickets);
      const auto counts = by_status(story);
      CHECK(counts.count("processing") == 0);
      CHECK(counts.count("uncertain") == 0);
      CHECK(static_cast<std::uint64_t>(counts.at("finished")) == asked);

      const Exit ended = story.run_once();
      CAPTURE(ended.err);
      CHECK(ended.code == 0);
      CHECK(sandbox.requests(kPosts) == kTickets);
      CHECK(by_status(story) == std::map<std::string, int>{{"finished", kTickets}});
    }
  }
}

TEST_CASE("a second signal ends it at once; what was being sent is uncertain, the rest is untouched") {
  const Sandbox sandbox({"--tickets", "8", "--latency", "2000"});
  const Story story(sandbox, kNotes);
  const auto leat = story.start({"run", story.config()});
  wait_for_posts(*leat, sandbox, kWorkers);  // else one is uncertain that never left
  leat->signal(SIGTERM);
  leat->wait_for("asked to stop");
  leat->signal(SIGTERM);
  const Exit stopped = leat->wait(std::chrono::seconds(5));
  CAPTURE(stopped.err);
  CHECK(stopped.code == 128 + SIGTERM);

  const Exit next = story.run_once();
  CAPTURE(next.err);
  CHECK(next.code == 1);  // somebody has to look
  const auto counts = by_status(story);
  REQUIRE(counts.count("uncertain") == 1);
  CHECK(counts.at("uncertain") <= kWorkers);
  CHECK(counts.at("uncertain") + counts.at("finished") == 8);
  CHECK(sandbox.requests(kPosts) == 8);
}
