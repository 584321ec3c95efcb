#include "host/cli/run.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <system_error>
#include <vector>

#include "host/cli/exit_code.hpp"
#include "host/cli/output.hpp"
#include "host/cli/progress.hpp"
#include "host/cli/signals.hpp"
#include "host/cli/version.hpp"
#include "host/cli/webhooks.hpp"
#include "host/net/transport.hpp"
#include "host/plugin/runtime.hpp"
#include "host/route/engine.hpp"
#include "host/store/sqlite_store.hpp"

namespace leat::host {
namespace {

using Steady = std::chrono::steady_clock;

// How long `run --once` waits for tasks that are to be tried again.
constexpr auto kPatience = std::chrono::seconds(30);

struct Snapshot {
  EngineStats engine;
  std::map<std::string, std::uint64_t, std::less<>> held;  // tasks that wait for a person's word, by route

  std::uint64_t uncertain(const RouteStats& route) const { return std::max(route.uncertain, held_of(route)); }
  std::uint64_t to_go(const RouteStats& route) const {
    return route.pending.tasks - std::min(route.pending.tasks, held_of(route));
  }

 private:
  std::uint64_t held_of(const RouteStats& route) const {
    const auto found = held.find(route.route);
    return found == held.end() ? 0 : found->second;
  }
};

// The engine's own numbers of what is pending are of its last look.
Snapshot now(const Engine& engine, TaskStore& store) {
  Snapshot snapshot{engine.statistics(), {}};
  if (const auto counts = store.counts()) {
    for (RouteStats& route : snapshot.engine.routes) {
      route.pending = {};
      for (const RouteCounts& of : *counts) {
        if (of.route != route.route) continue;
        route.pending = of.pending();
        snapshot.held[of.route] = of.of(TaskStatus::uncertain);
      }
    }
  }
  for (IncomingStats& incoming : snapshot.engine.incoming) {
    if (const auto stored = store.stored_events(incoming.incoming)) incoming.events = stored->count;
  }
  return snapshot;
}

std::string progress_line(const Snapshot& snapshot, std::chrono::milliseconds elapsed) {
  std::uint64_t read = 0;
  std::uint64_t pages = 0;
  std::uint64_t finished = 0;
  std::uint64_t failed = 0;
  std::uint64_t uncertain = 0;
  std::uint64_t to_go = 0;
  for (const IncomingStats& incoming : snapshot.engine.incoming) {
    read += incoming.read;
    pages += incoming.pages;
  }
  for (const RouteStats& route : snapshot.engine.routes) {
    finished += route.finished;
    failed += route.failed;
    uncertain += snapshot.uncertain(route);
    to_go += snapshot.to_go(route);
  }
  const auto ms = static_cast<std::uint64_t>(std::max<std::int64_t>(elapsed.count(), 1));
  std::string line =
      fmt::format("{} read in {}, {} finished", counted(read, "record"), counted(pages, "page"), human_count(finished));
  if (to_go > 0) line += fmt::format(", {} to go", human_count(to_go));
  if (failed > 0) line += fmt::format(", {} failed", human_count(failed));
  if (uncertain > 0) line += fmt::format(", {} uncertain", human_count(uncertain));
  return line + fmt::format(", {}/s, {}", human_count(std::max(read, finished) * 1000 / ms), human_duration(elapsed));
}

Json to_json(const EngineStats& stats) {
  Json out;
  out["incoming"] = Json::array();
  for (const IncomingStats& incoming : stats.incoming) {
    out["incoming"].push_back({{"name", incoming.incoming},
                               {"state", to_string(incoming.state)},
                               {"reason", incoming.reason},
                               {"pages", incoming.pages},
                               {"read", incoming.read},
                               {"bytes", incoming.bytes},
                               {"events", incoming.events}});
  }
  out["routes"] = Json::array();
  for (const RouteStats& route : stats.routes) {
    out["routes"].push_back({{"name", route.route},
                             {"incoming", route.incoming.empty() ? Json(nullptr) : Json(route.incoming)},
                             {"after", route.after.empty() ? Json(nullptr) : Json(route.after)},
                             {"state", to_string(route.state)},
                             {"reason", route.reason},
                             {"received", route.received},
                             {"stored", route.stored},
                             {"deduplicated", route.deduplicated},
                             {"skipped", route.skipped},
                             {"finished", route.finished},
                             {"failed", route.failed},
                             {"uncertain", route.uncertain},
                             {"retried", route.retried},
                             {"xref_missing", route.xref_missing},
                             {"pending", route.pending.tasks}});
  }
  return out;
}

// On stderr: stdout is for records, of a publisher that writes there.
void print_summary(const Snapshot& snapshot, std::chrono::milliseconds elapsed) {
  const EngineStats& stats = snapshot.engine;
  const Style style = Style::of(2);
  Table table({"ROUTE", "RECEIVED", "UNCHANGED", "SKIPPED", "FINISHED", "FAILED", "UNCERTAIN", "TO GO", "STATE"});
  const auto number = [](std::uint64_t value) { return value == 0 ? std::string("-") : human_count(value); };
  for (const RouteStats& route : stats.routes) {
    const bool well = route.state != FlowState::paused && route.state != FlowState::stopped;
    table.add({route.route, number(route.received), number(route.deduplicated), number(route.skipped),
               style.green(number(route.finished)), route.failed > 0 ? style.red(number(route.failed)) : "-",
               snapshot.uncertain(route) > 0 ? style.yellow(number(snapshot.uncertain(route))) : "-",
               number(snapshot.to_go(route)),
               well ? std::string(to_string(route.state)) : style.red(to_string(route.state))});
  }
  table.print(std::cerr, style);
  std::cerr << progress_line(snapshot, elapsed) << '\n';
  for (const IncomingStats& incoming : stats.incoming) {
    if (incoming.events > 0) {
      std::cerr << fmt::format("incoming {}: {} not read yet\n", incoming.incoming,
                               counted(incoming.events, "stored event"));
    }
    if (incoming.reason.empty()) continue;
    std::cerr << style.red(fmt::format("incoming {}: {}", incoming.incoming, to_string(incoming.state))) << ": "
              << one_line(incoming.reason) << '\n';
  }
  for (const RouteStats& route : stats.routes) {
    if (route.xref_missing > 0) {
      std::cerr << style.yellow(fmt::format("route {}: {} delivered without a cross-reference", route.route,
                                            human_count(route.xref_missing)))
                << ": what it is made of was missing; the log says what\n";
    }
    if (route.reason.empty()) continue;
    std::cerr << style.red(fmt::format("route {}: {}", route.route, to_string(route.state))) << ": "
              << one_line(route.reason) << '\n';
  }
}

// Everything that was to be done is done, and well.
bool all_well(const EngineStats& stats, bool once) {
  const auto good = [once](FlowState state) { return !once || state == FlowState::done; };
  return std::all_of(stats.incoming.begin(), stats.incoming.end(),
                     [&](const IncomingStats& incoming) {
                       return good(incoming.state) && incoming.state != FlowState::stopped;
                     }) &&
         std::all_of(stats.routes.begin(), stats.routes.end(), [&](const RouteStats& route) {
           return good(route.state) && route.state != FlowState::stopped && route.failed == 0 && route.uncertain == 0 &&
                  (!once || route.pending.tasks == 0);
         });
}

}  // namespace

int run_routes(Session& session, const RunOptions& options) {
  const auto config = session.config();
  if (!config) return exit_usage;
  for (const std::string& name : options.routes) {
    if (find_route(*config, name) == nullptr) return exit_usage;
  }
  const Signals signals;
  start_http_threads();  // after the signals are blocked: its threads inherit that
  std::error_code refused;
  const auto folder = std::filesystem::path(config->store.path).parent_path();
  if (!folder.empty()) std::filesystem::create_directories(folder, refused);
  if (refused) {
    session.log().error("store", "its folder {} cannot be made: {}", folder.string(), refused.message());
    return exit_broken;
  }
  const auto store =
      open_sqlite_store({.path = config->store.path, .keep_payload = config->store.keep_payload}, session.clock());
  if (!store) {
    session.log().error("store", "{}", store.error().message);
    return exit_broken;
  }
  session.services().keep_state_in(**store);  // components may read theirs while they are made
  session.services().find_xrefs_in(**store);
  Result<std::unique_ptr<Webhooks>> webhooks = std::unique_ptr<Webhooks>();
  if (!options.once) webhooks = Webhooks::open(*config, session.log());
  if (!webhooks) {
    session.log().error("webhooks", "{}", webhooks.error().message);
    return exit_broken;
  }
  if (*webhooks != nullptr) session.services().webhook_urls = webhook_urls(*config, (*webhooks)->origin());
  auto made = Runtime::make(*config, session.registry(), session.services(), signals.stop());
  print_problems(made.problems);
  if (made.runtime == nullptr) return exit_usage;
  EngineOptions engine_options;
  engine_options.once = options.once;
  engine_options.store_only = options.store_only;
  engine_options.patience = kPatience;
  engine_options.routes = options.routes;
  engine_options.webhooks = *webhooks != nullptr;
  auto engine = Engine::make(*config, parts_of(*made.runtime), **store, session.log(), session.clock(), engine_options);
  if (!engine) {
    std::cerr << "leat: " << one_line(engine.error().message) << '\n';
    return exit_usage;
  }

  const std::stop_callback told(signals.stop(), [&session, grace = engine_options.grace] {
    session.log().info("engine", "asked to stop: what is in flight has {} s to end; a second signal does not wait",
                       std::chrono::duration_cast<std::chrono::seconds>(grace).count());
  });
  if (!options.once) {  // the first line of a service's log: what it is and what it has
    std::vector<std::string> names;
    for (const RouteStats& route : (*engine)->statistics().routes) names.push_back(route.route);
    session.log().info("engine", "leat {} runs with the store {}; routes: {}", kVersion, config->store.path.string(),
                       fmt::join(names, ", "));
  }
  const auto started = Steady::now();
  const auto elapsed = [&] { return std::chrono::duration_cast<std::chrono::milliseconds>(Steady::now() - started); };
  Result<Done> ran = Done{};
  {
    const Progress progress([&] { return progress_line(now(**engine, **store), elapsed()); });
    if (*webhooks != nullptr) {
      (*webhooks)->start(*config, *made.runtime, **store, session.clock(),
                         [&engine = **engine](std::string_view incoming) { engine.wake(incoming); });
    }
    ran = (*engine)->run(signals.stop());
    webhooks->reset();  // while what it uses is there
  }
  const Snapshot snapshot = now(**engine, **store);
  if (options.json) {
    std::cout << to_json(snapshot.engine).dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
  } else {
    print_summary(snapshot, elapsed());
  }
  if (!ran) {
    session.log().error("engine", "{}", ran.error().message);
    return exit_broken;
  }
  return all_well(snapshot.engine, options.once && !options.store_only && !signals.stop().stop_requested())
             ? exit_ok
             : exit_failed;
}

}  // namespace leat::host
