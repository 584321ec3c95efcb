// Commands about what the store holds: tasks, cursors, the state of components, cross-references.
#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "host/cli/commands.hpp"
#include "host/cli/exit_code.hpp"
#include "host/cli/state.hpp"
#include "host/cli/store_access.hpp"
#include "host/cli/tasks.hpp"
#include "host/cli/xref.hpp"

namespace leat::host {
namespace {

struct StoreOptions {
  CommandState& state;
  std::string store{};
  TaskSelection selection{};
  XrefOptions xref{};
  std::uint32_t limit = 20;
  TaskId task = 0;
  std::string note{};
  std::optional<std::uint32_t> older_than_hours{};
  std::string incoming{};
  std::string cursor{};
  std::string component{};
  std::string key{};

  bool selected() const {
    return !selection.ids.empty() || !selection.route.empty() || !selection.statuses.empty() ||
           !selection.key.empty() || !selection.error.empty();
  }
};
using Shared = std::shared_ptr<StoreOptions>;

void add_store(CLI::App* to, const Shared& options) {
  to->add_option("-c,--config", options->state.config, "The configuration whose store it is")
      ->capture_default_str()
      ->type_name("FILE");
  to->add_option("--store", options->store, "The store's file itself, instead of --config")->type_name("FILE");
  add_json_flag(to, options->state);
}

void add_selection(CLI::App* to, const Shared& options) {
  TaskSelection& selection = options->selection;
  to->add_option("ID", selection.ids, "Tasks by number")->type_name("");
  to->add_option("--route", selection.route, "Of this route")->type_name("NAME");
  to->add_option("--status", selection.statuses, "With this status; may be given again")
      ->type_name("STATUS")
      ->allow_extra_args(false);
  to->add_option("--key", selection.key, "With this key")->type_name("KEY");
  to->add_option("--error", selection.error, "Whose last error is of this kind")->type_name("KIND");
}

int ask_for_selection(const std::string& what) {
  std::cerr << "leat: tasks " << what << ": say which: numbers, --route, --status, --key or --error\n";
  return exit_usage;
}

void on_store(CLI::App* to, const Shared& options, std::function<int(TaskStore&)> use) {
  to->callback([options, use = std::move(use)] {
    options->state.action = [options, use] { return with_store(options->state.config, options->store, use); };
  });
}

void add_tasks(CLI::App& app, const Shared& options) {
  CLI::App* all = add_command(app, "tasks", "See and decide what became of records");
  all->require_subcommand(1);

  CLI::App* list = add_command(*all, "list", "List tasks");
  add_store(list, options);
  add_selection(list, options);
  list->add_option("--limit", options->limit, "At most this many; 0 for all")->capture_default_str()->type_name("N");
  on_store(list, options, [options](TaskStore& store) {
    return list_tasks(store, options->selection, options->limit, options->state.json);
  });

  CLI::App* show = add_command(*all, "show", "Show one task: record, answer, every attempt");
  add_store(show, options);
  show->add_option("ID", options->task, "The task's number")->required()->type_name("");
  on_store(show, options, [options](TaskStore& store) { return show_task(store, options->task, options->state.json); });

  for (const auto& [name, help] :
       {std::pair("retry", "Send tasks again: failed, skipped, uncertain or waiting for a retry"),
        std::pair("skip", "Give tasks up on purpose"),
        std::pair("finish", "Mark uncertain tasks as done: you saw the record at the far side")}) {
    CLI::App* move = add_command(*all, name, help);
    add_store(move, options);
    add_selection(move, options);
    move->add_option("--note", options->note, "Kept with the task")->type_name("TEXT");
    on_store(move, options, [options, to = std::string(name)](TaskStore& store) {
      if (!options->selected()) return ask_for_selection(to);
      return move_tasks(store, options->selection, to, options->note, options->state.json);
    });
  }

  CLI::App* prune = add_command(*all, "prune", "Delete settled tasks (finished, failed, skipped) and their history");
  add_store(prune, options);
  add_selection(prune, options);
  prune->add_option("--older-than-hours", options->older_than_hours, "Not changed for so long")
      ->check(CLI::Range(0, 876'000))  // a hundred years
      ->type_name("HOURS");
  on_store(prune, options, [options](TaskStore& store) {
    std::optional<std::chrono::milliseconds> age;
    if (options->older_than_hours) age = std::chrono::hours(*options->older_than_hours);
    if (!options->selected() && !age) return ask_for_selection("prune");
    return prune_tasks(store, options->selection, age, SystemClock().now(), options->state.json);
  });
}

void add_cursor(CLI::App& app, const Shared& options) {
  CLI::App* all = add_command(app, "cursor", "See and move where each incoming goes on");
  all->require_subcommand(1);

  CLI::App* show = add_command(*all, "show", "Show cursors");
  add_store(show, options);
  show->add_option("INCOMING", options->incoming, "Only of this one")->type_name("");
  on_store(show, options,
           [options](TaskStore& store) { return show_cursors(store, options->incoming, options->state.json); });

  CLI::App* set = add_command(*all, "set", "Set a cursor, in the words `cursor show` uses");
  add_store(set, options);
  set->add_option("INCOMING", options->incoming, "Whose")->required()->type_name("");
  set->add_option("CURSOR", options->cursor, "Where it goes on")->required()->type_name("");
  on_store(set, options, [options](TaskStore& store) {
    // With --store alone nobody says which configuration it is of.
    const auto configured = options->store.empty() ? incoming_names(options->state.config) : std::vector<std::string>();
    return set_cursor(store, options->incoming, options->cursor, configured);
  });

  CLI::App* reset = add_command(*all, "reset", "Let an incoming start from the beginning");
  add_store(reset, options);
  reset->add_option("INCOMING", options->incoming, "Whose")->required()->type_name("");
  on_store(reset, options,
           [options](TaskStore& store) { return set_cursor(store, options->incoming, std::nullopt, {}); });
}

void add_state(CLI::App& app, const Shared& options) {
  CLI::App* all = add_command(app, "state", "See and forget what components keep in the store");
  all->require_subcommand(1);
  const auto add = [&](const char* name, const char* help, bool whose) {
    CLI::App* to = add_command(*all, name, help);
    add_store(to, options);
    to->add_option("COMPONENT", options->component, "Its place, as `state list` shows it; the type may be left out")
        ->required(whose)
        ->type_name("");
    return to;
  };
  CLI::App* list = add("list", "List what each component keeps, without the values", false);
  on_store(list, options,
           [options](TaskStore& store) { return list_state(store, options->component, options->state.json); });

  CLI::App* show = add("show", "Print one value", true);
  show->add_option("KEY", options->key, "Which")->required()->type_name("");
  on_store(show, options, [options](TaskStore& store) {
    return show_state(store, options->component, options->key, options->state.json);
  });

  CLI::App* reset = add("reset", "Let a component begin as if it were new; not while a leat runs", true);
  reset->add_option("KEY", options->key, "Only this value")->type_name("");
  on_store(reset, options, [options](TaskStore& store) {
    return reset_state(store, options->component, options->key, options->state.json);
  });
}

void add_xref(CLI::App& app, const Shared& options) {
  XrefOptions& xref = options->xref;
  CLI::App* to = add_command(app, "xref", "Find which id of the far side stands for which record");
  add_store(to, options);
  to->add_option("SET", xref.set, "Only of this set")->type_name("");
  to->add_option("--source", xref.source, "What the record is known by")->type_name("KEY");
  to->add_option("--target", xref.target, "The id at the far side")->type_name("ID");
  to->add_option("--limit", xref.limit, "At most this many; 0 for all")->capture_default_str()->type_name("N");
  to->add_flag("--remove", xref.remove, "Forget the one of SET and --source");
  on_store(to, options, [options](TaskStore& store) { return find_xrefs(store, options->xref, options->state.json); });
}

}  // namespace

void add_store_commands(CLI::App& app, CommandState& state) {
  const auto options = std::make_shared<StoreOptions>(StoreOptions{state});
  add_tasks(app, options);
  add_cursor(app, options);
  add_state(app, options);
  add_xref(app, options);
}

}  // namespace leat::host
