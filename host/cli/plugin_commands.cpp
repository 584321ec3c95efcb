// Commands about plugins: what there is, what it can, making and checking one.
#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "host/cli/commands.hpp"
#include "host/cli/exit_code.hpp"
#include "host/cli/inspect.hpp"
#include "host/cli/plugin_check.hpp"
#include "host/cli/plugin_new.hpp"

namespace leat::host {
namespace {

// A command that looks at the plugins that are found, also in the folders that a configuration names.
void on_plugins(CLI::App* to, CommandState& state, std::function<int(Session&)> use) {
  auto config = std::make_shared<std::string>();
  to->add_option("-c,--config", *config, "Also look into the plugin folders this configuration names")
      ->type_name("FILE");
  to->callback([&state, config, use = std::move(use)] {
    state.action = [&state, config, use] {
      Session session(state.global, *config);
      return session.ready() ? use(session) : static_cast<int>(exit_usage);
    };
  });
}

void add_plugins(CLI::App& app, CommandState& state) {
  CLI::App* to = add_command(app, "plugins", "List the plugins found, and why any was refused");
  add_json_flag(to, state);
  on_plugins(to, state, [&state](Session& session) { return list_plugins(session, state.json); });
}

void add_plugin_check(CLI::App& all, CommandState& state) {
  auto options = std::make_shared<PluginCheckOptions>();
  CLI::App* one = add_command(all, "check", "Find what is wrong with a plugin, each check in a process of its own");
  one->add_option("FILE", options->file, "The library")->required()->type_name("");
  one->add_option("--config", options->config, "JSON: options by component, {\"ID\": {...}} or {\"KIND ID\": {...}}")
      ->type_name("FILE");
  one->add_option("--records", options->records, "Records to try it with, a JSON document each line")
      ->type_name("FILE");
  one->add_option("--only", options->only, "Only this check; may be given again")
      ->type_name("CHECK")
      ->allow_extra_args(false);
  one->add_option("--seed", options->seed, "Of what is random; printed at the end")->type_name("N");
  one->add_option("--limit", options->limit_seconds, "Longest time of one check")
      ->capture_default_str()
      ->check(CLI::Range(0.1, 3600.0))
      ->type_name("SECONDS");
  one->add_flag("--json", options->json, "JSON for programs");
  one->callback([&state, options] { state.action = [options] { return check_plugin_file(*options); }; });
  CLI::App* list = add_command(all, "checks", "List the checks, with what each claims");
  add_json_flag(list, state);
  list->callback([&state] { state.action = [&state] { return list_plugin_checks(state.json); }; });
}

void add_plugin_new(CLI::App& all, CommandState& state) {
  auto project = std::make_shared<NewProject>();
  CLI::App* make = add_command(all, "new", "Write a plugin project to start from: it builds, with tests and a README");
  make->add_option("NAME", project->name, "Of the plugin and of its component's type: acme.greet")
      ->required()
      ->type_name("");
  make->add_option("--lang", project->language, "cpp, c or rust")->required()->type_name("LANGUAGE");
  make->add_option("--kind", project->kind, "transformer, subscriber, publisher or client")
      ->required()
      ->type_name("KIND");
  make->add_option("--dir", project->folder, "The project's folder; absent: NAME in the current one")
      ->type_name("FOLDER");
  make->callback([&state, project] { state.action = [project] { return new_plugin(*project); }; });
}

void add_describe(CLI::App& app, CommandState& state) {
  struct Options {
    std::string kind;
    std::string type;
  };
  auto options = std::make_shared<Options>();
  CLI::App* to = add_command(app, "describe", "Show the options of a component");
  to->add_option("KIND", options->kind, "client, subscriber, publisher or transformer")->required()->type_name("");
  to->add_option("TYPE", options->type, "Its type, as in a configuration")->required()->type_name("");
  add_json_flag(to, state);
  on_plugins(to, state, [&state, options](Session& session) {
    return describe_component(session, options->kind, options->type, state.json);
  });
}

void add_entities(CLI::App& app, CommandState& state) {
  struct Options {
    std::vector<std::string> words;
    std::uint32_t limit = 20;
  };
  auto options = std::make_shared<Options>();
  CLI::App* to =
      add_command(app, "entities", "Search what the plugins' catalogs can name: leat entities address format");
  to->add_option("WORDS", options->words, "All of them must match")->type_name("");
  to->add_option("--limit", options->limit, "At most this many; 0 for all")->capture_default_str()->type_name("N");
  add_json_flag(to, state);
  on_plugins(to, state, [&state, options](Session& session) {
    return search_entities(session, options->words, options->limit, state.json);
  });
}

void add_schema(CLI::App& app, CommandState& state) {
  CLI::App* to = add_command(app, "schema", "Print the JSON Schema of the whole configuration, for editors");
  on_plugins(to, state, [](Session& session) { return print_schema(session); });
}

}  // namespace

void add_plugin_commands(CLI::App& app, CommandState& state) {
  add_plugins(app, state);
  CLI::App* plugin = add_command(app, "plugin", "Make and check plugins");
  plugin->require_subcommand(1);
  add_plugin_new(*plugin, state);
  add_plugin_check(*plugin, state);
  add_describe(app, state);
  add_entities(app, state);
  add_schema(app, state);
}

}  // namespace leat::host
