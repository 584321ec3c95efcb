#include "host/cli/plan.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <limits>
#include <map>
#include <system_error>

#include "host/cli/exit_code.hpp"
#include "host/cli/open_store.hpp"
#include "host/cli/output.hpp"
#include "host/cli/signals.hpp"
#include "host/net/transport.hpp"
#include "host/route/apply.hpp"
#include "host/route/rehearsal.hpp"
#include "host/store/sqlite_store.hpp"

namespace leat::host {
namespace {

constexpr std::size_t text_max = 400;  // of what others say

int refuse(int code, const std::string& message) {
  std::cerr << "leat: " << one_line(message) << '\n';
  return code;
}

// A value as a person reads it, on one line.
std::string shown(const std::optional<Json>& value) {
  return value ? one_line(value->dump(-1, ' ', false, Json::error_handler_t::replace), 120) : std::string("(none)");
}

std::string line_of(const FieldChange& change, const Style& style) {
  const std::string field = change.field + ": ";
  if (!change.known) return field + (change.after ? shown(change.after) : std::string("(taken away)"));
  if (change.field == "id" && !change.after) return field + shown(change.before);  // of a DELETE
  return field + style.red(shown(change.before)) + " -> " +
         (change.after ? style.green(shown(change.after)) : std::string("(taken away)"));
}

void print(const PlannedTask& task, const Style& style) {
  std::string head = fmt::format("task {}", task.id);
  if (task.key) head += "  key " + one_line(*task.key, 40);
  std::cout << style.bold(head) << '\n';
  for (const PlannedRequest& request : task.requests) {
    std::cout << "  " << one_line(request.line(), text_max) << style.dim("  (client " + request.client + ")") << '\n';
    for (const FieldChange& change : request.changes) std::cout << "    " << line_of(change, style) << '\n';
    if (request.body_follows) {
      std::cout << style.dim("    as far as it is known: its body is made from answers to earlier requests\n");
    }
    if (request.changes.empty()) {
      std::cout << style.dim(fmt::format(
          "    {}\n", request.bytes == 0 ? "no body"
                                         : fmt::format("a body of {}, in which no field changes, or which is no JSON",
                                                       human_bytes(request.bytes))));
    }
  }
  if (task.skipped) std::cout << "  left out by a transformer\n";
  if (!task.open.empty()) {
    std::cout << "  " << style.yellow("further requests depend on answers to earlier ones") << ": "
              << one_line(task.open, text_max) << '\n';
  }
  if (task.failure) {
    std::cout << "  " << style.red("would fail") << ": " << to_string(task.failure->kind) << ": "
              << one_line(task.failure->message, text_max) << '\n';
  } else if (task.requests.empty() && !task.skipped && task.open.empty()) {
    std::cout << "  nothing to send: the far side has it already\n";
  }
}

// "3 tasks: 1 PATCH, 1 POST, 1 with nothing to send, 1 would fail; nothing was sent"
std::string summary(const Plan& plan) {
  std::map<std::string, int> methods;
  int nothing = 0;
  int failing = 0;
  int skipped = 0;
  int open = 0;
  for (const PlannedTask& task : plan.tasks) {
    for (const PlannedRequest& request : task.requests) ++methods[request.method];
    failing += task.failure ? 1 : 0;
    skipped += task.skipped ? 1 : 0;
    open += task.open.empty() ? 0 : 1;
    nothing += task.requests.empty() && !task.failure && !task.skipped && task.open.empty() ? 1 : 0;
  }
  std::string text = counted(plan.tasks.size(), "task") + ": ";
  std::string parts;
  const auto add = [&](int count, std::string_view what) {
    if (count > 0) parts += fmt::format("{}{} {}", parts.empty() ? "" : ", ", count, what);
  };
  for (const auto& [method, count] : methods) add(count, method);
  add(open, open == 1 ? "that goes on as it is answered" : "that go on as they are answered");
  add(nothing, "with nothing to send");
  add(skipped, "left out");
  add(failing, "would fail");
  text += (parts.empty() ? "nothing to do" : parts) + "; nothing was sent";
  if (plan.further > 0) text += fmt::format("\n{} pending beside these: --limit", counted(plan.further, "task"));
  if (plan.waiting > 0) {
    text += fmt::format("\n{} waiting behind others of the same key, for their turn afterwards",
                        counted(plan.waiting, "task"));
  }
  return text;
}

// The file is its user's alone: it holds records.
Result<Done> write_file(const std::string& path, const std::string& text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR);
  bool good = file >= 0;
  struct stat about {};
  // Of a file that was there, too; what is none (a pipe, /dev/stdout) stays as it is.
  if (good && ::fstat(file, &about) == 0 && S_ISREG(about.st_mode)) good = ::fchmod(file, S_IRUSR | S_IWUSR) == 0;
  for (std::string_view rest = text; good && !rest.empty();) {
    const ssize_t written = ::write(file, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    good = written >= 0;
    if (good) rest.remove_prefix(static_cast<std::size_t>(written));
  }
  const int why = errno;
  if (file >= 0) good = ::close(file) == 0 && good;
  if (good) return Done{};
  return Error{ErrorKind::broken,
               fmt::format("the plan cannot be written to {}: {}; name another file with --out", path,
                           std::generic_category().message(why)),
               0};
}

int report(const Error& error) {
  const bool usage = error.kind == ErrorKind::unsupported || error.kind == ErrorKind::invalid;
  return refuse(usage ? exit_usage : error.kind == ErrorKind::broken ? exit_broken : exit_failed, error.message);
}

std::string status_of(const Applied& applied, const Style& style) {
  if (applied.stale) return style.yellow("stale");
  if (applied.left) return style.yellow("left");
  const std::string status(to_string(applied.status));
  return applied.status == TaskStatus::finished || applied.status == TaskStatus::skipped ? style.green(status)
                                                                                         : style.red(status);
}

Json to_json(const Applied& applied) {
  return {{"task", applied.task},
          {"requests", applied.sent},
          {"stale", applied.stale},
          {"left", applied.left},
          {"status", to_string(applied.status)},
          {"message", applied.message}};
}

}  // namespace

int make_plan(Session& session, const PlanOptions& options) {
  auto config = session.config();
  if (!config) return exit_usage;
  const RouteConfig* route = find_route(*config, options.route);
  if (route == nullptr) return exit_usage;
  const Signals signals;
  start_http_threads();  // after the signals are blocked: its threads inherit that
  session.services().person_waits = true;
  const auto looking = open_existing_store(*config, session);
  if (!looking) return refuse(exit_broken, looking.error().message);
  if (looking->store == nullptr) {
    return refuse(exit_failed, fmt::format("there is no store {} yet: `leat run` makes it, and the tasks in it",
                                           config->store.path.string()));
  }
  auto made = Runtime::make(*config, session.registry(), session.services(), signals.stop());
  print_problems(made.problems);
  if (made.runtime == nullptr) return exit_usage;
  Runtime& runtime = *made.runtime;
  static const Chain none;
  const auto client = [&](std::string_view name) -> ClientInstance* {
    for (const auto& known : runtime.clients()) {
      if (known->config_name() == name) return known.get();
    }
    return nullptr;
  };
  const Rehearsed parts{*route, route->after.empty() ? runtime.incoming(route->incoming).transformers : none,
                        runtime.route(route->name), runtime.outgoing(route->outgoing), client};
  const auto limit = options.limit == 0 ? std::numeric_limits<std::uint32_t>::max() : options.limit;
  const auto plan = rehearse(parts, *looking->store, session.services(), limit, signals.stop());
  if (!plan) return report(plan.error());

  const std::string document = to_json(*plan).dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
  if (options.json) {
    std::cout << document;
  } else {
    const Style style = Style::of(1);
    for (const PlannedTask& task : plan->tasks) print(task, style);
    std::cout << summary(*plan) << '\n';
  }
  if (!options.out.empty()) {
    if (auto written = write_file(options.out, document); !written) return report(written.error());
    if (!options.json)
      std::cout << "written to " << options.out << "; `leat apply CONFIG " << options.out << "` sends it\n";
  }
  const bool all_ready =
      std::all_of(plan->tasks.begin(), plan->tasks.end(), [](const PlannedTask& task) { return task.ready(); });
  return all_ready ? exit_ok : exit_failed;
}

int apply_plan(Session& session, const std::string& file, bool json) {
  const auto config = session.config();
  if (!config) return exit_usage;
  std::ifstream in(file, std::ios::binary);
  if (!in) return refuse(exit_usage, "the plan " + file + " cannot be read");
  const auto plan = parse_plan(std::string(std::istreambuf_iterator<char>(in), {}));
  if (!plan) return refuse(exit_usage, file + ": " + plan.error().message);
  const RouteConfig* route = find_route(*config, plan->route);
  if (route == nullptr) return exit_usage;
  if (!std::filesystem::exists(config->store.path)) {
    return refuse(exit_failed, "there is no store " + config->store.path.string() + ": the plan is of another one");
  }
  const Signals signals;
  start_http_threads();
  session.services().person_waits = true;
  const auto store =
      open_sqlite_store({.path = config->store.path, .keep_payload = config->store.keep_payload}, session.clock());
  if (!store) return refuse(exit_broken, store.error().message);
  session.services().keep_state_in(**store);
  session.services().find_xrefs_in(**store);
  auto made = Runtime::make(*config, session.registry(), session.services(), signals.stop());
  print_problems(made.problems);
  if (made.runtime == nullptr) return exit_usage;
  if (!made.runtime->outgoing(route->outgoing).publisher->rehearsable()) {
    return refuse(exit_usage, made.runtime->outgoing(route->outgoing).publisher->name() +
                                  " cannot be held to a plan: what it changes does not all go through clients");
  }
  EngineOptions options;
  options.once = true;
  options.routes = {route->name};
  auto engine = Engine::make(*config, parts_of(*made.runtime), **store, session.log(), session.clock(), options);
  if (!engine) return report(engine.error());

  const Style style = Style::of(1);
  std::size_t requests = 0;
  std::size_t finished = 0;
  std::size_t seen = 0;
  Json all = Json::array();
  const auto ran = apply(*plan, **engine, session.services(), signals.stop(), [&](const Applied& applied) {
    ++seen;
    requests += applied.sent;
    finished += applied.status == TaskStatus::finished && !applied.stale ? 1 : 0;
    if (json) return all.push_back(to_json(applied));
    std::cout << fmt::format("task {}: ", applied.task) << status_of(applied, style)
              << fmt::format(", {} sent", counted(applied.sent, "request")) << (applied.message.empty() ? "" : ": ")
              << one_line(session.secrets().mask(applied.message)) << std::endl;
  });
  const auto planned = static_cast<std::size_t>(std::count_if(
      plan->tasks.begin(), plan->tasks.end(), [](const PlannedTask& task) { return task.ready() && !task.skipped; }));
  if (json) {
    const Json out{{"tasks", std::move(all)}, {"requests", requests}, {"finished", finished}, {"planned", planned}};
    std::cout << session.secrets().mask(out.dump(2, ' ', false, Json::error_handler_t::replace)) << '\n';
  } else {
    std::cout << fmt::format("{} of {} finished, {} sent\n", finished, counted(planned, "planned task"),
                             counted(requests, "request"));
    if (seen < planned) std::cout << counted(planned - seen, "task") << " left for another time\n";
  }
  if (!ran) return report(ran.error());
  return finished == planned ? exit_ok : exit_failed;
}

}  // namespace leat::host
