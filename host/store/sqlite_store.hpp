// TaskStore in one SQLite file on a local disk (WAL, synchronous=FULL).
// Writers of this process share transactions: who comes while one commits is part of the next. Other processes may have
// the same file open; a worker that died is noticed at once (its lock on "<path>-owners" is gone), not only by its
// lease.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>

#include "host/base/clock.hpp"
#include "host/store/task_store.hpp"

namespace leat::host {

struct SqliteStoreOptions {
  std::filesystem::path path{};               // made when absent; its folder must exist
  bool keep_payload = false;                  // of finished and skipped tasks
  std::chrono::milliseconds busy_wait{5000};  // for another process's transaction, before `busy`
};

// broken: not a store, damaged, not writable, or written by a newer Leat (says which versions).
Result<std::unique_ptr<TaskStore>> open_sqlite_store(const SqliteStoreOptions& options, const Clock& clock);

}  // namespace leat::host
