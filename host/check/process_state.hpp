// What a plugin must leave alone in its process.
#pragma once

#include <csignal>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace leat::host::check {

// Of the whole process, at one moment.
struct ProcessState {
  std::vector<std::string> handlers;  // by signal: the handler's address and flags
  std::string mask;                   // blocked signals of this thread
  std::string locale;
  std::string folder;
  unsigned umask = 0;
  int rounding = 0;
  std::map<std::string, std::string> environment;

  static ProcessState read();
};

// What changed, each with what it was: "it changed the working folder from / to /tmp". Empty: nothing.
std::vector<std::string> differences(const ProcessState& before, const ProcessState& after);

// From now on forks are counted.
void watch_forks();
// Did this process start another one since it began? (Whether by fork, vfork or spawn.)
bool started_child();

std::size_t thread_count();
std::size_t file_count();  // open descriptors
std::size_t heap_bytes();  // handed out by malloc, in all arenas
std::size_t resident_bytes();

}  // namespace leat::host::check
