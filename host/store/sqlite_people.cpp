// What a person asks the SQLite store for: look, move, prune, set a cursor.
#include <algorithm>

#include "host/store/sqlite_task_store.hpp"

namespace leat::host {
namespace {

std::string numbers(const auto& values) {
  std::string text;
  for (const auto& value : values) text += (text.empty() ? "" : ",") + std::to_string(static_cast<std::int64_t>(value));
  return text;
}

// The rows a filter takes, as a condition with its arguments at ?1 ... ?3.
struct Condition {
  explicit Condition(const TaskFilter& filter) : filter_(filter) {
    text = "route = coalesce((SELECT id FROM route WHERE name = ?1), CASE WHEN ?1 = '' THEN route END)";
    text += " AND (?2 IS NULL OR key = ?2)";
    // A range of its index: prune looks for old tasks among all settled ones, with the write lock in its hand.
    text += filter.changed_before ? " AND changed < ?3" : " AND ?3 IS NULL";
    if (!filter.ids.empty()) text += " AND id IN (" + numbers(filter.ids) + ")";
    if (!filter.statuses.empty()) text += " AND status IN (" + numbers(filter.statuses) + ")";
    if (filter.error) text += " AND error = " + std::to_string(static_cast<int>(*filter.error));
  }
  void bind(Query& query) const { query.with(std::string_view(filter_.route), filter_.key, filter_.changed_before); }

  std::string text;

