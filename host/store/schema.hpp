// The tables of the SQLite store, as numbered steps that only ever go forward.
#pragma once

#include "host/store/sqlite.hpp"

namespace leat::host {

// Brings the file to this program's version, in one transaction; nothing when it is there already.
// broken: not a store, or of a newer version.
void migrate(Database& db);

}  // namespace leat::host
