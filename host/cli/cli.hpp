// The command line: which command, which options. What each does is in the files beside this one.
#pragma once

namespace leat::host {

// Gives the exit code (exit_code.hpp). Does not throw.
int run_command_line(int argc, char** argv);

}  // namespace leat::host
