#include "host/plugin/probe.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>
#include <system_error>
#include <utility>

#include "host/plugin/library.hpp"

namespace leat::host {
namespace {

using std::chrono::steady_clock;

// What the child says on stdout: this word when all is well, else the reason.
constexpr std::string_view sound = "sound";

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  int get() const { return number_; }

 private:
  int number_;
};

std::string system_text(int error) { return std::generic_category().message(error); }

Error failed(std::string_view what, int error) {
  return Error{ErrorKind::broken,
               fmt::format("could not be tried in a child process: {}: {}", what, system_text(error)), 0};
}

// The first few KiB a child wrote; control characters as spaces, one space at a time.
std::string said(int file) {
  std::array<char, 4096> text{};
  const ssize_t size = pread(file, text.data(), text.size(), 0);
  std::string out;
  for (ssize_t i = 0; i < size; ++i) {
    const char c = text[static_cast<std::size_t>(i)];
    const bool space = static_cast<unsigned char>(c) <= ' ';
    if (!space) out += c;
    if (space && !out.empty() && out.back() != ' ') out += ' ';
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

Result<pid_t> spawn(const std::vector<std::string>& command, const std::string& file, int out, int err) {
  std::vector<char*> arguments;
  arguments.reserve(command.size() + 2);
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(const_cast<char*>(file.c_str()));
  arguments.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO);
  // A group of its own: at the limit, what the library itself started ends too.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  pid_t child = 0;
  const int error = posix_spawn(&child, arguments[0], &actions, &attributes, arguments.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return failed(command.front(), error);
  return child;
}

// Its wait status; nothing-in-time is an error, and the child is gone in any case.
Result<int> wait_for(pid_t child, std::chrono::milliseconds limit) {
  const Descriptor process(static_cast<int>(syscall(SYS_pidfd_open, child, 0)));
  const int opened = errno;
  int ended = -1;
  if (process.get() >= 0) {
    pollfd waited{process.get(), POLLIN, 0};
    const auto until = steady_clock::now() + limit;
    do {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - steady_clock::now());
      ended = poll(&waited, 1, static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 3'600'000)));
    } while (ended < 0 && errno == EINTR);
  }
  if (ended <= 0) kill(-child, SIGKILL);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (process.get() < 0) return failed("pidfd_open", opened);
  if (ended == 0) {
    return Error{ErrorKind::broken, fmt::format("did not finish loading within {} ms", limit.count()), 0};
  }
  return status;
}

}  // namespace

Result<Done> probe(const std::vector<std::string>& command, const std::filesystem::path& file,
                   std::chrono::milliseconds limit) {
  const Descriptor out(memfd_create("probe-out", MFD_CLOEXEC));
  const Descriptor err(memfd_create("probe-err", MFD_CLOEXEC));
  if (out.get() < 0 || err.get() < 0) return failed("memfd_create", errno);
  const auto child = spawn(command, file.string(), out.get(), err.get());
  if (!child) return child.error();
  const auto status = wait_for(*child, limit);
  if (!status) return status.error();

  const std::string result = said(out.get());
  if (WIFEXITED(*status) && result == sound) return Done{};
  if (WIFEXITED(*status) && !result.empty()) return Error{ErrorKind::invalid, result, 0};
  std::string text = WIFSIGNALED(*status)
                         ? fmt::format("crashed while it was loaded (signal {}, {})", WTERMSIG(*status),
                                       sigdescr_np(WTERMSIG(*status)))
                         : fmt::format("ended the process while it was loaded (exit code {})", WEXITSTATUS(*status));
  if (const std::string last_words = said(err.get()); !last_words.empty()) text += ": " + last_words;
  return Error{ErrorKind::broken, std::move(text), 0};
}

void probe_library(const leat_host& host, const std::filesystem::path& file) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int answer = dup(STDOUT_FILENO);
  dup2(STDERR_FILENO, STDOUT_FILENO);
  Library library = open_library(file);
  if (library.state == Library::State::loaded) init_library(host, library);
  const std::string_view result = library.state == Library::State::loaded ? sound : std::string_view(library.reason);
  const ssize_t written = write(answer, result.data(), result.size());
  _exit(written == static_cast<ssize_t>(result.size()) ? 0 : 1);
}

}  // namespace leat::host
