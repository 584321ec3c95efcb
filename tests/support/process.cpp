#include "support/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

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
  if (!ended_ && waitpid(pid_, &status_, block ? 0 : WNOHANG) == pid_) ended_ = true;
}

bool Program::running() {
  check_exit(false);
  return !ended_;
}

Exit Program::wait(std::chrono::seconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (running()) {
    if (std::chrono::steady_clock::now() > deadline) {
      signal(SIGKILL);
      check_exit(true);
      throw std::runtime_error(command_[0] + " did not end in time; it printed:\n" + out() + err());
    }
    look_again_soon();
  }
  Exit exit;
  if (WIFEXITED(status_)) exit.code = WEXITSTATUS(status_);
  if (WIFSIGNALED(status_)) exit.signal = WTERMSIG(status_);
  exit.out = out();
  exit.err = err();
  return exit;
}

void Program::signal(int number) const { ::kill(pid_, number); }
std::string Program::out() const { return files_.read("out"); }
std::string Program::err() const { return files_.read("err"); }

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
