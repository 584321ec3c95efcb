#include "host/cli/cli.hpp"

int main(int argc, char** argv) { return leat::host::run_command_line(argc, argv); }
