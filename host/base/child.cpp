#include "host/base/child.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <utility>

#include "host/base/descriptor.hpp"

namespace leat::host {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t kept_max = 1 << 20;

std::string content(int file) {
  std::string text(kept_max, '\0');
  const ssize_t size = pread(file, text.data(), text.size(), 0);
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
  return text;
}

Result<pid_t> spawn(const std::vector<std::string>& command, int out, int err) {
  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO);
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

// Sets status and late; the child is gone in any case.
Result<Done> wait_for(pid_t child, std::chrono::milliseconds limit, ChildEnd& end) {
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
  // The whole group, also when the child ended by itself: what it started must not outlive it.
  kill(-child, SIGKILL);
  while (waitpid(child, &end.status, 0) < 0 && errno == EINTR) {
  }
  if (process.get() < 0) return failed("pidfd_open", opened);
  end.late = ended == 0;
  return Done{};
}

}  // namespace

Result<ChildEnd> run_child(const std::vector<std::string>& command, std::chrono::milliseconds limit) {
  const Descriptor out(memfd_create("child-out", MFD_CLOEXEC));
  const Descriptor err(memfd_create("child-err", MFD_CLOEXEC));
  if (out.get() < 0 || err.get() < 0) return failed("memfd_create", errno);
  const auto child = spawn(command, out.get(), err.get());
  if (!child) return child.error();
  ChildEnd end;
  if (auto waited = wait_for(*child, limit, end); !waited) return waited.error();
  end.out = content(out.get());
  end.err = content(err.get());
  return end;
}

std::string on_one_line(std::string_view text, std::size_t most) {
  std::string out;
  for (const char c : text.substr(0, most)) {
    const bool space = static_cast<unsigned char>(c) <= ' ';
    if (!space) out += c;
    if (space && !out.empty() && out.back() != ' ') out += ' ';
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

}  // namespace leat::host
