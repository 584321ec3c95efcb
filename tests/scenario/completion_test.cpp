// `leat completion SHELL`: each script is read by its shell, and offers what may follow.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <utility>

#include "scenario/story.hpp"

using namespace leat::test;

namespace {

using Words = std::vector<std::string>;

std::string script(const std::string& shell) {
  const Exit printed = run({build_folder() + "/bin/leat", "completion", shell});
  REQUIRE(printed.code == 0);
  return printed.out;
}

// The shell's program; empty: this machine has none.
std::string program(const std::string& shell) {
  const std::string path = "/usr/bin/" + shell;
  return std::filesystem::exists(path) ? path : "";
}

// Whether each quoted text has its end, in shells where ' is quoted as '\'' (bash, zsh) or \' (fish).
bool quotes_are_closed(const std::string& text, bool escapes_inside) {
  char open = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\\' && (open != '\'' || escapes_inside)) {
      ++at;
    } else if (open == 0 && (text[at] == '\'' || text[at] == '"')) {
      open = text[at];
    } else if (text[at] == open) {
      open = 0;
    }
  }
  return open == 0;
}

// The names under "Subcommands:" of a help text.
Words commands_in(const std::string& help) {
  Words names;
  std::istringstream lines(help.substr(std::min(help.find("Subcommands:\n"), help.size())));
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind("  ", 0) == 0 && line[2] != ' ') names.push_back(line.substr(2, line.find(' ', 2) - 2));
  }
  return names;
}

// Shells write what they remember into it.
Program::Variables home(const std::string& file) {
  return {{"HOME", std::filesystem::path(file).parent_path().string()}};
}

// What the shell offers for the last word, sorted; a description, as fish gives one, is left out.
Words offered(const std::string& shell, const std::string& file, const Words& typed) {
  std::string words;
  for (const std::string& word : typed) words += "'" + word + "' ";
  std::string commands = "COMP_WORDS=(leat " + words + "); COMP_CWORD=" + std::to_string(typed.size()) +
                         "; _leat; printf '%s\\n' \"${COMPREPLY[@]}\"\n";
  if (shell == "zsh") {
    commands = "autoload -U compinit; compinit -u -D; source " + file + "; () { emulate -L sh; " + commands + "}\n";
  } else if (shell == "bash") {
    commands = "source " + file + "; " + commands;
  } else {
    commands = "source " + file + "; complete -C 'leat";
    for (const std::string& word : typed) commands += " " + word;
    commands += "'\n";
  }
  const Exit asked = run({program(shell), shell == "zsh" ? "-fc" : "-c", commands}, home(file));
  CAPTURE(asked.err);
  CHECK(asked.code == 0);
  Words out;
  std::istringstream lines(asked.out);
  for (std::string line; std::getline(lines, line);) out.push_back(line.substr(0, line.find('\t')));
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

TEST_CASE("each shell can read its script, which names every command") {
  const Story story("");
  for (const char* shell : {"bash", "zsh", "fish"}) {
    CAPTURE(shell);
    const std::string text = script(shell);
    if (program(shell).empty()) {
      CHECK(quotes_are_closed(text, std::string(shell) == "fish"));
    } else {
      const std::string file = story.folder().write(shell, text);
      const Exit read = run({program(shell), "-n", file}, home(file));
      CAPTURE(read.err);
      CHECK(read.code == 0);
      CHECK(read.err.empty());
    }
    const Words commands = commands_in(story.leat({"--help"}).out);
    REQUIRE(commands.size() > 10);
    for (const std::string& command : commands) {
      CHECK_MESSAGE(text.find("' " + command + "'") != std::string::npos, command);
      for (const std::string& below : commands_in(story.leat({command, "--help"}).out)) {
        CHECK_MESSAGE(text.find("'" + command + " " + below + "'") != std::string::npos, below);
      }
    }
  }
}

TEST_CASE("what is offered is what may follow the words so far, and no other command's") {
  const Story story("");
  const std::pair<Words, Words> rows[] = {
      {{"tasks", ""}, {"finish", "list", "prune", "retry", "show", "skip"}},
      {{"plugin", ""}, {"check", "checks", "new"}},
      {{"check", "--"}, {"--help", "--json", "--online"}},
      {{"plugin", "check", "--"}, {"--config", "--help", "--json", "--limit", "--only", "--records", "--seed"}},
      {{"plugin", "checks", "--"}, {"--help", "--json"}},
  };
  for (const char* shell : {"bash", "zsh", "fish"}) {
    if (program(shell).empty()) continue;
    const std::string file = story.folder().write(shell, script(shell));
    for (const auto& [typed, follow] : rows) {
      const std::string last = typed[typed.size() - 2];
      CAPTURE(shell);
      CAPTURE(last);
      CHECK(offered(shell, file, typed) == follow);
    }
    if (std::string(shell) == "zsh") continue;  // its files come from the line editor, which a script does not have
    const std::string leat_yaml = story.config();
    CHECK(offered(shell, file, {"check", leat_yaml.substr(0, leat_yaml.size() - 2)}) == Words{leat_yaml});
  }
}
