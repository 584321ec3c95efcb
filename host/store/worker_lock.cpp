#include "host/store/worker_lock.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <random>
#include <string>
#include <system_error>

namespace leat::host {
namespace {

struct flock byte_at(std::int64_t offset) {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = offset;
  lock.l_len = 1;
  return lock;
}

}  // namespace

// Locks of the open file description (OFD), not of the process: those would be lost when any descriptor of the file
// closes, and two workers of one process would not see each other.
Result<std::unique_ptr<WorkerLock>> WorkerLock::take(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) {
    return Error{ErrorKind::broken, path.string() + ": cannot be opened: " + std::generic_category().message(errno), 0};
  }
  std::unique_ptr<WorkerLock> self(new WorkerLock(file));
  std::random_device random;
  for (int tries = 0; tries < 100; ++tries) {
    const std::int64_t number = (static_cast<std::int64_t>(random() & 0x3fffffff) << 32) | random();
    struct flock lock = byte_at(number);
    if (number != 0 && ::fcntl(file, F_OFD_SETLK, &lock) == 0) {
      self->number_ = number;
      return self;
    }
    if (errno != EAGAIN && errno != EACCES) break;
  }
  return Error{ErrorKind::broken, path.string() + ": cannot be locked: " + std::generic_category().message(errno), 0};
}

WorkerLock::~WorkerLock() { ::close(file_); }

// When in doubt it lives: then its lease decides.
bool WorkerLock::alive(std::int64_t number) const {
  if (number == number_) return true;
  struct flock lock = byte_at(number);
  return ::fcntl(file_, F_OFD_GETLK, &lock) != 0 || lock.l_type != F_UNLCK;
}

bool WorkerLock::alone() const {
  struct flock lock = byte_at(0);
  lock.l_len = 0;  // to the end; its own locks do not count
  return ::fcntl(file_, F_OFD_GETLK, &lock) == 0 && lock.l_type == F_UNLCK;
}

}  // namespace leat::host
