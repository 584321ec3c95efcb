// Opens the store that a command is about, without loading plugins or reading secrets.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "host/store/task_store.hpp"

namespace leat::host {

// store: the file itself; otherwise the one that `config` names. Prints what is wrong; gives the exit code.
int with_store(const std::string& config, const std::string& store, const std::function<int(TaskStore&)>& use);

// The incomings that a configuration names, as far as it can be read.
std::vector<std::string> incoming_names(const std::string& config);

}  // namespace leat::host
