#include "pipe_output.hpp"

#include <limits.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "descriptor.hpp"

namespace leat::file {
namespace {

constexpr int kSliceMs = 100;

// A pipe that is ready takes PIPE_BUF bytes at once (pipe(7)); files and terminals take what they get.
std::size_t chunk_of(int fd) {
  struct stat status {};
  const bool pipe = ::fstat(fd, &status) == 0 && (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode));
  return pipe ? PIPE_BUF : std::size_t{1} << 20U;
}

}  // namespace

PipeOutput::PipeOutput(int fd, std::function<bool()> cancelled)
    : fd_(fd), cancelled_(std::move(cancelled)), chunk_(chunk_of(fd)) {}

Result<Done> PipeOutput::write(std::string_view piece) {
  const std::size_t size = piece.size();
  while (!piece.empty()) {
    pollfd ready{fd_, POLLOUT, 0};
    if (::poll(&ready, 1, kSliceMs) <= 0) {
      if (!cancelled_()) continue;
      const bool begun = piece.size() < size;
      return Error{begun ? ErrorKind::uncertain : ErrorKind::cancelled,
                   begun ? "standard output: asked to stop within a record" : "asked to stop", 0};
    }
    const ssize_t got = ::write(fd_, piece.data(), std::min(piece.size(), chunk_));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error("standard output", "cannot be written");
    piece.remove_prefix(static_cast<std::size_t>(got));
  }
  return Done{};
}

}  // namespace leat::file
