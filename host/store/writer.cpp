#include "host/store/writer.hpp"

#include <sys/stat.h>

#include <exception>
#include <optional>

namespace leat::host {

Writer::Writer(const std::filesystem::path& path, std::chrono::milliseconds busy_wait, const char* settings)
    : path_(path), db_(path, busy_wait) {
  db_.execute(settings);
  struct stat status {};
  if (::stat(path_.c_str(), &status) == 0) {
    device_ = status.st_dev;
    inode_ = status.st_ino;
  }
}

// SQLite goes on writing into a file that has no name any more.
void Writer::check_place() const {
  struct stat status {};
  const bool there = ::stat(path_.c_str(), &status) == 0;
  if (there && status.st_dev == device_ && status.st_ino == inode_) return;
  throw SqliteFailure{{ErrorKind::broken,
                       "store " + path_.string() + ": the file was " + (there ? "replaced" : "removed or moved") +
                           " while it was in use; nothing more is stored",
                       0}};
}

Result<Done> Writer::run(const Work& work) {
  Job job{work};
  std::unique_lock lock(mutex_);
  queue_.push_back(&job);
  while (!job.done) {
    if (leading_) {
      changed_.wait(lock);
      continue;
    }
    leading_ = true;
    const std::vector<Job*> jobs = std::exchange(queue_, {});
    lock.unlock();
    commit(jobs);
    lock.lock();
    for (Job* each : jobs) each->done = true;
    leading_ = false;
    changed_.notify_all();
  }
  if (job.error) return *job.error;
  return Done{};
}

void Writer::commit(const std::vector<Job*>& jobs) {
  try {
    Transaction transaction(db_);
    for (Job* job : jobs) {
      try {
        std::optional<Savepoint> savepoint;  // it has SQLite copy each page before its first change
        if (jobs.size() > 1) savepoint.emplace(db_);
        job->work(db_);
        if (savepoint) savepoint->keep();
      } catch (const SqliteFailure& failure) {
        job->error = failure.error;
        if (jobs.size() == 1) return;      // with it the transaction is undone
        if (!db_.in_transaction()) throw;  // SQLite gave up the whole transaction: nobody's work is stored
      }
    }
    check_place();
    transaction.commit();
  } catch (const SqliteFailure& failure) {
    for (Job* job : jobs) job->error = failure.error;
  } catch (const std::exception& exception) {
    for (Job* job : jobs) job->error = Error{ErrorKind::broken, std::string("store: ") + exception.what(), 0};
  }
}

}  // namespace leat::host
