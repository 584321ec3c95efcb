// Completion scripts, made from the same parser that reads the command line.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace leat::host {

// shell: "bash", "zsh" or "fish".
std::string completion_script(const CLI::App& app, const std::string& shell);

}  // namespace leat::host
