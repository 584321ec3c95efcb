#include "host/cli/cli.hpp"

#include <CLI/CLI.hpp>
#include <functional>
#include <iostream>
#include <string>
#include <vector>

#include "host/check/trial.hpp"
#include "host/cli/completion.hpp"
#include "host/cli/doctor.hpp"
#include "host/cli/exit_code.hpp"
#include "host/cli/fetch.hpp"
#include "host/cli/inspect.hpp"
#include "host/cli/plan.hpp"
#include "host/cli/plugin_check.hpp"
#include "host/cli/plugin_new.hpp"
#include "host/cli/run.hpp"
#include "host/cli/session.hpp"
#include "host/cli/store_access.hpp"
#include "host/cli/tasks.hpp"
#include "host/cli/version.hpp"
#include "host/cli/xref.hpp"
#include "host/config/nearest.hpp"
#include "host/isolation/child.hpp"
#include "host/plugin/probe.hpp"

namespace leat::host {
namespace {

constexpr const char* kFooter = R"(
Exit codes: 0 done; 1 not everything went well; 2 wrong arguments or configuration; 3 store or machine broken.
Start:      leat check leat.yaml && leat run leat.yaml)";

// Builds the parser; each command leaves what it does in `action`.
class CommandLine {
 public:
  CommandLine() : app_("Leat connects systems: records travel from subscribers through transformers to publishers.") {
    app_.name("leat");
    app_.footer(kFooter);
    app_.require_subcommand(1);
    app_.fallthrough();
    app_.set_version_flag("--version", "leat " + std::string(kVersion));
    app_.add_option("--plugin-dir", global_.plugin_dirs, "A further folder of plugins, searched first")
        ->type_name("FOLDER")
        ->allow_extra_args(false);
    app_.add_option_function<std::string>(
            "--log-level",
            [this](const std::string& text) {
              constexpr const char* names[] = {"trace", "debug", "info", "warn", "error"};
              for (std::int32_t i = 0; i < 5; ++i) {
                if (text == names[i]) global_.log_level = static_cast<Level>(i);
              }
            },
            "trace, debug, info, warn or error, instead of the configuration's")
        ->type_name("LEVEL")
        ->check(CLI::IsMember({"trace", "debug", "info", "warn", "error"}));
    add_run();
    add_check();
    add_doctor();
    add_plan();
    add_apply();
    add_plugins();
    add_plugin();
    add_describe();
    add_entities();
    add_fetch();
    add_tasks();
    add_cursor();
    add_xref();
    add_schema();
    add_completion();
  }

  int run(int argc, char** argv) {
    try {
      app_.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      if (name_unknown_command()) return exit_usage;
      return app_.exit(error) == 0 ? exit_ok : exit_usage;
    }
    return action_();
  }

 private:
  // The parser itself only says that a command is missing.
  bool name_unknown_command() const {
    const CLI::App* parent = &app_;
    while (!parent->get_subcommands().empty()) parent = parent->get_subcommands().front();
    const auto left = app_.remaining(true);
    const auto commands = parent->get_subcommands([](const CLI::App*) { return true; });
    if (commands.empty() || left.empty() || left.front().starts_with('-')) return false;
    std::vector<std::string> names;
    for (const CLI::App* known : commands) names.push_back(known->get_name());
    const std::string within = parent == &app_ ? "" : parent->get_name() + " ";
    std::cerr << "leat: there is no command \"" << within << left.front() << '"' << suggest(left.front(), names)
              << '\n';
    return true;
  }

  CLI::App* command(CLI::App& parent, const char* name, const char* help) {
    CLI::App* made = parent.add_subcommand(name, help);
    made->fallthrough();
    return made;
  }
  void add_config(CLI::App* to) {
    to->add_option("CONFIG", config_, "The configuration: a YAML file or a folder of them")
        ->capture_default_str()
        ->type_name("");
  }
  void add_json(CLI::App* to) { to->add_flag("--json", json_, "JSON for programs"); }

  void add_run() {
    CLI::App* to = command(app_, "run", "Run the routes of a configuration");
    add_config(to);
    to->add_flag("--json", run_.json, "The summary as JSON");
    to->add_flag("--once", run_.once, "Poll each incoming to its end, publish what is due, then exit");
    to->add_flag("--store-only", run_.store_only, "Read and store records as tasks, and deliver none: for `leat plan`");
    to->add_option("--route", run_.routes, "Only this route; may be given again")
        ->type_name("NAME")
        ->allow_extra_args(false);
    to->callback([this] {
      action_ = [this] {
        Session session(global_, config_);
        return run_routes(session, run_);
      };
    });
  }

