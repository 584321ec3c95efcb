// The commands of the command line, by what they are about: which options each has, and what it runs.
#pragma once

#include <functional>
#include <string>

#include "host/cli/session.hpp"

namespace CLI {
class App;
}

namespace leat::host {

// What the commands share. Lives as long as the parser, whose options point into it.
struct CommandState {
  GlobalOptions global{};
  std::string config = "leat.yaml";
  bool json = false;
  std::function<int()> action{};  // what the chosen command does; gives the exit code
};

void add_route_commands(CLI::App& app, CommandState& state);   // run, check, doctor, plan, apply, fetch
void add_store_commands(CLI::App& app, CommandState& state);   // tasks, cursor, state, xref
void add_plugin_commands(CLI::App& app, CommandState& state);  // plugins, plugin, describe, entities, schema

// What they are made of.
CLI::App* add_command(CLI::App& parent, const char* name, const char* help);
void add_json_flag(CLI::App* to, CommandState& state);
// CONFIG must be given, unlike where leat.yaml is meant without it.
void add_needed_config(CLI::App* to, CommandState& state);

}  // namespace leat::host
