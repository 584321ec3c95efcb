#include "host/cli/fetch.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <iostream>

#include "host/cli/exit_code.hpp"
#include "host/cli/output.hpp"
#include "host/cli/progress.hpp"
#include "host/cli/signals.hpp"
#include "host/config/nearest.hpp"
#include "host/net/transport.hpp"
#include "host/plugin/runtime.hpp"
#include "host/record/batch.hpp"

namespace leat::host {
namespace {

using Steady = std::chrono::steady_clock;

// What has come so far; written by the one thread that fetches.
struct Tally {
  std::atomic<std::uint64_t> records{0};
  std::atomic<std::uint64_t> dropped{0};
  std::atomic<std::uint64_t> rejected{0};
  Steady::time_point started = Steady::now();

  std::string line(const Services& services) const {
    std::int64_t pages = 0;
    for (const auto& [origin, counters] : services.metrics.snapshot()) {
      const auto found = counters.find("pages");
      if (found != counters.end()) pages += found->second;
    }
    const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(Steady::now() - started);
    const auto per_second = records * 1000 / static_cast<std::uint64_t>(std::max<std::int64_t>(elapsed.count(), 1));
    std::string text = fmt::format("{}, {}/s", counted(records, "record"), human_count(per_second));
    if (pages > 0) text += ", " + counted(static_cast<std::uint64_t>(pages), "page");
    if (dropped > 0) text += fmt::format(", {} filtered out", human_count(dropped));
    if (rejected > 0) text += fmt::format(", {} refused", human_count(rejected));
    return text + ", " + human_duration(elapsed);
  }
};

// False: the reader went away, or the disk is full.
bool put_line(std::string_view text) {
  std::string line(text);
  line += '\n';
  for (std::size_t at = 0; at < line.size();) {
    const auto written = write(1, line.data() + at, line.size() - at);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    at += static_cast<std::size_t>(written);
  }
  return true;
}

// Prints the live records up to the limit; nothing when there is no more to do.
bool print_batch(const Batch& batch, std::uint64_t limit, Tally& tally, Log& log) {
  for (std::size_t i = 0; i < batch.size(); ++i) {
    switch (batch.fate(i)) {
      case Fate::dropped: ++tally.dropped; break;
      case Fate::rejected:
        ++tally.rejected;
        log.warn("fetch", "a record was refused: {}", batch.error(i).message);
        break;
      default:
        if (!put_line(batch.record(i)->json())) {
          if (errno != EPIPE) log.error("fetch", "cannot write to stdout: {}", std::strerror(errno));  // NOLINT
          return false;
        }
        if (++tally.records == limit) return false;
    }
  }
  return !batch.ended();
}

}  // namespace

int fetch(Session& session, const std::string& incoming, std::uint64_t limit) {
  auto config = session.config();
  if (!config) return exit_usage;
  const IncomingConfig* wanted = config->find_incoming(incoming);
  if (wanted == nullptr) {
    std::vector<std::string> names;
    for (const IncomingConfig& known : config->incoming) names.push_back(known.name);
    std::cerr << "leat: there is no incoming \"" << incoming << '"' << suggest(incoming, names) << '\n';
    return exit_usage;
  }
  const IncomingConfig chosen = *wanted;
  config->incoming = {chosen};
  config->outgoing.clear();
  config->routes.clear();

  const Signals signals;
  start_http_threads();  // after the signals are blocked: its threads inherit that
  session.services().person_waits = true;
  auto made = Runtime::make(*config, session.registry(), session.services(), signals.stop());
  print_problems(made.problems);
  if (made.runtime == nullptr) return exit_usage;
  IncomingParts& parts = made.runtime->incoming(incoming);

  Call call(session.clock(), signals.stop(), "incoming " + incoming);
  Tally tally;
  Result<Done> state = parts.subscriber->open(call, {});
  {
    const Progress progress([&] { return tally.line(session.services()); });
    for (bool more = true; state && more && !call.cancelled();) {
      Batch batch;
      const auto max = limit == 0 ? chosen.page_max : std::min<std::uint64_t>(chosen.page_max, limit - tally.records);
      state = parts.subscriber->poll(call, static_cast<std::uint32_t>(max), std::chrono::seconds(1), batch);
      if (state) state = parts.transformers.process(call, batch);
      if (state) more = print_batch(batch, limit, tally, session.log());
    }
  }
  if (state || call.cancelled()) static_cast<void>(parts.subscriber->close(call));
  std::cerr << tally.line(session.services()) << '\n';
  if (!state && state.error().kind != ErrorKind::cancelled) {
    session.log().error("incoming " + incoming, "{}: {}", to_string(state.error().kind), state.error().message);
    return exit_failed;
  }
  return tally.rejected > 0 ? exit_failed : exit_ok;
}

}  // namespace leat::host
