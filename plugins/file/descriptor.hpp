// An open file descriptor, and what the system says about errors.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "leat/result.hpp"

namespace leat::file {

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int raw) : raw_(raw) {}
  Descriptor(Descriptor&& other) noexcept : raw_(std::exchange(other.raw_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(raw_, other.raw_);
    return *this;
  }
  ~Descriptor() { close(); }

  void close() {
    if (raw_ >= 0) ::close(std::exchange(raw_, -1));
  }
  explicit operator bool() const { return raw_ >= 0; }
  int raw() const { return raw_; }

 private:
  int raw_ = -1;
};

// "/data/out.ndjson: cannot be opened: Permission denied". denied where only a person can help, also where a file or
// folder is absent; else busy: full disks are emptied and devices come back.
inline Error system_error(std::string_view path, std::string_view what, int code = errno) {
  const bool helpless = code == EACCES || code == EPERM || code == EROFS || code == EISDIR || code == ENOTDIR ||
                        code == ENOENT || code == ENAMETOOLONG || code == ELOOP;
  const ErrorKind kind = helpless ? ErrorKind::denied : ErrorKind::busy;
  std::string message(path);
  ((message += ": ") += what) += ": ";
  return {kind, message + std::generic_category().message(code), 0};
}

// Makes a name that was given in the path's folder survive a power cut.
inline Result<Done> synchronise_folder(const std::string& path) {
  const std::string folder = path.substr(0, path.rfind('/') + 1);
  const Descriptor fd(::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd || ::fsync(fd.raw()) != 0) return system_error(path, "its folder cannot be synchronised");
  return Done{};
}

}  // namespace leat::file
