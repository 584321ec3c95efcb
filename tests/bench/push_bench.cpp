// A push: notes for tickets, one POST each, from an NDJSON file. `leat run --once`, durable and replayable, next to
// libcurl posting the same bodies over as many connections: what the server can take. Once with a server that answers
// as fast as it can, once with one that takes its time, as a real one does.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>

#include "bench/contest.hpp"

namespace {

using leat::test::Contest;
using leat::test::Cost;
using leat::test::expect;
using leat::test::Program;
using leat::test::Sandbox;
using leat::test::Story;

constexpr int kTickets = 100;

struct Push {
  std::uint64_t notes = 0;
  int connections = 0;
};

std::string body_of(std::uint64_t i) {
  return fmt::format(
      R"({{"text":"Note {}: the printer on the second floor still does not print","internalAnalysisFlag":true}})", i);
}

std::vector<std::uint64_t> ticket_ids(const Sandbox& sandbox) {
  std::vector<std::uint64_t> ids;
  for (const auto& ticket : sandbox.get("/service/tickets?fields=id&pageSize=100")) ids.push_back(ticket["id"]);
  expect("tickets of the sandbox", ids.size(), kTickets);
  return ids;
}

Cost push_with_libcurl(const Sandbox& sandbox, const std::vector<std::uint64_t>& tickets, const Push& push) {
  const leat::test::TempDir folder;
  std::string lines;
  for (std::uint64_t i = 0; i < push.notes; ++i) {
    lines += fmt::format("/service/tickets/{}/notes {}\n", tickets[i % tickets.size()], body_of(i));
  }
  const std::string file = folder.write("posts", lines);
  Program program(
      {leat::test::build_folder() + "/bin/bench_curl_push", sandbox.base_uri(), std::to_string(push.connections), file},
      leat::test::curl_credentials());
  return measure(program, sandbox);
}

Cost push_with_leat(const Sandbox& sandbox, const std::vector<std::uint64_t>& tickets, const Push& push,
                    std::string_view durability) {
  Story story(fmt::format(R"(clients:
  psa:
    type: connectwise
    base_uri: ${{CW_BASE_URI}}
    client_id: ${{CW_CLIENT_ID}}
    company_id: sandbox
    public_key: ${{CW_PUBLIC_KEY}}
    private_key: ${{CW_PRIVATE_KEY}}
    max_in_flight: {0}
incoming:
  notes: {{ subscriber: {{ type: file, path: notes.ndjson }} }}
outgoing:
  post: {{ publisher: {{ type: connectwise, client: psa, entity: "POST /service/tickets/{{parentId}}/notes" }} }}
routes:
  notes: {{ incoming: notes, outgoing: post, durability: {1}, concurrency: {0} }}
store: {{ path: leat.db }}
)",
                          push.connections, durability));
  story.variables["CW_BASE_URI"] = sandbox.base_uri();
  std::string lines;
  for (std::uint64_t i = 0; i < push.notes; ++i) {
    lines += fmt::format("{{\"path\":{{\"parentId\":{}}},\"payload\":{}}}\n", tickets[i % tickets.size()], body_of(i));
  }
  story.folder().write("notes.ndjson", lines);
  return measure(*story.start({"run", "--once", story.config()}), sandbox);
}

void contest_of(const Push& push, int latency_ms, int rounds) {
  const Sandbox sandbox({"--tickets", std::to_string(kTickets), "--latency", std::to_string(latency_ms)});
  const auto tickets = ticket_ids(sandbox);
  const auto counted = [&](const auto& work) {
    return [&, work] {
      const std::string operation = "POST /service/tickets/{parentId}/notes";
      const std::uint64_t before = sandbox.requests(operation);
      Cost cost = work();
      cost.records = sandbox.requests(operation) - before;
      expect("notes that the server got", cost.records, push.notes);
      return cost;
    };
  };
  Contest contest;
  contest.add("libcurl", counted([&] { return push_with_libcurl(sandbox, tickets, push); }));
  contest.add("leat, replayable", counted([&] { return push_with_leat(sandbox, tickets, push, "replayable"); }));
  contest.add("leat, durable", counted([&] { return push_with_leat(sandbox, tickets, push, "durable"); }));
  contest.run(rounds);
  fmt::print("{} POSTs over {} connections, answered after {} ms, {} rounds: medians, RSS the highest\n", push.notes,
             push.connections, latency_ms, rounds);
  contest.print();
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("What a push costs: leat next to libcurl, against the server's own rate.", "bench_push");
  Push push{2000, 4};
  std::vector<int> latencies = {0, 10};
  int rounds = 5;
  app.add_option("NOTES", push.notes)->check(CLI::PositiveNumber)->capture_default_str();
  app.add_option("--connections", push.connections)->check(CLI::Range(1, 64))->capture_default_str();
  app.add_option("--latency", latencies, "Milliseconds before each answer; one contest for each number")
      ->capture_default_str();
  app.add_option("--rounds", rounds)->check(CLI::Range(1, 1000))->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  try {
    for (const int latency : latencies) contest_of(push, latency, rounds);
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench_push: {}\n", error.what());
    return 1;
  }
  return 0;
}
