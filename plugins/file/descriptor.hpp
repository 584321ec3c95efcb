// An open file descriptor, and what the system says about errors.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
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

// "/data/out.ndjson: cannot be opened: Permission denied". denied where a person has to help, so that tasks wait
// instead of using up their attempts: names, rights, a full disk; else busy: devices come back.
inline Error system_error(std::string_view path, std::string_view what, int code = errno) {
  constexpr int kHelpless[] = {EACCES,       EPERM, EROFS,  EISDIR, ENOTDIR, ENOENT,
                               ENAMETOOLONG, ELOOP, ENOSPC, EDQUOT, EFBIG};
  const bool helpless = std::find(std::begin(kHelpless), std::end(kHelpless), code) != std::end(kHelpless);
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
