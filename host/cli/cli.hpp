// The command line: the parser, its commands (commands.hpp) and the hidden ones. What each does is in the files beside.
#pragma once

namespace leat::host {

// Gives the exit code (exit_code.hpp). Does not throw.
int run_command_line(int argc, char** argv);

}  // namespace leat::host
