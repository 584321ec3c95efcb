// Commands about routes: running them, looking before, planning, reading along.
#include <CLI/CLI.hpp>
#include <memory>

#include "host/cli/commands.hpp"
#include "host/cli/doctor.hpp"
#include "host/cli/fetch.hpp"
#include "host/cli/inspect.hpp"
#include "host/cli/plan.hpp"
#include "host/cli/run.hpp"

namespace leat::host {
namespace {

void add_config(CLI::App* to, CommandState& state) {
  to->add_option("CONFIG", state.config, "The configuration: a YAML file or a folder of them")
      ->capture_default_str()
      ->type_name("");
}

void add_run(CLI::App& app, CommandState& state) {
  auto options = std::make_shared<RunOptions>();
  CLI::App* to = add_command(app, "run", "Run the routes of a configuration");
  add_config(to, state);
  to->add_flag("--json", options->json, "The summary as JSON");
  to->add_flag("--once", options->once, "Poll each incoming to its end, publish what is due, then exit");
  to->add_flag("--store-only", options->store_only,
               "Read and store records as tasks, and deliver none: for `leat plan`");
  to->add_option("--route", options->routes, "Only this route; may be given again")
      ->type_name("NAME")
      ->allow_extra_args(false);
  to->callback([&state, options] {
    state.action = [&state, options] {
      Session session(state.global, state.config);
      return run_routes(session, *options);
    };
  });
}

void add_check(CLI::App& app, CommandState& state) {
  auto online = std::make_shared<bool>(false);
  CLI::App* to = add_command(app, "check", "Find every mistake in a configuration, without any network");
  add_config(to, state);
  add_json_flag(to, state);
  to->add_flag("--online", *online, "Then ask every far side whether it is ready, as `leat doctor` does");
  to->callback([&state, online] {
    state.action = [&state, online] {
      Session session(state.global, state.config);
      return check_config(session, state.json, *online);
    };
  });
}

void add_doctor(CLI::App& app, CommandState& state) {
  auto options = std::make_shared<DoctorOptions>();
  CLI::App* to = add_command(app, "doctor", "Ask every far side whether it is ready for a configuration; only reads");
  add_config(to, state);
  to->add_flag("--json", options->json, "JSON for programs");
  to->add_option("--limit", options->limit_seconds, "Longest time for one component")
      ->capture_default_str()
      ->check(CLI::Range(1.0, 3600.0))
      ->type_name("SECONDS");
  to->callback([&state, options] {
    state.action = [&state, options] {
      Session session(state.global, state.config);
      return run_doctor(session, *options);
    };
  });
}

void add_plan(CLI::App& app, CommandState& state) {
  auto options = std::make_shared<PlanOptions>();
  CLI::App* to =
      add_command(app, "plan", "Show exactly what a route would send for its pending tasks; nothing is sent");
  add_needed_config(to, state);
  to->add_option("ROUTE", options->route, "Its name in the configuration")->required()->type_name("");
  to->add_option("--out", options->out, "Also write the plan there, for `leat apply`")->type_name("FILE");
  to->add_option("--limit", options->limit, "At most this many tasks; 0 for all")
      ->capture_default_str()
      ->type_name("N");
  to->add_flag("--json", options->json, "The plan as JSON");
  to->callback([&state, options] {
    state.action = [&state, options] {
      Session session(state.global, state.config);
      return make_plan(session, *options);
    };
  });
}

void add_apply(CLI::App& app, CommandState& state) {
  auto plan = std::make_shared<std::string>();
  CLI::App* to = add_command(app, "apply", "Send what a plan says, and nothing else");
  add_needed_config(to, state);
  to->add_option("PLAN", *plan, "A file that `leat plan --out` wrote")->required()->type_name("");
  add_json_flag(to, state);
  to->callback([&state, plan] {
    state.action = [&state, plan] {
      Session session(state.global, state.config);
      return apply_plan(session, *plan, state.json);
    };
  });
}

void add_fetch(CLI::App& app, CommandState& state) {
  struct Options {
    std::string incoming;
    std::uint64_t limit = 0;
  };
  auto options = std::make_shared<Options>();
  CLI::App* to = add_command(app, "fetch", "Print the records of an incoming; nothing is stored");
  add_needed_config(to, state);
  to->add_option("INCOMING", options->incoming, "Its name in the configuration")->required()->type_name("");
  to->add_option("--limit", options->limit, "At most this many records; 0 for all")
      ->capture_default_str()
      ->type_name("N");
  to->callback([&state, options] {
    state.action = [&state, options] {
      Session session(state.global, state.config);
      return fetch(session, options->incoming, options->limit);
    };
  });
}

}  // namespace

void add_route_commands(CLI::App& app, CommandState& state) {
  add_run(app, state);
  add_check(app, state);
  add_doctor(app, state);
  add_plan(app, state);
  add_apply(app, state);
  add_fetch(app, state);
}

}  // namespace leat::host
