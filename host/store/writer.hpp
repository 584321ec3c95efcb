// The one writing connection: callers that come while a transaction commits share the next one, so that a sync to disk
// serves all of them.
// Threads     any.
// Durability  once run() is done its work survives power loss; when it fails nothing of it was stored. broken: the file is
//             not at its path any more, where the next start would look for it.
#pragma once

#include <sys/types.h>

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <mutex>
#include <vector>

#include "host/store/sqlite.hpp"

namespace leat::host {

class Writer {
 public:
  using Work = std::function<void(Database&)>;

  Writer(const std::filesystem::path& path, std::chrono::milliseconds busy_wait, const char* settings);

  // Calls work once, on some caller's thread. SqliteFailure thrown by it undoes what it did, and comes back as the
  // Error.
  Result<Done> run(const Work& work);

 private:
  struct Job {
    const Work& work;
    std::optional<Error> error{};
    bool done = false;
  };
  void commit(const std::vector<Job*>& jobs);
  void check_place() const;

  const std::filesystem::path path_;
  Database db_;  // used by the leading caller only
  dev_t device_ = 0;
  ino_t inode_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Job*> queue_;
  bool leading_ = false;
};

}  // namespace leat::host
