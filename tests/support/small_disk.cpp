#include "support/small_disk.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <utility>

namespace leat::test {
namespace {

std::string why(const char* what) { return std::string(what) + ": " + std::strerror(errno); }

// This process gets mounts of its own, as root of a user namespace where it is not root already. Empty: done.
std::string separate() {
  const auto user = geteuid();
  const auto group = getegid();
  if (unshare(CLONE_NEWNS | (user == 0 ? 0 : CLONE_NEWUSER)) != 0) return why("unshare");
  if (user != 0) {
    std::ofstream("/proc/self/setgroups") << "deny";
    std::ofstream("/proc/self/uid_map") << "0 " << user << " 1";
    std::ofstream("/proc/self/gid_map") << "0 " << group << " 1";
  }
  if (mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return why("mount private");
  return {};
}

}  // namespace

SmallDisk::SmallDisk(std::filesystem::path folder, std::size_t bytes) : folder_(std::move(folder)) {
  static const std::string separated = separate();
  refused_ = separated;
  if (!refused_.empty()) return;
  std::filesystem::create_directories(folder_);
  const std::string size = "size=" + std::to_string(bytes);
  if (mount("tmpfs", folder_.c_str(), "tmpfs", 0, size.c_str()) != 0) refused_ = why("mount tmpfs");
}

SmallDisk::~SmallDisk() {
  if (refused_.empty()) umount2(folder_.c_str(), MNT_DETACH);
}

std::size_t SmallDisk::free() const {
  struct statvfs disk {};
  if (statvfs(folder_.c_str(), &disk) != 0) throw std::runtime_error(why("statvfs"));
  return disk.f_bavail * disk.f_frsize;
}

void SmallDisk::fill_up_to(std::size_t bytes) const {
  const std::size_t now = free();
  if (now <= bytes) return;
  const int file = open(ballast().c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  if (file < 0) throw std::runtime_error(why("ballast"));
  const int error = posix_fallocate(file, 0, static_cast<off_t>(now - bytes));
  close(file);
  if (error != 0) throw std::runtime_error(std::string("ballast: ") + std::strerror(error));
}

void SmallDisk::empty_ballast() const { std::filesystem::remove(ballast()); }

}  // namespace leat::test
