// What the program's exit code says; README.md has the same table.
#pragma once

namespace leat::host {

enum ExitCode : int {
  exit_ok = 0,      // done; for check: no errors
  exit_failed = 1,  // it ran, but not everything went well: tasks failed or uncertain, a route stopped, nothing found
  exit_usage = 2,   // wrong arguments or configuration; nothing was done
  exit_broken = 3,  // the store, a file or the machine: see the message
};

}  // namespace leat::host
