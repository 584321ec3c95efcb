// A disk of a few MiB that a test may fill: a tmpfs in a mount namespace of the test's own, gone with the process.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

namespace leat::test {

class SmallDisk {
 public:
  // Mounts over an empty folder. Where this machine lets nobody mount, `refused()` says so and nothing is mounted.
  // The first one of a process must be made while it has one thread.
  SmallDisk(std::filesystem::path folder, std::size_t bytes);
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  ~SmallDisk();

  const std::string& refused() const { return refused_; }
  // Leaves no more than `bytes` free, by a file of ballast.
  void fill_up_to(std::size_t bytes) const;
  void empty_ballast() const;
  std::size_t free() const;

 private:
  std::filesystem::path ballast() const { return folder_ / "ballast"; }

  std::filesystem::path folder_;
  std::string refused_;
};

}  // namespace leat::test
