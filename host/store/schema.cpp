#include "host/store/schema.hpp"

#include <string>

namespace leat::host {
namespace {

constexpr std::int64_t application_id = 0x4c656174;  // "Leat", in the file's header

// Status numbers are those of TaskStatus: 0 new, 1 processing, 2 retry, 3 waiting, 4 uncertain, 5 finished, 6 failed, 7
// skipped. Step n brings user_version from n-1 to n. A step that was released is never changed.
constexpr const char* steps[] = {
    R"sql(
CREATE TABLE route (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

CREATE TABLE task (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  route INTEGER NOT NULL,
  key TEXT,
  status INTEGER NOT NULL,
  stage INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  created INTEGER NOT NULL,
  due INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  size INTEGER NOT NULL,
  owner INTEGER,    -- processing: the worker, its lease, and when its attempt began
  lease INTEGER,
  started INTEGER,
  error INTEGER,
  message TEXT NOT NULL DEFAULT '',
  answer TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX task_ready ON task (route, due, id) WHERE status IN (0, 2);
CREATE INDEX task_processing ON task (route) WHERE status = 1;
CREATE INDEX task_waiting ON task (route, key, id) WHERE status = 3;
CREATE INDEX task_settled ON task (status, changed) WHERE status IN (5, 6, 7);
-- Of one key at most one task is on its way: the order of a key, held by the database itself.
CREATE UNIQUE INDEX task_active ON task (route, key) WHERE key IS NOT NULL AND status IN (0, 1, 2, 4);

-- Apart from task, so that a change of status does not write the record again.
CREATE TABLE payload (task INTEGER PRIMARY KEY, body TEXT NOT NULL, attributes TEXT NOT NULL) STRICT;

-- Attempts that did not finish their task at once; the one that did is in the task.
CREATE TABLE attempt (
  task INTEGER NOT NULL,
  number INTEGER NOT NULL,
  started INTEGER NOT NULL,
  ended INTEGER NOT NULL,
  error INTEGER,
  message TEXT NOT NULL,
  PRIMARY KEY (task, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE fingerprint (
  route INTEGER NOT NULL,
  key TEXT NOT NULL,
  hash BLOB NOT NULL,
  PRIMARY KEY (route, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE incoming (
  name TEXT PRIMARY KEY,
  cursor BLOB,
  changed INTEGER NOT NULL,
  owner INTEGER,
  lease INTEGER
) STRICT, WITHOUT ROWID;

-- How many tasks of each status there are: counting them would read them all.
CREATE TABLE tally (
  route INTEGER NOT NULL,
  status INTEGER NOT NULL,
  tasks INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  PRIMARY KEY (route, status)
) STRICT, WITHOUT ROWID;
)sql",
    R"sql(
-- Values of component instances. With row ids, so that keys are counted and listed without passing over the values.
CREATE TABLE state (
  component TEXT NOT NULL,  -- place and type
  key BLOB NOT NULL,
  value BLOB NOT NULL,
  PRIMARY KEY (component, key)
) STRICT;
)sql",
    R"sql(
-- Which id of a far side (target) stands for which key of a source, by the name of their set.
CREATE TABLE xref (
  name TEXT NOT NULL,
  source TEXT NOT NULL,
  target TEXT NOT NULL,
  changed INTEGER NOT NULL,
  PRIMARY KEY (name, source)
) STRICT, WITHOUT ROWID;
CREATE INDEX xref_target ON xref (name, target, changed);
)sql",
    R"sql(
-- What webhooks told and was not read yet. AUTOINCREMENT: an id is never used again, also when all were read.
CREATE TABLE event (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  incoming TEXT NOT NULL,
  payload TEXT NOT NULL,
  attributes TEXT NOT NULL,
  received INTEGER NOT NULL
) STRICT;
CREATE INDEX event_of ON event (incoming, id);
ALTER TABLE incoming ADD COLUMN events INTEGER NOT NULL DEFAULT 0;  -- how many it has
)sql",
    R"sql(
-- The same conditions without lists: for a list of more than two SQLite makes a temporary table at each row it writes.
DROP INDEX task_settled;
CREATE INDEX task_settled ON task (status, changed) WHERE status >= 5;
DROP INDEX task_active;
CREATE UNIQUE INDEX task_active ON task (route, key) WHERE key IS NOT NULL AND (status < 3 OR status = 4);
)sql",
};
constexpr std::int64_t newest = std::size(steps);

std::int64_t number(Database& db, const char* sql) {
  Query query(db, sql);
  return query.next() ? query.integer(0) : 0;
}

}  // namespace

void migrate(Database& db) {
  if (number(db, "PRAGMA application_id") == application_id && number(db, "PRAGMA user_version") == newest) return;
  Transaction transaction(db);
  const std::int64_t application = number(db, "PRAGMA application_id");
  const std::int64_t version = number(db, "PRAGMA user_version");
  const bool unused = application == 0 && version == 0 && number(db, "SELECT count(*) FROM sqlite_schema") == 0;
  if (!unused && application != application_id) {
    throw SqliteFailure{{ErrorKind::broken, "store: this file is a database of another program, not a store", 0}};
  }
  if (version > newest) {
    throw SqliteFailure{{ErrorKind::broken,
                         "store: written by a newer version of Leat (tables " + std::to_string(version) +
                             ", this program knows up to " + std::to_string(newest) + "); use that version",
                         0}};
  }
  for (std::int64_t step = version; step < newest; ++step) db.execute(steps[step]);
  db.execute(("PRAGMA application_id = " + std::to_string(application_id)).c_str());
  db.execute(("PRAGMA user_version = " + std::to_string(newest)).c_str());
  transaction.commit();
}

}  // namespace leat::host
