// What the tests of task stores share: tasks in few words, and results by value.
#pragma once

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

#include "host/base/clock.hpp"
#include "host/store/task_store.hpp"

namespace leat::host::test {

using namespace std::chrono_literals;
using Ids = std::vector<TaskId>;

inline constexpr auto lease = 60s;
inline constexpr std::uint64_t much = 1ULL << 40U;

// By value: what a range-for goes through must outlive the call.
template <class T>
T value_of(Result<T> result) {
  REQUIRE(result);
  return std::move(*result);
}

inline NewTask task_of(std::string_view route, std::optional<std::string_view> key = {},
                       std::string_view payload = R"({"id":1})") {
  NewTask task;
  task.route = route;
  task.key = key;
  task.payload = payload;
  return task;
}

// Stores tasks of one route, by key ("" for none), and gives their ids.
inline Ids put_keys(TaskStore& store, std::string_view route, const std::vector<std::string>& keys) {
  std::vector<NewTask> tasks;
  for (const auto& key : keys) {
    tasks.push_back(task_of(route, key.empty() ? std::nullopt : std::optional<std::string_view>(key)));
  }
  TaskId before = 0;
  for (const Task& task : value_of(store.list({}, 0, 1'000'000))) before = task.id;
  REQUIRE(store.put({"", tasks, {}}));
  Ids ids;
  for (const Task& task : value_of(store.list({}, before, 1'000'000))) ids.push_back(task.id);
  return ids;
}

inline Ids ids_of(const std::vector<Task>& tasks) {
  Ids ids;
  for (const Task& task : tasks) ids.push_back(task.id);
  return ids;
}

inline Ids claim_ids(TaskStore& store, std::string_view route, std::uint32_t max = 100) {
  return ids_of(store.claim(route, max, much, lease).value());
}

inline Outcome ends(TaskId id, TaskStatus status, std::uint32_t attempt = 1) {
  Outcome outcome;
  outcome.task = id;
  outcome.attempt = attempt;
  outcome.status = status;
  if (status != TaskStatus::finished && status != TaskStatus::skipped) outcome.error = ErrorKind::busy;
  return outcome;
}

inline void finish_one(TaskStore& store, const Outcome& outcome) {
  const auto report = store.finish(std::span(&outcome, 1));
  REQUIRE(report);
  REQUIRE(report->lost.empty());
}

inline TaskStatus status_of(TaskStore& store, TaskId id) { return store.show(id).value().task.status; }

// The tallies say what the tasks say.
inline void check_counts(TaskStore& store) {
  std::map<std::string, std::array<std::uint64_t, task_status_count>> counted;
  for (const Task& task : value_of(store.list({}, 0, 1'000'000)))
    ++counted[task.route][static_cast<std::size_t>(task.status)];
  for (const RouteCounts& counts : value_of(store.counts())) CHECK(counts.tasks == counted[counts.route]);
}

}  // namespace leat::host::test
