// Reads what a plugin exports: versions, sizes, tables, schemas. Refusals say what was expected and what was found.
#pragma once

#include <string>

#include "host/plugin/library.hpp"
#include "leat/abi.h"

namespace leat::host {

// Fills `library` from the descriptor and sets its state and reason. A component that is wrong is refused by itself; a
// library is refused when its own part is wrong or no component of it is left.
void read_descriptor(const leat_plugin& plugin, Library& library);

// Refuses a library of whose components none is left; the first component's reason is its own.
void refuse_if_empty(Library& library);

}  // namespace leat::host
