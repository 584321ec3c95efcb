#include "support/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

extern char** environ;

namespace leat::test {
namespace {

std::string content(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// A pause between two looks at something that has no event to wait on: another program's output.
void look_again_soon() { poll(nullptr, 0, 2); }

// False: it still runs when the time is over.
bool wait_for_end(int pid, std::chrono::seconds limit) {
  const auto fd = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
  if (fd < 0) throw std::runtime_error("pidfd_open failed");
  const auto deadline = std::chrono::steady_clock::now() + limit;
  pollfd event{fd, POLLIN, 0};
  int got = -1;
  do {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    got = poll(&event, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
  } while (got < 0 && errno == EINTR);
  close(fd);
  return got > 0;
}

double seconds(std::chrono::steady_clock::duration time) { return std::chrono::duration<double>(time).count(); }
double seconds(const timeval& time) { return double(time.tv_sec) + double(time.tv_usec) / 1e6; }

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (auto& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

std::vector<std::string> environment(const Program::Variables& variables) {
  std::vector<std::string> out;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    if (variables.count(text.substr(0, text.find('='))) == 0) out.push_back(text);
  }
  for (const auto& [name, value] : variables) out.push_back(name + "=" + value);
  return out;
}

void redirect(int fd, const char* path, int flags) {
  const int file = open(path, flags, 0600);
  if (file < 0 || dup2(file, fd) < 0) _exit(126);
}

}  // namespace

TempDir::TempDir() {
  std::string name = (std::filesystem::temp_directory_path() / "leat-test-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
  path_ = name;
}

TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TempDir::write(const std::string& name, std::string_view text) const {
  const auto path = path_ / name;
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
  return path.string();
}

std::string TempDir::read(const std::string& name) const { return content(path_ / name); }

Program::Program(std::vector<std::string> command, const Variables& variables, const std::string& input)
    : command_(std::move(command)) {
  auto environ_texts = environment(variables);
  const auto argv = pointers(command_);
  const auto envp = pointers(environ_texts);
  const std::string in_path = files_.write("in", input);
  const std::string out_path = files_.write("out", "");
  const std::string err_path = files_.write("err", "");
  started_ = std::chrono::steady_clock::now();
  pid_ = fork();
  if (pid_ < 0) throw std::runtime_error("fork failed");
  if (pid_ == 0) {
    setpgid(0, 0);
    redirect(0, in_path.c_str(), O_RDONLY);
    redirect(1, out_path.c_str(), O_WRONLY | O_APPEND);
    redirect(2, err_path.c_str(), O_WRONLY | O_APPEND);
    execve(argv[0], argv.data(), envp.data());
    _exit(127);
  }
}

Program::~Program() {
  if (ended_) return;
  ::kill(pid_, SIGKILL);
  check_exit(true);
}

void Program::check_exit(bool block) {
  if (ended_ || wait4(pid_, &status_, block ? 0 : WNOHANG, &usage_) != pid_) return;
  ended_ = true;
  ended_at_ = std::chrono::steady_clock::now();
}

bool Program::running() {
  check_exit(false);
  return !ended_;
}

Exit Program::wait(std::chrono::seconds limit) {
  if (running() && !wait_for_end(pid_, limit)) {
    signal(SIGKILL);
    check_exit(true);
    throw std::runtime_error(command_[0] + " did not end in time; it printed:\n" + out() + err());
  }
  check_exit(true);
  Exit exit;
  exit.seconds = seconds(ended_at_ - started_);
  exit.cpu_seconds = seconds(usage_.ru_utime) + seconds(usage_.ru_stime);
  exit.peak_rss = static_cast<std::uint64_t>(usage_.ru_maxrss) * 1024;
  if (WIFEXITED(status_)) exit.code = WEXITSTATUS(status_);
  if (WIFSIGNALED(status_)) exit.signal = WTERMSIG(status_);
  exit.out = out();
  exit.err = err();
  return exit;
}

void Program::signal(int number) const { ::kill(pid_, number); }
std::string Program::out() const { return files_.read("out"); }
std::string Program::err() const { return files_.read("err"); }

double Program::cpu_seconds() const {
  clockid_t clock{};
  timespec time{};
  if (clock_getcpuclockid(pid_, &clock) != 0 || clock_gettime(clock, &time) != 0) {
    throw std::runtime_error(command_[0] + " has ended");
  }
  return double(time.tv_sec) + double(time.tv_nsec) / 1e9;
}

void Program::wait_for(std::string_view text, std::chrono::seconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (true) {
    const bool alive = running();
    if (out().find(text) != std::string::npos || err().find(text) != std::string::npos) return;
    if (!alive || std::chrono::steady_clock::now() > deadline) {
      throw std::runtime_error(command_[0] + " did not print \"" + std::string(text) + "\"; it printed:\n" + out() +
                               err());
    }
    look_again_soon();
  }
}

Exit run(std::vector<std::string> command, const Program::Variables& variables, const std::string& input) {
  return Program(std::move(command), variables, input).wait();
}

}  // namespace leat::test
