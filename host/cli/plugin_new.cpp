#include "host/cli/plugin_new.hpp"

#include <fmt/format.h>

#include <iostream>
#include <utility>

#include "host/cli/exit_code.hpp"
#include "host/cli/output.hpp"

namespace leat::host {

int new_plugin(NewProject project) {
  if (project.folder.empty()) project.folder = project.name;
  const auto made = make_project(project);
  if (!made) {
    std::cerr << "leat: plugin new: " << made.error().message << '\n';
    return exit_usage;
  }
  const Style style = Style::of(1);
  std::cout << fmt::format("{}: a {} in {}, {} files. Next:\n", style.bold(project.folder.string()), project.kind,
                           project.language, made->files.size())
            << "  cd " << project.folder.string() << '\n';
  for (const std::string& command : made->commands) std::cout << "  " << command << '\n';
  return exit_ok;
}

}  // namespace leat::host
