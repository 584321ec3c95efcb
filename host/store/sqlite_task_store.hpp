// The class behind open_sqlite_store. Its functions are in six files: sqlite_store.cpp (open, incoming),
// sqlite_queue.cpp (outgoing), sqlite_state.cpp (of components), sqlite_xref.cpp (cross-references), sqlite_events.cpp (of
// webhooks), sqlite_people.cpp (what a person asks for).
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "host/base/guarded.hpp"
#include "host/store/sqlite.hpp"
#include "host/store/sqlite_store.hpp"
#include "host/store/tally.hpp"
#include "host/store/worker_lock.hpp"
#include "host/store/writer.hpp"

namespace leat::host {

class SqliteTaskStore : public TaskStore {
 public:
  // Throws SqliteFailure.
  SqliteTaskStore(const SqliteStoreOptions& options, const Clock& clock, std::unique_ptr<WorkerLock> worker);

  Result<bool> hold(std::string_view incoming, std::chrono::milliseconds lease) override;
  Result<Done> release(std::string_view incoming) override;
  Result<std::optional<std::string>> cursor(std::string_view incoming) override;
  Result<PutReport> put(const Page& page) override;

  Result<std::vector<Task>> claim(std::string_view route, std::uint32_t count_max, std::uint64_t bytes_max,
                                  std::chrono::milliseconds lease) override;
  Result<std::optional<Task>> claim_task(std::string_view route, TaskId id, std::chrono::milliseconds lease) override;
  Result<std::optional<Millis>> next_due(std::string_view route) override;
  Result<Done> renew(std::chrono::milliseconds lease) override;
  Result<FinishReport> finish(std::span<const Outcome> outcomes) override;
  Result<RecoverReport> recover(std::string_view route, Recovery recovery) override;
  Result<Pending> pending(std::string_view route) override;

  Result<std::optional<std::string>> state(std::string_view component, std::string_view key) override;
  Result<Done> set_state(std::string_view component, std::string_view key, std::string_view value) override;
  Result<bool> erase_state(std::string_view component, std::string_view key) override;
  Result<std::vector<std::string>> state_keys(std::string_view component, std::string_view prefix) override;
  bool alone() const override { return worker_->alone(); }
  Result<std::vector<std::string>> components_with_state() override;
  Result<std::uint64_t> reset_state(std::string_view component) override;

  Result<Done> put_xrefs(std::span<const Xref> xrefs) override;
  Result<std::optional<std::string>> target_of(std::string_view set, std::string_view source) override;
  Result<std::optional<std::string>> source_of(std::string_view set, std::string_view target) override;
  Result<std::vector<XrefInfo>> xrefs(const XrefFilter& filter, const Xref& after, std::uint32_t count_max) override;
  Result<bool> remove_xref(std::string_view set, std::string_view source) override;

  Result<Done> add_events(std::string_view incoming, std::span<const NewEvent> events,
                          std::uint64_t count_max) override;
  Result<std::vector<Event>> events(std::string_view incoming, EventId after, std::uint32_t count_max,
                                    std::uint64_t bytes_max) override;
  Result<StoredEvents> stored_events(std::string_view incoming) override;

  Result<std::vector<Task>> list(const TaskFilter& filter, TaskId after, std::uint32_t count_max) override;
  Result<TaskDetails> show(TaskId id) override;
  Result<MoveReport> move(const TaskFilter& filter, TaskStatus to, std::string_view note) override;
  Result<std::uint64_t> prune(const TaskFilter& filter) override;
  Result<std::vector<RouteCounts>> counts() override;
  Result<std::vector<CursorInfo>> cursors() override;
  Result<Done> set_cursor(std::string_view incoming, std::optional<std::string_view> cursor) override;

 private:
  // Runs `use` on the reading connection.
  template <class T>
  Result<T> read(const std::function<T(Database&)>& use);
  // The number of a route; made when it is new.
  Result<std::int64_t> route_id(std::string_view route);
  std::int64_t now() const { return clock_.now().count(); }
  bool gone(std::int64_t worker, std::int64_t lease_end) const;

  // The number of each route and its place in `report`, which gets one entry for each.
  using Places = std::map<std::string_view, std::pair<std::size_t, std::int64_t>>;
  Result<Done> find_places(std::span<const NewTask> tasks, Places& places, std::vector<PutReport::Route>& report);

  // Parts of a transaction.
  void store(Database& db, Tally& tally, std::span<const NewTask> tasks, const Places& places,
             std::vector<PutReport::Route>& report);
  static void count_pending(Database& db, const Places& places, std::vector<PutReport::Route>& report);
  void insert(Database& db, Tally& tally, const NewTask& task, std::int64_t route);
  void take(Database& db, Tally& tally, std::int64_t route, Task& task, std::chrono::milliseconds lease);
  void write(Database& db, const Xref& xref) const;
  static void forget_events(Database& db, std::string_view incoming, EventId up_to);
  void let_next_go(Database& db, Tally& tally, std::int64_t route, std::string_view key);
  bool settle(Database& db, Tally& tally, const Outcome& outcome);

  const Clock& clock_;
  const bool keep_payload_;
  const std::unique_ptr<WorkerLock> worker_;
  Writer writer_;
  std::mutex reader_mutex_;
  Database reader_;
  Guarded<std::map<std::string, std::int64_t, std::less<>>> routes_;
};

template <class T>
Result<T> SqliteTaskStore::read(const std::function<T(Database&)>& use) {
  const std::lock_guard lock(reader_mutex_);
  try {
    return use(reader_);
  } catch (const SqliteFailure& failure) {
    return failure.error;
  }
}

}  // namespace leat::host