 private:
  const TaskFilter& filter_;
};

constexpr const char* task_columns =
    "task.id, (SELECT name FROM route WHERE route.id = route), key, status, stage, attempts, created, due, changed, "
    "size, "
    "error, message";

Task to_task(const Query& query) {
  Task task;
  task.id = query.integer(0);
  task.route = query.text(1);
  if (!query.null(2)) task.key = query.text(2);
  task.status = query.as<TaskStatus>(3);
  task.stage = query.as<Stage>(4);
  task.attempts = query.as<std::uint32_t>(5);
  task.created = Millis{query.integer(6)};
  task.due = Millis{query.integer(7)};
  task.changed = Millis{query.integer(8)};
  task.size = query.as<std::uint64_t>(9);
  if (!query.null(10)) task.error = query.as<ErrorKind>(10);
  task.message = query.text(11);
  return task;
}

}  // namespace

Pending RouteCounts::pending() const {
  Pending pending;
  for (std::size_t status = 0; status < task_status_count; ++status) {
    if (is_settled(static_cast<TaskStatus>(status))) continue;
    pending.tasks += tasks[status];
    pending.bytes += bytes[status];
  }
  return pending;
}

Result<std::vector<Task>> SqliteTaskStore::list(const TaskFilter& filter, TaskId after, std::uint32_t count_max) {
  return read<std::vector<Task>>([&](Database& db) {
    const Condition condition(filter);
    Query query = Query::once(db, std::string("SELECT ") + task_columns + " FROM task WHERE " + condition.text +
                                      " AND task.id > ?4 ORDER BY task.id LIMIT ?5");
    condition.bind(query);
    query.with(after, count_max);
    std::vector<Task> tasks;
    while (query.next()) tasks.push_back(to_task(query));
    return tasks;
  });
}

Result<TaskDetails> SqliteTaskStore::show(TaskId id) {
  auto details = read<std::optional<TaskDetails>>([&](Database& db) -> std::optional<TaskDetails> {
    TaskDetails found;
    std::int64_t started = 0;
    {
      Query query = Query::once(db, std::string("SELECT ") + task_columns +
                                        ", answer, coalesce(started, 0), coalesce(body, ''), coalesce(attributes, '') "
                                        "FROM task LEFT JOIN payload ON payload.task = task.id WHERE task.id = ?1");
      if (!query.with(id).next()) return std::nullopt;
      found.task = to_task(query);
      found.task.answer = query.text(12);
      started = query.integer(13);
      found.task.payload = query.text(14);
      found.task.attributes = query.text(15);
    }
    Query query(db, "SELECT number, started, ended, error, message FROM attempt WHERE task = ?1 ORDER BY number", id);
    while (query.next()) {
      const auto error = query.null(3) ? std::nullopt : std::optional(query.as<ErrorKind>(3));
      found.attempts.push_back({query.as<std::uint32_t>(0), Millis{query.integer(1)}, Millis{query.integer(2)}, error,
                                std::string(query.text(4))});
    }
    const Task& task = found.task;
    const bool delivered = task.status == TaskStatus::finished || task.status == TaskStatus::skipped;
    const bool listed = !found.attempts.empty() && found.attempts.back().number == task.attempts;
    if (delivered && task.attempts > 0 && !listed) {
      found.attempts.push_back({task.attempts, Millis{started}, task.changed, std::nullopt, ""});
    }
    return found;
  });
  if (!details) return details.error();
  if (!*details) return Error{ErrorKind::not_found, "there is no task " + std::to_string(id), 0};
  return std::move(**details);
}

Result<MoveReport> SqliteTaskStore::move(const TaskFilter& filter, TaskStatus to, std::string_view note) {
  struct Row {
    TaskId id;
    TaskStatus status;
    std::int64_t route, size;
    std::optional<std::string> key;
    bool has_payload;
  };
  if (to != TaskStatus::fresh && to != TaskStatus::skipped && to != TaskStatus::finished) {
    return Error{ErrorKind::invalid, "a person cannot make a task " + std::string(to_string(to)), 0};
  }
  MoveReport report;
  const auto done = writer_.run([&](Database& db) {
    std::vector<Row> rows;
    {
      const Condition condition(filter);
      Query query = Query::once(db,
                                "SELECT id, status, route, size, key, EXISTS (SELECT 1 FROM payload WHERE payload.task "
                                "= task.id) FROM task WHERE " +
                                    condition.text + " ORDER BY id");
      condition.bind(query);
      while (query.next()) {
        rows.push_back({query.integer(0), query.as<TaskStatus>(1), query.integer(2), query.integer(3),
                        query.null(4) ? std::nullopt : std::optional(std::string(query.text(4))),
                        query.integer(5) != 0});
      }
    }
    Tally tally;
    const auto refuse = [&](const Row& row, std::string why) {
      if (report.refused++ == 0) report.first_refusal = "task " + std::to_string(row.id) + " " + std::move(why);
    };
    const auto set = [&](const Row& row, TaskStatus from, TaskStatus status) {
      Query(db, "UPDATE task SET status = ?2, changed = ?3 WHERE id = ?1", row.id, status, now()).run();
      tally.move(row.route, from, status, row.size);
    };
    for (Row& row : rows) {
      // An earlier task of this loop may have let this one go.
      Query again(db, "SELECT status FROM task WHERE id = ?1", row.id);
      again.next();
      row.status = again.as<TaskStatus>(0);
      if (!may_move(row.status, to, Mover::person)) {
        refuse(row, "is " + std::string(to_string(row.status)) + " and cannot be made " + std::string(to_string(to)));
        continue;
      }
      if (to == TaskStatus::fresh && !row.has_payload) {
        refuse(row, "has no payload any more (store.keep_payload keeps them)");
        continue;
      }
      const bool active = row.status != TaskStatus::waiting && !is_settled(row.status);
      TaskStatus target = to;
      if (to == TaskStatus::fresh && row.key && !active) {
        // Back into its key's order: behind the one that is on its way, before it when that has not begun and is
        // younger.
        Query query(db,
                    "SELECT id, status, size FROM task WHERE route = ?1 AND key = ?2 AND (status < 3 OR status = 4)",
                    row.route, *row.key);
        if (query.next()) {
          const Row other{query.integer(0), query.as<TaskStatus>(1), row.route, query.integer(2), {}, true};
          query.run();
          const bool overtake = other.id > row.id && may_move(other.status, TaskStatus::waiting, Mover::host);
          if (overtake) {
            set(other, other.status, TaskStatus::waiting);
          } else {
            target = TaskStatus::waiting;
          }
        }
      }
      Query(db, "UPDATE task SET due = ?2, message = CASE WHEN ?3 = '' THEN message ELSE ?3 END WHERE id = ?1", row.id,
            now(), note)
          .run();
      set(row, row.status, target);
      if (to == TaskStatus::finished && !keep_payload_) {
        Query(db, "DELETE FROM payload WHERE task = ?1", row.id).run();
      }
      if (is_settled(to) && active && row.key) let_next_go(db, tally, row.route, *row.key);
      ++report.moved;
    }
    tally.write(db);
  });
  if (!done) return done.error();
  return report;
}

// In short transactions: the others are not kept waiting.
Result<std::uint64_t> SqliteTaskStore::prune(const TaskFilter& filter) {
  constexpr std::int64_t rows_max = 2000;
  const Condition condition(filter);
  std::uint64_t pruned = 0;
  for (;;) {
    std::int64_t count = 0;
    const auto done = writer_.run([&](Database& db) {
      struct Row {
        TaskId id;
        std::int64_t route;
        TaskStatus status;
        std::int64_t size;
      };
      std::vector<Row> rows;
      // The range names the index, the list has it searched by time.
      Query query = Query::once(db,
                                "SELECT id, route, status, size FROM task WHERE status >= 5 AND "
                                "status IN (5, 6, 7) AND " +
                                    condition.text + " LIMIT ?4");
      condition.bind(query);
      query.with(rows_max);
      while (query.next()) {
        rows.push_back({query.integer(0), query.integer(1), query.as<TaskStatus>(2), query.integer(3)});
      }
      Tally tally;
      for (const Row& row : rows) {
        Query(db, "DELETE FROM payload WHERE task = ?1", row.id).run();
        Query(db, "DELETE FROM attempt WHERE task = ?1", row.id).run();
        Query(db, "DELETE FROM task WHERE id = ?1", row.id).run();
        tally.remove(row.route, row.status, row.size);
      }
      tally.write(db);
      count = static_cast<std::int64_t>(rows.size());
    });
    if (!done) return done.error();
    pruned += static_cast<std::uint64_t>(count);
    if (count < rows_max) return pruned;
  }
}

Result<std::vector<RouteCounts>> SqliteTaskStore::counts() {
  return read<std::vector<RouteCounts>>([&](Database& db) {
    std::vector<RouteCounts> all;
    Query query(db,
                "SELECT name, status, tasks, bytes FROM route LEFT JOIN tally ON tally.route = route.id ORDER BY name");
    while (query.next()) {
      if (all.empty() || all.back().route != query.text(0)) all.emplace_back().route = query.text(0);
      if (query.null(1)) continue;
      const auto status = query.as<std::size_t>(1);
      all.back().tasks[status] = query.as<std::uint64_t>(2);
      all.back().bytes[status] = query.as<std::uint64_t>(3);
    }
    return all;
  });
}

Result<std::vector<CursorInfo>> SqliteTaskStore::cursors() {
  return read<std::vector<CursorInfo>>([&](Database& db) {
    std::vector<CursorInfo> all;
    Query query(db, "SELECT name, cursor, changed, owner, lease, events FROM incoming ORDER BY name");
    while (query.next()) {
      CursorInfo& info = all.emplace_back();
      info.incoming = query.text(0);
      if (!query.null(1)) info.cursor = query.text(1);
      info.changed = Millis{query.integer(2)};
      info.held = !query.null(3) && !gone(query.integer(3), query.integer(4));
      info.events = query.as<std::uint64_t>(5);
    }
    return all;
  });
}

Result<Done> SqliteTaskStore::set_cursor(std::string_view incoming, std::optional<std::string_view> cursor) {
  return writer_.run([&](Database& db) {
    Query(db,
          "INSERT INTO incoming (name, cursor, changed) VALUES (?1, ?2, ?3) "
          "ON CONFLICT DO UPDATE SET cursor = excluded.cursor, changed = excluded.changed, owner = NULL, lease = NULL",
          incoming, cursor ? std::optional(Blob{*cursor}) : std::nullopt, now())
        .run();
  });
}

}  // namespace leat::host
