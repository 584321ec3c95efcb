#include "host/plugin/probe.hpp"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <string_view>
#include <utility>

#include "host/base/child.hpp"
#include "host/plugin/library.hpp"

namespace leat::host {
namespace {

// What the child says on stdout: this word and the library's id when all is well, else the reason.
constexpr std::string_view sound = "sound ";

}  // namespace

Result<std::string> probe(const std::vector<std::string>& command, const std::filesystem::path& file,
                          std::chrono::milliseconds limit) {
  std::vector<std::string> whole = command;
  whole.push_back(file.string());
  const auto ran = run_child(whole, limit);
  if (!ran) {
    return Error{ErrorKind::broken, fmt::format("could not be tried in a child process: {}", ran.error().message), 0};
  }
  const int status = ran->status;
  if (ran->late) {
    return Error{ErrorKind::broken, fmt::format("did not finish loading within {} ms", limit.count()), 0};
  }
  const std::string result = on_one_line(ran->out);
  if (WIFEXITED(status) && result.starts_with(sound)) return result.substr(sound.size());
  if (WIFEXITED(status) && !result.empty()) return Error{ErrorKind::invalid, result, 0};
  std::string text =
      WIFSIGNALED(status)
          ? fmt::format("crashed while it was loaded (signal {}, {})", WTERMSIG(status), sigdescr_np(WTERMSIG(status)))
          : fmt::format("ended the process while it was loaded (exit code {})", WEXITSTATUS(status));
  if (const std::string last_words = on_one_line(ran->err); !last_words.empty()) text += ": " + last_words;
  return Error{ErrorKind::broken, std::move(text), 0};
}

void probe_library(const leat_host& host, const std::filesystem::path& file) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int answer = dup(STDOUT_FILENO);
  dup2(STDERR_FILENO, STDOUT_FILENO);
  Library library = open_library(file);
  if (library.state == Library::State::loaded) init_library(host, library);
  const bool loaded = library.state == Library::State::loaded;
  const std::string result = loaded ? std::string(sound) + library.id : library.reason;
  const ssize_t written = write(answer, result.data(), result.size());
  _exit(written == static_cast<ssize_t>(result.size()) ? 0 : 1);
}

}  // namespace leat::host
