// Runs a program as a child until it ends or its time is over, and keeps what it wrote.
// The child is a fresh program (fork and exec), never a fork that goes on: this process may have threads. It reads
// nothing, leads a process group of its own, and is gone, with what it started there, when the function returns.
// Threads  any, at the same time.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "leat/result.hpp"

namespace leat::host {

struct ChildEnd {
  int status = 0;     // as of waitpid
  bool late = false;  // it was ended because its time was over
  std::string out;    // what it wrote, at most the first MiB
  std::string err;
};

// command: program and arguments; "/proc/self/exe" is this program. Errors: it could not be started.
Result<ChildEnd> run_child(const std::vector<std::string>& command, std::chrono::milliseconds limit);

// A text on one line: control characters as blanks, one blank at a time; cut at `most` bytes.
std::string on_one_line(std::string_view text, std::size_t most = 4096);

}  // namespace leat::host
