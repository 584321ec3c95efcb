// Tries a library in a child process, so that code which crashes, exits or hangs while it is loaded cannot take the
// host with it. The child is a fresh program (fork and exec), never a fork that goes on: the host may have threads.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "leat/abi.h"
#include "leat/result.hpp"

namespace leat::host {

// The parent's side. command: program and arguments; the file is appended. Gives the library's id. Errors: why it must
// not be loaded.
Result<std::string> probe(const std::vector<std::string>& command, const std::filesystem::path& file,
                          std::chrono::milliseconds limit);

// The child's side: opens, checks and initialises the library, says what came of it on stdout and ends the process,
// without running exit handlers. What the library prints goes to stderr.
[[noreturn]] void probe_library(const leat_host& host, const std::filesystem::path& file);

}  // namespace leat::host
