#include "host/check/process_state.hpp"

#include <dirent.h>
#include <fmt/format.h>
#include <malloc.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cfenv>
#include <clocale>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace leat::host::check {
namespace {

std::atomic<int> forks = 0;

std::size_t entries(const char* folder) {
  std::size_t count = 0;
  DIR* open = opendir(folder);
  if (open == nullptr) throw std::system_error(errno, std::generic_category(), folder);
  while (readdir(open) != nullptr) ++count;  // NOLINT(concurrency-mt-unsafe): this stream is this thread's
  closedir(open);
  return count - 2;
}

std::string handler(int signal) {
  struct sigaction action {};
  if (sigaction(signal, nullptr, &action) != 0) return "none";
  void* address = nullptr;
  std::memcpy(&address, &action.sa_sigaction, sizeof address);
  return fmt::format("{} {:x}", address, static_cast<unsigned>(action.sa_flags));
}

}  // namespace

ProcessState ProcessState::read() {
  ProcessState state;
  for (int signal = 1; signal <= 64; ++signal) state.handlers.push_back(handler(signal));
  sigset_t blocked;
  pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
  for (int signal = 1; signal <= 64; ++signal) state.mask += sigismember(&blocked, signal) == 1 ? '1' : '0';
  state.locale = setlocale(LC_ALL, nullptr);  // NOLINT(concurrency-mt-unsafe): reads only
  std::error_code error;
  state.folder = std::filesystem::current_path(error).string();
  const mode_t old = ::umask(022);
  ::umask(old);
  state.umask = old;
  state.rounding = std::fegetround();
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    state.environment[text.substr(0, text.find('='))] = text;
  }
  return state;
}

std::vector<std::string> differences(const ProcessState& before, const ProcessState& after) {
  std::vector<std::string> found;
  for (std::size_t i = 0; i < before.handlers.size(); ++i) {
    if (before.handlers[i] == after.handlers[i]) continue;
    const int signal = static_cast<int>(i) + 1;
    const char* name = sigabbrev_np(signal);
    found.push_back(fmt::format("it changed the handler of signal SIG{}", name == nullptr ? "RTMIN+" : name));
  }
  if (before.mask != after.mask) found.emplace_back("it changed which signals are blocked");
  if (before.locale != after.locale) {
    found.push_back(fmt::format("it changed the locale from {} to {}", before.locale, after.locale));
  }
  if (before.folder != after.folder) {
    found.push_back(fmt::format("it changed the working folder from {} to {}", before.folder, after.folder));
  }
  if (before.umask != after.umask) {
    found.push_back(fmt::format("it changed the umask from {:04o} to {:04o}", before.umask, after.umask));
  }
  if (before.rounding != after.rounding) found.emplace_back("it changed the rounding mode");
  for (const auto& [name, value] : after.environment) {
    const auto old = before.environment.find(name);
    if (old == before.environment.end() || old->second != value) {
      found.push_back(fmt::format("it set the environment variable {}", name));
    }
  }
  for (const auto& [name, value] : before.environment) {
    if (!after.environment.contains(name)) found.push_back(fmt::format("it removed the environment variable {}", name));
  }
  return found;
}

void watch_forks() {
  pthread_atfork([] { ++forks; }, nullptr, nullptr);
}

bool started_child() {
  if (forks > 0) return true;
  rusage children{};
  getrusage(RUSAGE_CHILDREN, &children);  // of those it waited for
  return children.ru_maxrss > 0 || waitpid(-1, nullptr, WNOHANG) >= 0 || errno != ECHILD;
}

std::size_t thread_count() { return entries("/proc/self/task"); }
std::size_t file_count() { return entries("/proc/self/fd") - 1; }  // without the one that reads

std::size_t heap_bytes() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

std::size_t resident_bytes() {
  std::ifstream in("/proc/self/statm");
  std::size_t total = 0;
  std::size_t resident = 0;
  in >> total >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace leat::host::check
