// Records of another system become tickets, each exactly once, while answers are lost, the server refuses and leat is
// killed: the publisher looks for a ticket before it creates one.
#include <doctest/doctest.h>
#include <poll.h>
#include <signal.h>

#include <fstream>
#include <iostream>
#include <map>
#include <random>

#include "scenario/story.hpp"

using namespace leat::test;

namespace {

constexpr unsigned kSeed = 20261126;
constexpr int kRecords = 400;
constexpr int kKills = 12;

constexpr const char* kConfig = R"(
incoming:
  orders:
    subscriber: { type: file, path: orders.ndjson }
outgoing:
  tickets:
    transformers:
      - type: map
        fields:
          payload:
            summary: "{{ text }}"
            externalXRef: "{{ key }}"
            company: { id: 3 }
            board: Help Desk
            status: "{{ status }}"
            customFields: { Asset: "{{ asset }}" }
    publisher:
      type: connectwise
      client: psa
      entity: POST /service/tickets
      match: externalXRef
      names: { cache: 10m }
routes:
  orders-to-tickets:
    { incoming: orders, outgoing: tickets, key: key, retry: { backoff_first: 50ms, backoff_max: 200ms, max_attempts: 50 } }
)";

void write_orders(const Story& story, const std::string& status) {
  std::ofstream out(story.folder().path() / "orders.ndjson");
  for (int i = 0; i < kRecords; ++i) {
    out << Json({{"key", "order \"" + std::to_string(i) + "\" \\ O'Neil"},
                 {"text", "Order " + std::to_string(i)},
                 {"status", status},
                 {"asset", "PC-" + std::to_string(i)}})
               .dump()
        << "\n";
  }
}

struct Seen {
  std::map<std::string, int> tickets;  // by externalXRef
  int wrong_status = 0;
};
Seen look(const Sandbox& sandbox, const std::string& status) {
  Seen seen;
  for (const Json& ticket :
       sandbox.get("/service/tickets?pageSize=1000&conditions=externalXRef%20like%20%22order%2A%22")) {
    ++seen.tickets[ticket["externalXRef"].get<std::string>()];
    if (ticket["status"]["name"] != status) ++seen.wrong_status;
  }
  return seen;
}

}  // namespace

TEST_CASE("each order becomes one ticket across kills, lost answers and refusals, and is changed from then on") {
  const Sandbox sandbox({"--tickets", "10", "--latency", "3", "--drop-after-every", "9", "--fault-method", "POST"});
  const Story story(sandbox, kConfig);
  write_orders(story, "New");

  CAPTURE(kSeed);
  std::mt19937 random(kSeed);
  std::uniform_int_distribution<int> life(20, 250);
  int met = 0;
  for (int i = 0; i < kKills; ++i) {
    const auto program = story.start({"run", "--once", story.config()});
    poll(nullptr, 0, life(random));  // the instant is what is random here; nothing is waited for
    met += program->running() ? 1 : 0;
    program->signal(SIGKILL);
    program->wait();
  }
  const Exit last = story.run_once();
  CAPTURE(last.err);
  REQUIRE(last.code == 0);
  const Seen created = look(sandbox, "New");
  CHECK(met >= kKills / 2);
  CHECK(created.tickets.size() == kRecords);
  int duplicates = 0;
  for (const auto& [key, count] : created.tickets) duplicates += count - 1;
  CHECK(duplicates == 0);
  CHECK(created.wrong_status == 0);
  const std::uint64_t posts = sandbox.requests("POST /service/tickets");

  // The same orders, further on: no ticket is made, each is changed once.
  write_orders(story, "In Progress");
  REQUIRE(story.leat({"cursor", "reset", "orders", "-c", story.config()}).code == 0);
  REQUIRE(story.run_once().code == 0);
  const Seen changed = look(sandbox, "In Progress");
  CHECK(changed.tickets == created.tickets);
  CHECK(changed.wrong_status == 0);
  CHECK(sandbox.requests("POST /service/tickets") == posts);
  for (const Json& task : story.tasks()) CHECK(task["status"] == "finished");
  std::cout << "upsert story: " << met << " of " << kKills << " kills met a running leat; " << posts << " POSTs for "
            << kRecords << " records, " << duplicates << " duplicates\n";
}
