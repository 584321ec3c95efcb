#include "host/cli/completion.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include <vector>

namespace leat::host {
namespace {

// What may follow one command.
struct Words {
  std::string path;    // "", "tasks", "tasks list"
  std::string parent;  // "" of "tasks", "tasks" of "tasks list"
  std::string name;    // its last word
  std::vector<const CLI::App*> commands;
  std::vector<std::string> options;
};

void collect(const CLI::App& app, const Words* parent, std::vector<Words>& out) {
  Words words;
  if (parent != nullptr) {
    words.parent = parent->path;
    words.name = app.get_name();
    words.path = words.parent.empty() ? words.name : words.parent + " " + words.name;
  }
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    words.commands.push_back(command);
  }
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) words.options.push_back("--" + name);
  }
  out.push_back(words);
  for (const CLI::App* command : words.commands) collect(*command, &words, out);
}

std::string names(const Words& words) {
  std::vector<std::string> all;
  for (const CLI::App* command : words.commands) all.push_back(command->get_name());
  return fmt::format("{}", fmt::join(all, " "));
}

// Finds the words that are commands, then offers what may follow them: options behind a dash, else commands, else files.
// For zsh as well, which has meanings of its own for `path`, `commands` and `options`, takes a name behind a colon for a
// modifier (hence $(( ))), and gives "--" as $2 where the word is empty.
std::string bash(const std::vector<Words>& all) {
  std::string out =
      "_leat() {\n  local at= next= flags= word\n  for word in \"${COMP_WORDS[@]:1:$((COMP_CWORD - 1))}\"; do\n"
      "    case \"$at $word\" in\n";
  for (const Words& words : all) {
    if (!words.path.empty()) out += fmt::format("      '{} {}') at='{}' ;;\n", words.parent, words.name, words.path);
  }
  out += "    esac\n  done\n  case \"$at\" in\n";
  for (const Words& words : all) {
    out += fmt::format("    '{}') next='{}' flags='{}' ;;\n", words.path, names(words), fmt::join(words.options, " "));
  }
  return out +
         "  esac\n  word=${COMP_WORDS[COMP_CWORD]}\n  case \"$word\" in\n"
         "    -*) COMPREPLY=($(compgen -W \"$flags\" -- \"$word\")) ;;\n"
         "    *) if [ -n \"$next\" ]; then COMPREPLY=($(compgen -W \"$next\" -- \"$word\"))\n"
         "      else COMPREPLY=($(compgen -f -- \"$word\")); fi ;;\n  esac\n}\n"
         "complete -o filenames -F _leat leat\n";
}

// In fish's single quotes these two are escaped: fishshell.com/docs/3.6/language.html#quotes.
std::string fish_text(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

// As in bash. A condition asks whether the words so far are just those of one command.
std::string fish(const std::vector<Words>& all) {
  std::string out =
      "function __leat_at -a wanted\n  set -l at ''\n  for word in (commandline -opc)[2..-1]\n"
      "    switch \"$at $word\"\n";
  for (const Words& words : all) {
    if (!words.path.empty()) {
      out += fmt::format("      case '{} {}'\n        set at '{}'\n", words.parent, words.name, words.path);
    }
  }
  out += "    end\n  end\n  test \"$at\" = \"$wanted\"\nend\n";
  for (const Words& words : all) {
    const std::string line = fmt::format("complete -c leat -n '__leat_at \"{}\"'", words.path);
    for (const CLI::App* command : words.commands) {
      out += fmt::format("{} -f -a {} -d {}\n", line, command->get_name(), fish_text(command->get_description()));
    }
    for (const std::string& option : words.options) out += fmt::format("{} -l {}\n", line, option.substr(2));
  }
  return out;
}

}  // namespace

std::string completion_script(const CLI::App& app, const std::string& shell) {
  std::vector<Words> all;
  collect(app, nullptr, all);
  if (shell == "fish") return fish(all);
  if (shell == "zsh") return "autoload -U +X bashcompinit && bashcompinit\n" + bash(all);
  return bash(all);
}

}  // namespace leat::host
