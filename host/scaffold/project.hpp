// A new plugin project, written from the templates.
// A project is three layers, a later one wins: any/KIND (configuration and data), LANG/any, LANG/KIND. A file named in
// capitals is no file of the project but the text of a placeholder: any/client/ABOUT is what @ABOUT@ becomes. @NAME@,
// @KIND@ are the plugin's.
// Errors  invalid: a name that is none, an unknown language or kind. denied: the folder is taken or cannot be written.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "leat/result.hpp"

namespace leat::host {

inline constexpr const char* kProjectLanguages[] = {"cpp", "c", "rust"};
inline constexpr const char* kProjectKinds[] = {"transformer", "subscriber", "publisher", "client"};

struct NewProject {
  std::string name;  // of the plugin and of its component; letters a-z, digits, '-', '_' and '.'
  std::string language;
  std::string kind;
  std::filesystem::path folder;  // absent or empty; made with its parents
};

struct MadeProject {
  std::vector<std::string> files;     // relative to the folder
  std::vector<std::string> commands;  // what the README says to run next, in the folder
};

// All of it or nothing is there afterwards.
Result<MadeProject> make_project(const NewProject& project);

}  // namespace leat::host
