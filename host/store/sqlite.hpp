// SQLite as this folder uses it: connection, query, transaction. The only reader of sqlite3.h.
// Threads  a Database and its queries: one thread at a time.
// Errors   thrown as SqliteFailure; SqliteStore catches it at its edge and none of it gets out of this folder.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>

#include "leat/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace leat::host {

// busy: locked, or no room on the disk. broken: everything else.
struct SqliteFailure {
  Error error;
};

class Database {
 public:
  // Opens or makes the file. Connections of one file see each other's committed work.
  Database(const std::filesystem::path& path, std::chrono::milliseconds busy_wait);
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  // Statements without arguments and without rows; several may stand in the text.
  void execute(const char* sql);
  // The text must live as long as the connection (a literal): it is prepared once.
  sqlite3_stmt* prepared(const char* sql);
  bool in_transaction() const;
  std::int64_t last_insert_id() const;
  [[noreturn]] void fail(int code) const;
  sqlite3* raw() const { return db_; }

 private:
  sqlite3* db_ = nullptr;
  std::string path_;
  std::unordered_map<const char*, sqlite3_stmt*> prepared_;
};

struct Blob {
  std::string_view bytes;
};

// One run of a statement: binds ?1, ?2, ... and steps through the rows. Arguments are borrowed until it ends.
class Query {
 public:
  template <class... Args>
  Query(Database& db, const char* literal, const Args&... args) : Query(db, db.prepared(literal), false) {
    (bind(args), ...);
  }
  // A text made for this run.
  static Query once(Database& db, const std::string& sql);
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  Query(Query&& other) noexcept;
  ~Query();

  // Binds further arguments.
  template <class... Args>
  Query& with(const Args&... args) {
    (bind(args), ...);
    return *this;
  }
  bool next();
  // Runs to the end; how many rows were changed.
  std::int64_t run();

  bool null(int column) const;
  std::int64_t integer(int column) const;
  std::string_view text(int column) const;  // until the next row
  template <class T>
  T as(int column) const {
    return static_cast<T>(integer(column));
  }

  void bind(std::int64_t value);
  void bind(std::string_view value);
  void bind(Blob value);
  void bind(std::nullopt_t);
  void bind(std::chrono::milliseconds value) { bind(static_cast<std::int64_t>(value.count())); }
  template <class T>
  requires(std::is_integral_v<T> || std::is_enum_v<T>) void bind(T value) { bind(static_cast<std::int64_t>(value)); }
  template <class T>
  void bind(const std::optional<T>& value) {
    if (value) {
      bind(*value);
    } else {
      bind(std::nullopt);
    }
  }

 private:
  Query(Database& db, sqlite3_stmt* statement, bool owned) : db_(db), statement_(statement), owned_(owned) {}
  void check(int code);

  Database& db_;
  sqlite3_stmt* statement_;
  bool owned_;
  int bound_ = 0;
};

// BEGIN IMMEDIATE; rolls back unless it was committed.
class Transaction {
 public:
  explicit Transaction(Database& db);
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();
  void commit();

 private:
  Database& db_;
};

// A part of a transaction that can be undone by itself; undone unless it was kept.
class Savepoint {
 public:
  explicit Savepoint(Database& db);
  Savepoint(const Savepoint&) = delete;
  Savepoint& operator=(const Savepoint&) = delete;
  ~Savepoint();
  void keep();

 private:
  Database& db_;
  bool kept_ = false;
};

}  // namespace leat::host
