// The outgoing's side of the SQLite store: claim, finish, recover.
#include "host/store/sqlite_task_store.hpp"

namespace leat::host {
namespace {

// From the columns that both claims read.
Task to_task(const Query& query, std::string_view route) {
  Task task;
  task.id = query.integer(0);
  task.route = route;
  if (!query.null(1)) task.key = query.text(1);
  task.status = query.as<TaskStatus>(2);
  task.stage = query.as<Stage>(3);
  task.attempts = query.as<std::uint32_t>(4);
  task.created = Millis{query.integer(5)};
  task.due = Millis{query.integer(6)};
  task.size = query.as<std::uint64_t>(7);
  task.payload = query.text(8);
  task.attributes = query.text(9);
  if (!query.null(10)) task.error = query.as<ErrorKind>(10);
  task.message = query.text(11);
  return task;
}

}  // namespace

Result<std::optional<Millis>> SqliteTaskStore::next_due(std::string_view route) {
  const auto id = route_id(route);
  if (!id) return id.error();
  return read<std::optional<Millis>>([&](Database& db) {
    Query query(db, "SELECT due FROM task WHERE route = ?1 AND status IN (0, 2) ORDER BY due LIMIT 1", *id);
    return query.next() ? std::optional(Millis{query.integer(0)}) : std::nullopt;
  });
}

Result<Pending> SqliteTaskStore::pending(std::string_view route) {
  const auto id = route_id(route);
  if (!id) return id.error();
  return read<Pending>([&](Database& db) {
    Query query(db, "SELECT sum(tasks), sum(bytes) FROM tally WHERE route = ?1 AND status < 5", *id);
    query.next();
    return Pending{query.as<std::uint64_t>(0), query.as<std::uint64_t>(1)};
  });
}

Result<std::vector<Task>> SqliteTaskStore::claim(std::string_view route, std::uint32_t count_max,
                                                 std::uint64_t bytes_max, std::chrono::milliseconds lease) {
  std::vector<Task> claimed;
  const auto id = route_id(route);
  if (!id) return id.error();
  const auto due = next_due(route);  // without a write lock: most calls of an idle route end here
  if (!due) return due.error();
  if (!*due || (*due)->count() > now()) return claimed;

  const auto done = writer_.run([&](Database& db) {
    Tally tally;
    std::uint64_t bytes = 0;
    {
      Query query(db,
                  "SELECT task.id, key, status, stage, attempts, created, due, size, body, attributes, error, message "
                  "FROM task JOIN payload ON payload.task = task.id "
                  "WHERE route = ?1 AND status IN (0, 2) AND due <= ?2 ORDER BY due, task.id LIMIT ?3",
                  *id, now(), count_max);
      while (query.next()) {
        claimed.push_back(to_task(query, route));
        bytes += claimed.back().size;
        if (bytes >= bytes_max) break;
      }
    }
    for (Task& task : claimed) take(db, tally, *id, task, lease);
    tally.write(db);
  });
  if (!done) return done.error();
  return claimed;
}

Result<std::optional<Task>> SqliteTaskStore::claim_task(std::string_view route, TaskId id,
                                                        std::chrono::milliseconds lease) {
  std::optional<Task> claimed;
  const auto number = route_id(route);
  if (!number) return number.error();
  const auto done = writer_.run([&](Database& db) {
    {
      Query query(db,
                  "SELECT task.id, key, status, stage, attempts, created, due, size, body, attributes, error, message "
                  "FROM task JOIN payload ON payload.task = task.id "
                  "WHERE task.id = ?2 AND route = ?1 AND status IN (0, 2)",
                  *number, id);
      if (query.next()) claimed = to_task(query, route);
    }
    if (!claimed) return;
    Tally tally;
    take(db, tally, *number, *claimed, lease);
    tally.write(db);
  });
  if (!done) return done.error();
  return claimed;
}

// Makes a task that may go this worker's.
void SqliteTaskStore::take(Database& db, Tally& tally, std::int64_t route, Task& task,
                           std::chrono::milliseconds lease) {
  tally.move(route, task.status, TaskStatus::processing, static_cast<std::int64_t>(task.size));
  task.status = TaskStatus::processing;
  task.changed = Millis{now()};
  ++task.attempts;
  Query(db,
        "UPDATE task SET status = 1, attempts = ?2, owner = ?3, lease = ?4, started = ?5, changed = ?5 WHERE id = ?1",
        task.id, task.attempts, worker_->number(), now() + lease.count(), now())
      .run();
}

Result<Done> SqliteTaskStore::renew(std::chrono::milliseconds lease) {
  return writer_.run([&](Database& db) {
    Query(db, "UPDATE task SET lease = ?2 WHERE status = 1 AND owner = ?1", worker_->number(), now() + lease.count())
        .run();
    Query(db, "UPDATE incoming SET lease = ?2 WHERE owner = ?1", worker_->number(), now() + lease.count()).run();
  });
}

void SqliteTaskStore::let_next_go(Database& db, Tally& tally, std::int64_t route, std::string_view key) {
  TaskId id = 0;
  std::int64_t size = 0;
  {
    Query query(db, "SELECT id, size FROM task WHERE route = ?1 AND key = ?2 AND status = 3 ORDER BY id LIMIT 1", route,
                key);
    if (!query.next()) return;
    id = query.integer(0);
    size = query.integer(1);
  }
  Query(db, "UPDATE task SET status = 0, changed = ?2 WHERE id = ?1", id, now()).run();
  tally.move(route, TaskStatus::waiting, TaskStatus::fresh, size);
}

// False: the task is not this worker's any more.
bool SqliteTaskStore::settle(Database& db, Tally& tally, const Outcome& outcome) {
  const bool given_back = outcome.status == TaskStatus::fresh;
  std::int64_t route = 0;
  std::int64_t size = 0;
  std::int64_t started = 0;
  std::optional<std::string> key;
  {
    Query query(db,
                "SELECT route, key, size, started FROM task WHERE id = ?1 AND status = 1 AND owner = ?2 AND "
                "attempts = ?3",
                outcome.task, worker_->number(), outcome.attempt);
    if (!query.next()) return false;
    route = query.integer(0);
    if (!query.null(1)) key = query.text(1);
    size = query.integer(2);
    started = query.integer(3);
  }
  Query(db,
        "UPDATE task SET status = ?2, attempts = ?3, due = CASE WHEN ?2 = 2 THEN ?4 ELSE due END, changed = ?5, "
        "error = CASE WHEN ?9 THEN error ELSE ?6 END, message = CASE WHEN ?9 THEN message ELSE ?7 END, "
        "answer = ?8, owner = NULL, lease = NULL WHERE id = ?1",
        outcome.task, outcome.status, given_back ? outcome.attempt - 1 : outcome.attempt, outcome.due, now(),
        outcome.error, std::string_view(outcome.message), std::string_view(outcome.answer),
        given_back && !outcome.error ? 1 : 0)
      .run();
  tally.move(route, TaskStatus::processing, outcome.status, size);
  const bool delivered = outcome.status == TaskStatus::finished || outcome.status == TaskStatus::skipped;
  if (delivered && !keep_payload_) Query(db, "DELETE FROM payload WHERE task = ?1", outcome.task).run();
  if (!delivered && !given_back) {
    Query(db, "INSERT INTO attempt (task, number, started, ended, error, message) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
          outcome.task, outcome.attempt, started, now(), outcome.error, std::string_view(outcome.message))
        .run();
  }
  if (key && is_settled(outcome.status)) let_next_go(db, tally, route, *key);
  return true;
}

Result<FinishReport> SqliteTaskStore::finish(std::span<const Outcome> outcomes) {
  FinishReport report;
  Places places;
  for (const Outcome& outcome : outcomes) {
    if (!may_move(TaskStatus::processing, outcome.status, Mover::host)) {
      return Error{ErrorKind::invalid, "an attempt cannot end as " + std::string(to_string(outcome.status)), 0};
    }
    if (outcome.xref) {
      if (auto wrong = outcome.xref->beyond_limits()) return *wrong;
    }
    if (auto found = find_places(outcome.next, places, report.routes); !found) return found.error();
  }
  const auto done = writer_.run([&](Database& db) {
    Tally tally;
    for (const Outcome& outcome : outcomes) {
      if (!settle(db, tally, outcome)) {
        report.lost.push_back(outcome.task);
        continue;
      }
      ++report.settled;
      if (outcome.xref) write(db, *outcome.xref);
      store(db, tally, outcome.next, places, report.routes);
    }
    tally.write(db);
    count_pending(db, places, report.routes);
  });
  if (!done) return done.error();
  return report;
}

Result<RecoverReport> SqliteTaskStore::recover(std::string_view route, Recovery recovery) {
  struct Orphan {
    TaskId id;
    std::int64_t size, attempts, started;
  };
  RecoverReport report;
  const auto id = route_id(route);
  if (!id) return id.error();
  const std::function<std::vector<Orphan>(Database&)> find_orphans = [&](Database& db) {
    std::vector<Orphan> orphans;
    Query query(db, "SELECT id, size, attempts, started, owner, lease FROM task WHERE route = ?1 AND status = 1", *id);
    while (query.next()) {
      if (!gone(query.integer(4), query.integer(5))) continue;
      orphans.push_back({query.integer(0), query.integer(1), query.integer(2), query.integer(3)});
    }
    return orphans;
  };
  const auto any = read<std::vector<Orphan>>(find_orphans);  // without a write lock: there are hardly ever any
  if (!any) return any.error();
  if (any->empty()) return report;

  const auto status = recovery == Recovery::resend ? TaskStatus::retry : TaskStatus::uncertain;
  constexpr std::string_view message = "the worker ended while it had this task: whether it was sent is not known";
  const auto done = writer_.run([&](Database& db) {
    Tally tally;
    for (const Orphan& orphan : find_orphans(db)) {
      Query(db,
            "UPDATE task SET status = ?2, due = ?3, changed = ?3, error = ?4, message = ?5, owner = NULL, lease = NULL "
            "WHERE id = ?1",
            orphan.id, status, now(), ErrorKind::uncertain, message)
          .run();
      Query(db, "INSERT INTO attempt (task, number, started, ended, error, message) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            orphan.id, orphan.attempts, orphan.started, now(), ErrorKind::uncertain, message)
          .run();
      tally.move(*id, TaskStatus::processing, status, orphan.size);
      ++report.tasks;
    }
    tally.write(db);
  });
  if (!done) return done.error();
  return report;
}

}  // namespace leat::host
