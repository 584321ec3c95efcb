#include "host/store/sqlite.hpp"

#include <sqlite3.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace leat::host {
namespace {

bool no_room(int code, int os_error) {
  if ((code & 0xff) == SQLITE_FULL) return true;
  return (code & 0xff) == SQLITE_IOERR && (os_error == ENOSPC || os_error == EDQUOT || os_error == EFBIG);
}

Error to_error(int code, sqlite3* db, const std::string& path) {
  // SQLite keeps the system's error of an open, but not that of a write to the log (quota, file size): errno still has
  // it.
  const int last = errno;
  int os_error = db == nullptr ? 0 : sqlite3_system_errno(db);
  if (os_error == 0 && (code & 0xff) == SQLITE_IOERR) os_error = last;
  const std::string where = "store " + path + ": ";
  std::string why = db == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(db);
  if (no_room(code, os_error)) {
    return {ErrorKind::busy, where + "no room to write (disk full, quota or file size limit); free some space", 0};
  }
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return {ErrorKind::busy, where + "locked by another process", 0};
    case SQLITE_NOTADB: return {ErrorKind::broken, where + "this file is not a store (or it is encrypted)", 0};
    case SQLITE_CORRUPT:
      return {ErrorKind::broken, where + "the file is damaged (" + why + "); keep it and restore a copy", 0};
    case SQLITE_READONLY:
    case SQLITE_PERM: return {ErrorKind::broken, where + "not writable (" + why + ")", 0};
    case SQLITE_CANTOPEN:
      return {ErrorKind::broken,
              where + "cannot be opened: " + std::generic_category().message(os_error != 0 ? os_error : EACCES), 0};
    case SQLITE_NOMEM: return {ErrorKind::busy, where + "out of memory", 0};
    default: break;
  }
  if (os_error != 0) why += ", " + std::generic_category().message(os_error);
  return {ErrorKind::broken, where + why, 0};
}

}  // namespace

Database::Database(const std::filesystem::path& path, std::chrono::milliseconds busy_wait) : path_(path.string()) {
  // Nobody asks how much memory SQLite has, and counting it takes a lock for each of its allocations.
  static const int counting = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  static_cast<void>(counting);
  const int code =
      sqlite3_open_v2(path.c_str(), &db_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  if (code != SQLITE_OK) {
    SqliteFailure failure{to_error(code, db_, path_)};
    sqlite3_close_v2(db_);
    throw failure;
  }
  sqlite3_extended_result_codes(db_, 1);
  sqlite3_busy_timeout(db_, static_cast<int>(busy_wait.count()));
}

Database::~Database() {
  for (const auto& [sql, statement] : prepared_) sqlite3_finalize(statement);
  sqlite3_close_v2(db_);
}

void Database::fail(int code) const { throw SqliteFailure{to_error(code, db_, path_)}; }

void Database::execute(const char* sql) {
  const int code = sqlite3_exec(db_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code);
}

sqlite3_stmt* Database::prepared(const char* sql) {
  sqlite3_stmt*& statement = prepared_[sql];
  if (statement == nullptr) {
    const int code = sqlite3_prepare_v3(db_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) fail(code);
  }
  return statement;
}

bool Database::in_transaction() const { return sqlite3_get_autocommit(db_) == 0; }

std::int64_t Database::last_insert_id() const { return sqlite3_last_insert_rowid(db_); }

Query Query::once(Database& db, const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(db.raw(), sql.c_str(), static_cast<int>(sql.size()) + 1, 0, &statement, nullptr);
  if (code != SQLITE_OK) db.fail(code);
  return Query(db, statement, true);
}

Query::Query(Query&& other) noexcept
    : db_(other.db_),
      statement_(std::exchange(other.statement_, nullptr)),
      owned_(other.owned_),
      bound_(other.bound_) {}

Query::~Query() {
  if (owned_) {
    sqlite3_finalize(statement_);
  } else {
    sqlite3_reset(statement_);
  }
}

void Query::check(int code) {
  if (code != SQLITE_OK) db_.fail(code);
}

bool Query::next() {
  errno = 0;
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) db_.fail(code);
  return false;
}

std::int64_t Query::run() {
  while (next()) {
  }
  return sqlite3_changes64(db_.raw());
}

bool Query::null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

std::int64_t Query::integer(int column) const { return sqlite3_column_int64(statement_, column); }

std::string_view Query::text(int column) const {
  const void* bytes = sqlite3_column_blob(statement_, column);
  const int size = sqlite3_column_bytes(statement_, column);
  return bytes == nullptr ? std::string_view{} : std::string_view(static_cast<const char*>(bytes), size);
}

void Query::bind(std::int64_t value) { check(sqlite3_bind_int64(statement_, ++bound_, value)); }

// An empty view may have no pointer, which SQLite would take for NULL.
void Query::bind(std::string_view value) {
  check(sqlite3_bind_text64(statement_, ++bound_, value.empty() ? "" : value.data(), value.size(), SQLITE_STATIC,
                            SQLITE_UTF8));
}

void Query::bind(Blob value) {
  check(sqlite3_bind_blob64(statement_, ++bound_, value.bytes.empty() ? "" : value.bytes.data(), value.bytes.size(),
                            SQLITE_STATIC));
}

void Query::bind(std::nullopt_t) { check(sqlite3_bind_null(statement_, ++bound_)); }

Transaction::Transaction(Database& db) : db_(db) { Query(db_, "BEGIN IMMEDIATE").run(); }

// SQLite rolls back by itself after some errors (disk full): nothing is left to do then.
Transaction::~Transaction() {
  if (db_.in_transaction()) sqlite3_exec(db_.raw(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit() { Query(db_, "COMMIT").run(); }

Savepoint::Savepoint(Database& db) : db_(db) { Query(db_, "SAVEPOINT job").run(); }

Savepoint::~Savepoint() {
  if (!kept_ && db_.in_transaction()) {
    sqlite3_exec(db_.raw(), "ROLLBACK TO job; RELEASE job", nullptr, nullptr, nullptr);
  }
}

void Savepoint::keep() {
  Query(db_, "RELEASE job").run();
  kept_ = true;
}

}  // namespace leat::host
