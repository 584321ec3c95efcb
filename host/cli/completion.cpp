#include "host/cli/completion.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <vector>

namespace leat::host {
namespace {

struct Words {
  std::string path;  // "", "tasks", "tasks list"
  std::vector<const CLI::App*> commands;
  std::vector<std::string> options;
};

void collect(const CLI::App& app, const std::string& path, std::vector<Words>& out) {
  Words words{path, {}, {}};
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    words.commands.push_back(command);
  }
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) words.options.push_back("--" + name);
  }
  out.push_back(words);
  for (const CLI::App* command : words.commands) {
    collect(*command, path.empty() ? command->get_name() : path + " " + command->get_name(), out);
  }
}

std::string joined(const Words& words) {
  std::string out;
  for (const CLI::App* command : words.commands) out += command->get_name() + " ";
  for (const std::string& option : words.options) out += option + " ";
  if (!out.empty()) out.pop_back();
  return out;
}

// Finds the words that are commands, then offers what may follow them, and files.
std::string bash(const std::vector<Words>& all) {
  std::string out =
      "_leat() {\n  local path= word\n  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
      "    case \"$path $word\" in\n";
  for (const Words& words : all) {
    if (!words.path.empty()) {
      const auto cut = words.path.find(' ');
      const std::string before = cut == std::string::npos ? "" : words.path.substr(0, cut);
      const std::string last = cut == std::string::npos ? words.path : words.path.substr(cut + 1);
      out += fmt::format("      '{} {}') path='{}' ;;\n", before, last, words.path);
    }
  }
  out += "    esac\n  done\n  case \"$path\" in\n";
  for (const Words& words : all) {
    out += fmt::format("    '{}') COMPREPLY=($(compgen -W '{}' -- \"$2\")) ;;\n", words.path, joined(words));
  }
  return out +
         "  esac\n  [ ${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- \"$2\"))\n}\n"
         "complete -o filenames -F _leat leat\n";
}

std::string fish(const std::vector<Words>& all) {
  std::string out;
  for (const Words& words : all) {
    const std::string seen = words.path.empty() ? "__fish_use_subcommand" : "__fish_seen_subcommand_from " + words.path;
    for (const CLI::App* command : words.commands) {
      out += fmt::format("complete -c leat -n '{}' -a {} -d '{}'\n", seen, command->get_name(),
                         command->get_description());
    }
    for (const std::string& option : words.options) {
      out += fmt::format("complete -c leat -n '{}' -l {}\n", seen, option.substr(2));
    }
  }
  return out;
}

}  // namespace

std::string completion_script(const CLI::App& app, const std::string& shell) {
  std::vector<Words> all;
  collect(app, "", all);
  if (shell == "fish") return fish(all);
  if (shell == "zsh") return "autoload -U +X bashcompinit && bashcompinit\n" + bash(all);
  return bash(all);
}

}  // namespace leat::host
