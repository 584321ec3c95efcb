#include "host/cli/cli.hpp"

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "host/check/trial.hpp"
#include "host/cli/commands.hpp"
#include "host/cli/completion.hpp"
#include "host/cli/exit_code.hpp"
#include "host/cli/version.hpp"
#include "host/config/nearest.hpp"
#include "host/isolation/child.hpp"
#include "host/plugin/probe.hpp"

namespace leat::host {
namespace {

constexpr const char* kFooter = R"(
Exit codes: 0 done; 1 not everything went well; 2 wrong arguments or configuration; 3 store or machine broken.
Start:      leat check leat.yaml && leat run leat.yaml)";

// Builds the parser; each command leaves what it does in the state's action.
class CommandLine {
 public:
  CommandLine() : app_("Leat connects systems: records travel from subscribers through transformers to publishers.") {
    app_.name("leat");
    app_.footer(kFooter);
    app_.require_subcommand(1);
    app_.fallthrough();
    app_.set_version_flag("--version", "leat " + std::string(kVersion));
    app_.add_option("--plugin-dir", state_.global.plugin_dirs, "A further folder of plugins, searched first")
        ->type_name("FOLDER")
        ->allow_extra_args(false);
    app_.add_option_function<std::string>(
            "--log-level",
            [this](const std::string& text) {
              constexpr const char* names[] = {"trace", "debug", "info", "warn", "error"};
              for (std::int32_t i = 0; i < 5; ++i) {
                if (text == names[i]) state_.global.log_level = static_cast<Level>(i);
              }
            },
            "trace, debug, info, warn or error, instead of the configuration's")
        ->type_name("LEVEL")
        ->check(CLI::IsMember({"trace", "debug", "info", "warn", "error"}));
    add_route_commands(app_, state_);
    add_store_commands(app_, state_);
    add_plugin_commands(app_, state_);
    add_completion();
  }

  int run(int argc, char** argv) {
    try {
      app_.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      if (name_unknown_command()) return exit_usage;
      return app_.exit(error) == 0 ? exit_ok : exit_usage;
    }
    return state_.action();
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
    names.reserve(commands.size());
    for (const CLI::App* known : commands) names.push_back(known->get_name());
    const std::string within = parent == &app_ ? "" : parent->get_name() + " ";
    std::cerr << "leat: there is no command \"" << within << left.front() << '"' << suggest(left.front(), names)
              << '\n';
    return true;
  }

  void add_completion() {
    auto shell = std::make_shared<std::string>();
    CLI::App* to = add_command(app_, "completion", "Print a completion script: source <(leat completion bash)");
    to->add_option("SHELL", *shell, "bash, zsh or fish")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}))
        ->type_name("");
    to->callback([this, shell] {
      state_.action = [this, shell] {
        std::cout << completion_script(app_, *shell);
        return static_cast<int>(exit_ok);
      };
    });
  }

  CommandState state_;
  CLI::App app_;  // points into the state
};

}  // namespace

CLI::App* add_command(CLI::App& parent, const char* name, const char* help) {
  CLI::App* made = parent.add_subcommand(name, help);
  made->fallthrough();
  return made;
}

void add_json_flag(CLI::App* to, CommandState& state) { to->add_flag("--json", state.json, "JSON for programs"); }

void add_needed_config(CLI::App* to, CommandState& state) {
  to->add_option("CONFIG", state.config, "The configuration")->required()->type_name("");
}

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
