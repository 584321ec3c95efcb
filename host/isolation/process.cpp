#include "host/isolation/process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <memory>

namespace leat::host {
namespace {

struct Actions {
  posix_spawn_file_actions_t files{};
  posix_spawnattr_t attributes{};
  Actions() {
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
  }
  Actions(const Actions&) = delete;
  Actions& operator=(const Actions&) = delete;
  ~Actions() {
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
  }
};

}  // namespace

Result<SocketPair> make_socket_pair(std::uint32_t patience_seconds) {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) return failed("socketpair", errno);
  SocketPair pair{Descriptor(ends[0]), Descriptor(ends[1])};
  // The kernel gives as much of this as it allows; a page of records then takes fewer turns.
  const int room = 4 << 20;
  for (const int end : ends) {
    setsockopt(end, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
    setsockopt(end, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
  }
  const timeval patience{static_cast<time_t>(patience_seconds), 0};
  setsockopt(ends[0], SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  return pair;
}

void block_signals() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

Result<Process> Process::start(const std::vector<std::string>& command, const Descriptor& peer) {
  std::array<int, 2> pipe_ends{};
  if (pipe2(pipe_ends.data(), O_CLOEXEC) != 0) return failed("pipe", errno);
  Descriptor output(pipe_ends[0]);
  const Descriptor input(pipe_ends[1]);
  fcntl(output.get(), F_SETFL, O_NONBLOCK);

  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);

  Actions actions;
  posix_spawn_file_actions_addopen(&actions.files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions.files, input.get(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions.files, input.get(), STDERR_FILENO);
  posix_spawn_file_actions_adddup2(&actions.files, peer.get(), isolated_socket);
  posix_spawn_file_actions_addclosefrom_np(&actions.files, isolated_socket + 1);
  sigset_t none;
  sigset_t defaults;
  sigemptyset(&none);
  sigfillset(&defaults);
  posix_spawnattr_setsigmask(&actions.attributes, &none);
  posix_spawnattr_setsigdefault(&actions.attributes, &defaults);
  posix_spawnattr_setflags(&actions.attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  pid_t pid = 0;
  const int error = posix_spawn(&pid, arguments[0], &actions.files, &actions.attributes, arguments.data(), environ);
  if (error != 0) return failed(command.front(), error);
  Descriptor handle(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  const int opened = errno;
  Process process(pid, std::move(handle), std::move(output));
  if (process.handle() < 0) {
    process.kill();
    process.reap();
    return failed("pidfd_open", opened);
  }
  return process;
}

void Process::kill() const {
  ::kill(-pid_, SIGKILL);
  ::kill(pid_, SIGKILL);  // it may not have its group yet
}

std::string Process::reap() {
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0) {
    if (errno != EINTR) return "is gone";
  }
  if (WIFSIGNALED(status)) {
    return fmt::format("was ended by signal {} ({})", WTERMSIG(status), sigdescr_np(WTERMSIG(status)));
  }
  return fmt::format("ended by itself with exit code {}", WEXITSTATUS(status));
}

std::uint64_t Process::resident_bytes() const {
  const std::unique_ptr<FILE, int (*)(FILE*)> file(fopen(fmt::format("/proc/{}/statm", pid_).c_str(), "re"), &fclose);
  unsigned long long total = 0;
  unsigned long long resident = 0;
  if (file == nullptr || fscanf(file.get(), "%llu %llu", &total, &resident) != 2) return 0;
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace leat::host