  void add_check() {
    CLI::App* to = command(app_, "check", "Find every mistake in a configuration, without any network");
    add_config(to);
    add_json(to);
    to->add_flag("--online", online_, "Then ask every far side whether it is ready, as `leat doctor` does");
    to->callback([this] {
      action_ = [this] {
        Session session(global_, config_);
        return check_config(session, json_, online_);
      };
    });
  }

  void add_doctor() {
    CLI::App* to = command(app_, "doctor", "Ask every far side whether it is ready for a configuration; only reads");
    add_config(to);
    to->add_flag("--json", doctor_.json, "JSON for programs");
    to->add_option("--limit", doctor_.limit_seconds, "Longest time for one component")
        ->capture_default_str()
        ->check(CLI::Range(1.0, 3600.0))
        ->type_name("SECONDS");
    to->callback([this] {
      action_ = [this] {
        Session session(global_, config_);
        return run_doctor(session, doctor_);
      };
    });
  }

  void add_plan() {
    CLI::App* to = command(app_, "plan", "Show exactly what a route would send for its pending tasks; nothing is sent");
    to->add_option("CONFIG", config_, "The configuration")->required()->type_name("");
    to->add_option("ROUTE", plan_.route, "Its name in the configuration")->required()->type_name("");
    to->add_option("--out", plan_.out, "Also write the plan there, for `leat apply`")->type_name("FILE");
    to->add_option("--limit", plan_.limit, "At most this many tasks; 0 for all")->capture_default_str()->type_name("N");
    to->add_flag("--json", plan_.json, "The plan as JSON");
    to->callback([this] {
      action_ = [this] {
        Session session(global_, config_);
        return make_plan(session, plan_);
      };
    });
  }

  void add_apply() {
    CLI::App* to = command(app_, "apply", "Send what a plan says, and nothing else");
    to->add_option("CONFIG", config_, "The configuration")->required()->type_name("");
    to->add_option("PLAN", plan_file_, "A file that `leat plan --out` wrote")->required()->type_name("");
    add_json(to);
    to->callback([this] {
      action_ = [this] {
        Session session(global_, config_);
        return apply_plan(session, plan_file_, json_);
      };
    });
  }

  void add_plugins() {
    CLI::App* to = command(app_, "plugins", "List the plugins found, and why any was refused");
    add_json(to);
    to->add_option("--config", plugins_config_, "Also look into the folders this configuration names")
        ->type_name("FILE");
    to->callback([this] { action_ = [this] { return list_plugins(Session(global_, plugins_config_), json_); }; });
  }

  void add_plugin() {
    CLI::App* all = command(app_, "plugin", "Make and check plugins");
    all->require_subcommand(1);
    add_plugin_new(*all);
    add_plugin_check(*all);
  }

  void add_plugin_check(CLI::App& all) {
    CLI::App* one = command(all, "check", "Find what is wrong with a plugin, each check in a process of its own");
    one->add_option("FILE", plugin_check_.file, "The library")->required()->type_name("");
    one->add_option("--config", plugin_check_.config,
                    "JSON: options by component, {\"ID\": {...}} or {\"KIND ID\": {...}}")
        ->type_name("FILE");
    one->add_option("--records", plugin_check_.records, "Records to try it with, a JSON document each line")
        ->type_name("FILE");
    one->add_option("--only", plugin_check_.only, "Only this check; may be given again")
        ->type_name("CHECK")
        ->allow_extra_args(false);
    one->add_option("--seed", plugin_check_.seed, "Of what is random; printed at the end")->type_name("N");
    one->add_option("--limit", plugin_check_.limit_seconds, "Longest time of one check")
        ->capture_default_str()
        ->check(CLI::Range(0.1, 3600.0))
        ->type_name("SECONDS");
    one->add_flag("--json", plugin_check_.json, "JSON for programs");
    one->callback([this] { action_ = [this] { return check_plugin_file(plugin_check_); }; });
    CLI::App* list = command(all, "checks", "List the checks, with what each claims");
    add_json(list);
    list->callback([this] { action_ = [this] { return list_plugin_checks(json_); }; });
  }

  void add_plugin_new(CLI::App& all) {
    CLI::App* make = command(all, "new", "Write a plugin project to start from: it builds, with tests and a README");
    make->add_option("NAME", project_.name, "Of the plugin and of its component's type: acme.greet")
        ->required()
        ->type_name("");
    make->add_option("--lang", project_.language, "cpp, c or rust")->required()->type_name("LANGUAGE");
    make->add_option("--kind", project_.kind, "transformer, subscriber, publisher or client")
        ->required()
        ->type_name("KIND");
    make->add_option("--dir", project_.folder, "The project's folder; absent: NAME in the current one")
        ->type_name("FOLDER");
    make->callback([this] { action_ = [this] { return new_plugin(project_); }; });
  }

