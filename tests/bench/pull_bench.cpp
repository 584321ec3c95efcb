// A pull: all tickets of the sandbox, page by page, to an NDJSON file. `leat run --once`, replayable and durable, next
// to libcurl transferring the same bytes, in one run. README.md says how to read what it prints.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <sstream>

#include "bench/contest.hpp"
#include "scenario/story.hpp"

namespace {

using leat::test::Contest;
using leat::test::Cost;
using leat::test::expect;
using leat::test::Program;
using leat::test::Sandbox;
using leat::test::Story;

struct Pull {
  std::uint64_t tickets = 0;
  std::uint64_t page_size = 0;
  std::uint64_t latency_ms = 0;  // of the server, for each request
  std::uint64_t in_flight = 3;   // leat's; libcurl has one request on its way

  std::uint64_t pages() const { return (tickets + page_size - 1) / page_size; }
};

// `bytes` is what the bodies were together, for the others to compare with.
Cost pull_with_libcurl(const Sandbox& sandbox, const Pull& pull, std::uint64_t& bytes) {
  const leat::test::TempDir folder;
  Program program({leat::test::build_folder() + "/bin/bench_curl_pull", sandbox.base_uri(),
                   std::to_string(pull.page_size), (folder.path() / "tickets.json").string()},
                  leat::test::curl_credentials());
  std::string printed;
  Cost cost = measure(program, sandbox, &printed);
  std::uint64_t pages = 0;
  std::istringstream(printed) >> pages >> bytes;
  expect("pages of libcurl", pages, pull.pages());
  expect("bytes written by libcurl", leat::test::file_size(folder.path() / "tickets.json").bytes, bytes);
  cost.records = pull.tickets;
  cost.bytes = bytes;
  return cost;
}

Cost pull_with_leat(const Sandbox& sandbox, const Pull& pull, std::string_view durability, std::uint64_t body_bytes) {
  const Story story(sandbox, fmt::format(R"(incoming:
  tickets:
    subscriber:
      {{ type: connectwise, client: psa, entity: GET /service/tickets, pagination: {{ page_size: {}, in_flight: {} }} }}
outgoing:
  archive: {{ publisher: {{ type: file, path: tickets.ndjson }} }}
routes:
  archive: {{ incoming: tickets, outgoing: archive, durability: {} }}
store: {{ path: leat.db }}
)",
                                         pull.page_size, pull.in_flight, durability));
  Cost cost = measure(*story.start({"run", "--once", story.config()}), sandbox);
  const auto file = leat::test::file_size(story.folder().path() / "tickets.ndjson");
  expect("lines written by leat", file.lines, pull.tickets);
  // A page of n records has n + 1 bytes around them, n lines have n.
  expect("bytes written by leat", file.bytes, body_bytes - pull.pages());
  cost.records = file.lines;
  cost.bytes = file.bytes;
  return cost;
}

struct Peaks {
  std::uint64_t tickets, replayable, durable;
};

Peaks contest_of(const Pull& pull, int rounds) {
  const Sandbox sandbox({"--tickets", std::to_string(pull.tickets), "--latency", std::to_string(pull.latency_ms)});
  std::uint64_t bytes = 0;
  pull_with_libcurl(sandbox, pull, bytes);  // the server makes its tickets when it is first asked for them
  Contest contest;
  contest.add("libcurl", [&] { return pull_with_libcurl(sandbox, pull, bytes); });
  contest.add("leat, replayable", [&] { return pull_with_leat(sandbox, pull, "replayable", bytes); });
  contest.add("leat, durable", [&] { return pull_with_leat(sandbox, pull, "durable", bytes); });
  contest.run(rounds);
  fmt::print("{} tickets in pages of {}, {} ms of latency, {} in flight, {} rounds: medians, RSS the highest\n",
             pull.tickets, pull.page_size, pull.latency_ms, pull.in_flight, rounds);
  contest.print();
  if (pull.latency_ms > 0) {
    const double best = double(pull.pages() * pull.latency_ms) / 1000.0 / double(pull.in_flight);
    fmt::print(
        "  best possible by latency alone: {} pages x {} ms / {} = {:.2f} s; leat, replayable: {:.2f} times that\n",
        pull.pages(), pull.latency_ms, pull.in_flight, best, contest.seconds("leat, replayable") / best);
  }
  std::fflush(stdout);
  return {pull.tickets, contest.peak_rss("leat, replayable"), contest.peak_rss("leat, durable")};
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("What a pull costs: leat next to libcurl.", "bench_pull");
  std::vector<std::uint64_t> tickets = {10'000, 100'000};
  std::uint64_t page_size = 1000;
  std::uint64_t latency_ms = 0;
  std::uint64_t in_flight = 3;
  int rounds = 5;
  app.add_option("TICKETS", tickets, "How many; one contest for each number")->capture_default_str();
  app.add_option("--page-size", page_size)->check(CLI::Range(1, 1000))->capture_default_str();
  app.add_option("--latency", latency_ms, "Milliseconds before each answer")->capture_default_str();
  app.add_option("--in-flight", in_flight, "Requests of leat at the same time")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  app.add_option("--rounds", rounds)->check(CLI::Range(1, 1000))->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  try {
    std::vector<Peaks> peaks;
    for (const std::uint64_t count : tickets)
      peaks.push_back(contest_of({count, page_size, latency_ms, in_flight}, rounds));
    fmt::print("peak RSS, MB\n");
    for (const Peaks& peak : peaks) {
      fmt::print("  {:>7} tickets: replayable {:.1f}, durable {:.1f}\n", peak.tickets, double(peak.replayable) / 1e6,
                 double(peak.durable) / 1e6);
    }
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench_pull: {}\n", error.what());
    return 1;
  }
  return 0;
}
