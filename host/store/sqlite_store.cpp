#include "host/store/sqlite_store.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "host/store/schema.hpp"
#include "host/store/sqlite_task_store.hpp"

namespace leat::host {
namespace {

// FULL: each commit is synced before it is reported (NORMAL may lose the last ones with the power). Debian's SQLite
// wipes deleted content on disk by default, at the price of writing it again; FAST does so where it costs no further
// page.
constexpr const char* settings =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 1000; "
    "PRAGMA journal_size_limit = 33554432; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -4096; "
    "PRAGMA secure_delete = FAST";

std::filesystem::path prepared(const SqliteStoreOptions& options) {
  // Records are nobody else's business: a new file is its user's alone, and SQLite gives its companions the same mode.
  const int file = ::open(options.path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file >= 0) ::close(file);
  Database db(options.path, options.busy_wait);
  db.execute("PRAGMA page_size = 16384");  // of a new file: several payloads of a few KB share a page
  db.execute(settings);
  migrate(db);
  return options.path;
}

}  // namespace

SqliteTaskStore::SqliteTaskStore(const SqliteStoreOptions& options, const Clock& clock,
                                 std::unique_ptr<WorkerLock> worker)
    : clock_(clock),
      keep_payload_(options.keep_payload),
      worker_(std::move(worker)),
      writer_(prepared(options), options.busy_wait, settings),
      reader_(options.path, options.busy_wait) {
  reader_.execute("PRAGMA query_only = 1; PRAGMA cache_size = -1024");
}

Result<std::unique_ptr<TaskStore>> open_sqlite_store(const SqliteStoreOptions& options, const Clock& clock) {
  auto worker = WorkerLock::take(options.path.string() + "-owners");
  if (!worker) return worker.error();
  try {
    return std::unique_ptr<TaskStore>(std::make_unique<SqliteTaskStore>(options, clock, std::move(*worker)));
  } catch (const SqliteFailure& failure) {
    return failure.error;
  }
}

bool SqliteTaskStore::gone(std::int64_t worker, std::int64_t lease_end) const {
  return worker != worker_->number() && (lease_end < now() || !worker_->alive(worker));
}

Result<std::int64_t> SqliteTaskStore::route_id(std::string_view route) {
  const auto known = routes_.with([&](const auto& routes) {
    const auto found = routes.find(route);
    return found == routes.end() ? std::nullopt : std::optional(found->second);
  });
  if (known) return *known;
  std::int64_t id = 0;
  const auto done = writer_.run([&](Database& db) {
    Query(db, "INSERT INTO route (name) VALUES (?1) ON CONFLICT DO NOTHING", route).run();
    Query query(db, "SELECT id FROM route WHERE name = ?1", route);
    query.next();
    id = query.integer(0);
  });
  if (!done) return done.error();
  routes_.with([&](auto& routes) { routes.emplace(route, id); });
  return id;
}

Result<bool> SqliteTaskStore::hold(std::string_view incoming, std::chrono::milliseconds lease) {
  bool held = false;
  const auto done = writer_.run([&](Database& db) {
    held = true;
    {
      Query query(db, "SELECT owner, lease FROM incoming WHERE name = ?1", incoming);
      if (query.next() && !query.null(0) && query.integer(0) != worker_->number()) {
        held = gone(query.integer(0), query.integer(1));
      }
    }
    if (!held) return;
    Query(db,
          "INSERT INTO incoming (name, changed, owner, lease) VALUES (?1, ?2, ?3, ?4) "
          "ON CONFLICT DO UPDATE SET owner = excluded.owner, lease = excluded.lease",
          incoming, now(), worker_->number(), now() + lease.count())
        .run();
  });
  if (!done) return done.error();
  return held;
}

Result<Done> SqliteTaskStore::release(std::string_view incoming) {
  return writer_.run([&](Database& db) {
    Query(db, "UPDATE incoming SET owner = NULL, lease = NULL WHERE name = ?1 AND owner = ?2", incoming,
          worker_->number())
        .run();
  });
}

Result<std::optional<std::string>> SqliteTaskStore::cursor(std::string_view incoming) {
  return read<std::optional<std::string>>([&](Database& db) {
    Query query(db, "SELECT cursor FROM incoming WHERE name = ?1", incoming);
    return query.next() && !query.null(0) ? std::optional(std::string(query.text(0))) : std::nullopt;
  });
}

// A task whose key is on its way already waits behind it.
void SqliteTaskStore::insert(Database& db, Tally& tally, const NewTask& task, std::int64_t route) {
  TaskStatus status = task.status;
  if (task.key && (status == TaskStatus::fresh || status == TaskStatus::retry)) {
    Query query(db, "SELECT 1 FROM task WHERE route = ?1 AND key = ?2 AND (status < 3 OR status = 4)", route,
                *task.key);
    if (query.next()) status = TaskStatus::waiting;
  }
  std::optional<ErrorKind> error;
  if (task.status != TaskStatus::fresh) error.emplace(task.error.kind);
  Query(db,
        "INSERT INTO task (route, key, status, stage, attempts, created, due, changed, size, error, message) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?6, ?8, ?9, ?10)")
      .with(route, task.key, status, task.stage, task.attempts, now(), task.due.count() != 0 ? task.due.count() : now(),
            task.payload.size(), error, std::string_view(task.error.message))
      .run();
  Query(db, "INSERT INTO payload (task, body, attributes) VALUES (?1, ?2, ?3)", db.last_insert_id(), task.payload,
        task.attributes)
      .run();
  tally.add(route, status, static_cast<std::int64_t>(task.payload.size()));
}

Result<Done> SqliteTaskStore::find_places(std::span<const NewTask> tasks, Places& places,
                                          std::vector<PutReport::Route>& report) {
  for (const NewTask& task : tasks) {
    if (places.contains(task.route)) continue;
    const auto id = route_id(task.route);
    if (!id) return id.error();
    places[task.route] = {report.size(), *id};
    report.push_back({std::string(task.route), 0, 0, {}});
  }
  return Done{};
}

// Of tasks that say what the last one of their key said, only the count.
void SqliteTaskStore::store(Database& db, Tally& tally, std::span<const NewTask> tasks, const Places& places,
                            std::vector<PutReport::Route>& report) {
  for (const NewTask& task : tasks) {
    const auto& [place, route] = places.at(task.route);
    if (task.key && task.fingerprint) {
      const Blob print{{reinterpret_cast<const char*>(task.fingerprint->data()), task.fingerprint->size()}};
      const auto changed = Query(db,
                                 "INSERT INTO fingerprint (route, key, hash) VALUES (?1, ?2, ?3) ON CONFLICT DO "
                                 "UPDATE SET hash = excluded.hash WHERE hash <> excluded.hash",
                                 route, *task.key, print)
                               .run();
      if (changed == 0) {
        ++report[place].deduplicated;
        continue;
      }
    }
    insert(db, tally, task, route);
    ++report[place].stored;
  }
}

void SqliteTaskStore::count_pending(Database& db, const Places& places, std::vector<PutReport::Route>& report) {
  for (const auto& [name, where] : places) {
    Query query(db,
                "SELECT coalesce(sum(tasks), 0), coalesce(sum(bytes), 0) FROM tally WHERE route = ?1 AND status < 5",
                where.second);
    query.next();
    report[where.first].pending = {query.as<std::uint64_t>(0), query.as<std::uint64_t>(1)};
  }
}

Result<PutReport> SqliteTaskStore::put(const Page& page) {
  PutReport report;
  Places places;
  if (auto found = find_places(page.tasks, places, report.routes); !found) return found.error();
  bool fenced = false;
  const auto done = writer_.run([&](Database& db) {
    if (!page.incoming.empty()) {
      Query query(db, "SELECT 1 FROM incoming WHERE name = ?1 AND owner = ?2", page.incoming, worker_->number());
      fenced = !query.next();
      if (fenced) return;
    }
    Tally tally;
    store(db, tally, page.tasks, places, report.routes);
    tally.write(db);
    if (page.cursor) {
      Query(db, "UPDATE incoming SET cursor = ?2, changed = ?3 WHERE name = ?1", page.incoming, Blob{*page.cursor},
            now())
          .run();
    }
    if (page.events_read > 0) forget_events(db, page.incoming, page.events_read);
    count_pending(db, places, report.routes);
  });
  if (!done) return done.error();
  if (fenced) {
    return Error{ErrorKind::cancelled,
                 "incoming " + std::string(page.incoming) + ": its cursor was set, or another worker runs it now", 0};
  }
  return report;
}

}  // namespace leat::host
