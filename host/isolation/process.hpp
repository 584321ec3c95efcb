// A child process of this one: the host's own program again, with a socket as its descriptor 3 and nothing else of
// ours. Its stdin is empty; what it prints comes through a pipe. It has a process group of its own, so that a Ctrl-C is
// the host's to answer, and ends with the thread that started it.
// Owner    Life.
// Threads  any; reap: one.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "host/base/descriptor.hpp"
#include "leat/result.hpp"

namespace leat::host {

inline constexpr int isolated_socket = 3;

class Process {
 public:
  // command: program and arguments; peer: becomes its descriptor 3.
  static Result<Process> start(const std::vector<std::string>& command, const Descriptor& peer);

  pid_t pid() const { return pid_; }
  int handle() const { return handle_.get(); }  // readable once it has ended
  int output() const { return output_.get(); }  // what it prints
  void kill() const;                            // and all of its group
  // Waits for its end; says how it ended.
  std::string reap();
  std::uint64_t resident_bytes() const;  // 0: not known

 private:
  Process(pid_t pid, Descriptor handle, Descriptor output)
      : pid_(pid), handle_(std::move(handle)), output_(std::move(output)) {}
  pid_t pid_;
  Descriptor handle_;  // a pidfd
  Descriptor output_;
};

// Both ends close when another program is started. The first sends no longer than `patience` at a time.
struct SocketPair {
  Descriptor ours;
  Descriptor theirs;
};
Result<SocketPair> make_socket_pair(std::uint32_t patience_seconds);

// No signal is handled on this thread: they are the main thread's.
void block_signals();

}  // namespace leat::host