  void add_describe() {
    CLI::App* to = command(app_, "describe", "Show the options of a component");
    to->add_option("KIND", kind_, "client, subscriber, publisher or transformer")->required()->type_name("");
    to->add_option("TYPE", type_, "Its type, as in a configuration")->required()->type_name("");
    add_json(to);
    to->callback(
        [this] { action_ = [this] { return describe_component(Session(global_, {}), kind_, type_, json_); }; });
  }

  void add_entities() {
    CLI::App* to =
        command(app_, "entities", "Search what the plugins' catalogs can name: leat entities address format");
    to->add_option("WORDS", words_, "All of them must match")->type_name("");
    to->add_option("--limit", limit_, "At most this many; 0 for all")->capture_default_str()->type_name("N");
    add_json(to);
    to->callback([this] {
      action_ = [this] {
        Session session(global_, {});
        return search_entities(session, words_, limit_, json_);
      };
    });
  }

  void add_fetch() {
    CLI::App* to = command(app_, "fetch", "Print the records of an incoming; nothing is stored");
    to->add_option("CONFIG", config_, "The configuration")->required()->type_name("");
    to->add_option("INCOMING", incoming_, "Its name in the configuration")->required()->type_name("");
    to->add_option("--limit", fetch_limit_, "At most this many records; 0 for all")
        ->capture_default_str()
        ->type_name("N");
    to->callback([this] {
      action_ = [this] {
        Session session(global_, config_);
        return fetch(session, incoming_, fetch_limit_);
      };
    });
  }

  void add_store(CLI::App* to) {
    to->add_option("-c,--config", config_, "The configuration whose store it is")
        ->capture_default_str()
        ->type_name("FILE");
    to->add_option("--store", store_, "The store's file itself, instead of --config")->type_name("FILE");
    add_json(to);
  }
  void add_selection(CLI::App* to, bool ids) {
    if (ids) to->add_option("ID", selection_.ids, "Tasks by number")->type_name("");
    to->add_option("--route", selection_.route, "Of this route")->type_name("NAME");
    to->add_option("--status", selection_.statuses, "With this status; may be given again")
        ->type_name("STATUS")
        ->allow_extra_args(false);
    to->add_option("--key", selection_.key, "With this key")->type_name("KEY");
    to->add_option("--error", selection_.error, "Whose last error is of this kind")->type_name("KIND");
  }
  void on_store(CLI::App* to, std::function<int(TaskStore&)> use) {
    to->callback([this, use = std::move(use)] { action_ = [this, use] { return with_store(config_, store_, use); }; });
  }

  void add_tasks() {
    CLI::App* all = command(app_, "tasks", "See and decide what became of records");
    all->require_subcommand(1);

    CLI::App* list = command(*all, "list", "List tasks");
    add_store(list);
    add_selection(list, true);
    list->add_option("--limit", limit_, "At most this many")->capture_default_str()->type_name("N");
    on_store(list, [this](TaskStore& store) { return list_tasks(store, selection_, limit_, json_); });

    CLI::App* show = command(*all, "show", "Show one task: record, answer, every attempt");
    add_store(show);
    show->add_option("ID", task_, "The task's number")->required()->type_name("");
    on_store(show, [this](TaskStore& store) { return show_task(store, task_, json_); });

    for (const auto& [name, help] :
         {std::pair("retry", "Send tasks again: failed, skipped, uncertain or waiting for a retry"),
          std::pair("skip", "Give tasks up on purpose"),
          std::pair("finish", "Mark uncertain tasks as done: you saw the record at the far side")}) {
      CLI::App* move = command(*all, name, help);
      add_store(move);
      add_selection(move, true);
      move->add_option("--note", note_, "Kept with the task")->type_name("TEXT");
      const std::string to = name;
      on_store(move, [this, to](TaskStore& store) {
        if (!selected()) return ask_for_selection(to);
        return move_tasks(store, selection_, to, note_, json_);
      });
    }

    CLI::App* prune = command(*all, "prune", "Delete settled tasks (finished, failed, skipped) and their history");
    add_store(prune);
    add_selection(prune, true);
    prune->add_option("--older-than-hours", older_than_hours_, "Not changed for so long")->type_name("HOURS");
    on_store(prune, [this](TaskStore& store) {
      std::optional<std::chrono::milliseconds> age;
      if (older_than_hours_ >= 0) age = std::chrono::hours(older_than_hours_);
      if (!selected() && !age) return ask_for_selection("prune");
      return prune_tasks(store, selection_, age, SystemClock().now(), json_);
    });
  }
  bool selected() const {
    return !selection_.ids.empty() || !selection_.route.empty() || !selection_.statuses.empty() ||
           !selection_.key.empty() || !selection_.error.empty();
  }
  static int ask_for_selection(const std::string& what) {
    std::cerr << "leat: tasks " << what << ": say which: numbers, --route, --status, --key or --error\n";
    return exit_usage;
  }

