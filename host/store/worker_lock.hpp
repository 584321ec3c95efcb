// Tells workers of one machine whether another one still lives: each holds a lock on one byte of a file, at the offset
// of its number, which the kernel drops with the process.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "leat/result.hpp"

namespace leat::host {

class WorkerLock {
 public:
  // Takes a random number that nobody has. broken: the file cannot be made or locked.
  static Result<std::unique_ptr<WorkerLock>> take(const std::filesystem::path& path);
  WorkerLock(const WorkerLock&) = delete;
  WorkerLock& operator=(const WorkerLock&) = delete;
  ~WorkerLock();

  std::int64_t number() const { return number_; }
  bool alive(std::int64_t number) const;
  bool alone() const;  // nobody else has a number

 private:
  explicit WorkerLock(int file) : file_(file) {}
  int file_;
  std::int64_t number_ = 0;
};

}  // namespace leat::host
