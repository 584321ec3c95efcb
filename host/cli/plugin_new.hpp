// `leat plugin new`: a plugin project to start from.
#pragma once

#include <string>

#include "host/scaffold/project.hpp"

namespace leat::host {

// folder of the project empty: its name, in the current folder. Returns an exit code.
int new_plugin(NewProject project);

}  // namespace leat::host
