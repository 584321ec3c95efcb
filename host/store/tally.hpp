// The numbers of tasks per route and status, kept in the same transaction as the tasks themselves.
#pragma once

#include <cstdint>
#include <map>
#include <utility>

#include "host/store/sqlite.hpp"
#include "host/store/task.hpp"

namespace leat::host {

class Tally {
 public:
  void add(std::int64_t route, TaskStatus status, std::int64_t bytes, std::int64_t tasks = 1);
  void remove(std::int64_t route, TaskStatus status, std::int64_t bytes) { add(route, status, -bytes, -1); }
  void move(std::int64_t route, TaskStatus from, TaskStatus to, std::int64_t bytes);
  void write(Database& db) const;

 private:
  struct Change {
    std::int64_t tasks = 0;
    std::int64_t bytes = 0;
  };
  std::map<std::pair<std::int64_t, TaskStatus>, Change> changes_;
};

}  // namespace leat::host
