// `leat state ...`: what components keep in the store with "leat.kv/1". No plugin is loaded.
// A component is named as it is listed, "incoming.tickets.subscriber (connectwise)", or without its type.
#pragma once

#include <string>

#include "host/store/task_store.hpp"

namespace leat::host {

// Print; give the exit code. Values are shown one at a time and when they are asked for: they may be large, and are the
// plugin's own.
// component: empty for all.
int list_state(TaskStore& store, const std::string& component, bool json);
// On a terminal on one line, elsewhere its very bytes.
int show_state(TaskStore& store, const std::string& component, const std::string& key, bool json);
// key: empty for all of the component. Refused while anybody else has the store open: what runs writes its state again.
int reset_state(TaskStore& store, const std::string& component, const std::string& key, bool json);

}  // namespace leat::host