  void add_cursor() {
    CLI::App* all = command(app_, "cursor", "See and move where each incoming goes on");
    all->require_subcommand(1);

    CLI::App* show = command(*all, "show", "Show cursors");
    add_store(show);
    show->add_option("INCOMING", incoming_, "Only of this one")->type_name("");
    on_store(show, [this](TaskStore& store) { return show_cursors(store, incoming_, json_); });

    CLI::App* set = command(*all, "set", "Set a cursor, in the words `cursor show` uses");
    add_store(set);
    set->add_option("INCOMING", incoming_, "Whose")->required()->type_name("");
    set->add_option("CURSOR", cursor_, "Where it goes on")->required()->type_name("");
    on_store(set, [this](TaskStore& store) { return set_cursor(store, incoming_, cursor_); });

    CLI::App* reset = command(*all, "reset", "Let an incoming start from the beginning");
    add_store(reset);
    reset->add_option("INCOMING", incoming_, "Whose")->required()->type_name("");
    on_store(reset, [this](TaskStore& store) { return set_cursor(store, incoming_, std::nullopt); });
  }

  void add_xref() {
    CLI::App* to = command(app_, "xref", "Find which id of the far side stands for which record");
    to->add_option("CONFIG", config_, "The configuration whose store it is")->required()->type_name("");
    to->add_option("SET", xref_.set, "Only of this set")->type_name("");
    to->add_option("--source", xref_.source, "What the record is known by")->type_name("KEY");
    to->add_option("--target", xref_.target, "The id at the far side")->type_name("ID");
    to->add_option("--limit", xref_.limit, "At most this many; 0 for all")->capture_default_str()->type_name("N");
    to->add_flag("--remove", xref_.remove, "Forget the one of SET and --source");
    to->add_flag("--json", xref_.json, "JSON for programs");
    on_store(to, [this](TaskStore& store) { return find_xrefs(store, xref_); });
  }

  void add_schema() {
    CLI::App* to = command(app_, "schema", "Print the JSON Schema of the whole configuration, for editors");
    to->add_option("--config", plugins_config_, "Also look into the plugin folders this configuration names")
        ->type_name("FILE");
    to->callback([this] { action_ = [this] { return print_schema(Session(global_, plugins_config_)); }; });
  }

  void add_completion() {
    CLI::App* to = command(app_, "completion", "Print a completion script: source <(leat completion bash)");
    to->add_option("SHELL", shell_, "bash, zsh or fish")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}))
        ->type_name("");
    to->callback([this] {
      action_ = [this] {
        std::cout << completion_script(app_, shell_);
        return static_cast<int>(exit_ok);
      };
    });
  }

  CLI::App app_;
  std::function<int()> action_;
  GlobalOptions global_;
  RunOptions run_;
  PluginCheckOptions plugin_check_;
  NewProject project_;
  TaskSelection selection_;
  DoctorOptions doctor_;
  PlanOptions plan_;
  std::string plan_file_;
  XrefOptions xref_;
  std::string config_ = "leat.yaml";
  std::string plugins_config_;
  std::string store_;
  std::string kind_;
  std::string type_;
  std::string incoming_;
  std::string cursor_;
  std::string note_;
  std::string shell_;
  std::vector<std::string> words_;
  std::uint32_t limit_ = 20;
  std::uint64_t fetch_limit_ = 0;
  std::int64_t older_than_hours_ = -1;
  TaskId task_ = 0;
  bool json_ = false;
  bool online_ = false;
};

}  // namespace

int run_command_line(int argc, char** argv) {
  try {
    if (argc == 3 && argv[1] == kProbeCommand) {
      SystemClock clock;
      Secrets secrets;
      Log log(secrets, Level::error, Log::Format::text);
      const Services services(log, secrets, clock, std::string(kVersion));
      probe_library(services.host(), argv[2]);
    }
    if (argc == 3 && argv[1] == kTrialCommand) check::run_trial(argv[2]);
    if (argc == 3 && argv[1] == kIsolatedCommand) return run_isolated(argv[2], std::string(kVersion));
    return CommandLine().run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "leat: " << error.what() << '\n';
    return exit_broken;
  }
}

}  // namespace leat::host
