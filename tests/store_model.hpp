// What a TaskStore does, in the plainest way: the model that random runs compare an engine with.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "host/store/task_store.hpp"

namespace leat::host::test {

class StoreModel {
 public:
  struct Row {
    TaskId id;
    std::string route;
    std::optional<std::string> key;
    TaskStatus status;
    std::uint32_t attempts;
    Millis due;
    int worker;  // while processing
    bool payload;
  };

  explicit StoreModel(const Clock& clock) : clock_(clock) {}

  void put(TaskId id, const std::string& route, std::optional<std::string> key) {
    const bool behind = key && active(route, *key) != nullptr;
    rows.push_back(
        {id, route, std::move(key), behind ? TaskStatus::waiting : TaskStatus::fresh, 0, clock_.now(), 0, true});
  }

  std::vector<TaskId> claim(int worker, const std::string& route, std::size_t count_max) {
    std::multimap<std::pair<Millis, TaskId>, Row*> ready;
    for (Row& row : rows) {
      const bool due = row.status == TaskStatus::fresh || row.status == TaskStatus::retry;
      if (row.route == route && due && row.due <= clock_.now()) ready.emplace(std::pair(row.due, row.id), &row);
    }
    std::vector<TaskId> claimed;
    for (auto& [order, row] : ready) {
      if (claimed.size() == count_max) break;
      row->status = TaskStatus::processing;
      row->worker = worker;
      ++row->attempts;
      claimed.push_back(row->id);
    }
    return claimed;
  }

  bool finish(int worker, const Outcome& outcome) {
    Row* row = find(outcome.task);
    if (row == nullptr || row->status != TaskStatus::processing || row->worker != worker) return false;
    if (row->attempts != outcome.attempt) return false;
    row->status = outcome.status;
    if (outcome.status == TaskStatus::fresh) --row->attempts;
    if (outcome.status == TaskStatus::retry) row->due = outcome.due;
    if (outcome.status == TaskStatus::finished || outcome.status == TaskStatus::skipped) row->payload = false;
    if (is_settled(row->status)) let_go(*row);
    return true;
  }

  void move(TaskId id, TaskStatus to) {
    Row* row = find(id);
    if (row == nullptr || !may_move(row->status, to, Mover::person)) return;
    if (to == TaskStatus::fresh && !row->payload) return;
    const bool was_active = row->status != TaskStatus::waiting && !is_settled(row->status);
    row->due = clock_.now();
    if (to == TaskStatus::fresh && row->key && !was_active) {
      Row* other = active(row->route, *row->key);
      const bool begun =
          other != nullptr && (other->status == TaskStatus::processing || other->status == TaskStatus::uncertain);
      if (other != nullptr && (begun || other->id < row->id)) {
        row->status = TaskStatus::waiting;
        return;
      }
      if (other != nullptr) other->status = TaskStatus::waiting;
    }
    row->status = to;
    if (to == TaskStatus::finished) row->payload = false;
    if (is_settled(to) && was_active) let_go(*row);
  }

  void recover(const std::string& route, int dead_worker, TaskStatus to) {
    for (Row& row : rows) {
      if (row.route != route || row.status != TaskStatus::processing || row.worker != dead_worker) continue;
      row.status = to;
      row.due = clock_.now();
    }
  }

  Row* find(TaskId id) {
    for (Row& row : rows) {
      if (row.id == id) return &row;
    }
    return nullptr;
  }

  std::vector<Row> rows;  // in order of ids

 private:
  Row* active(const std::string& route, const std::string& key) {
    for (Row& row : rows) {
      if (row.route == route && row.key == key && row.status != TaskStatus::waiting && !is_settled(row.status))
        return &row;
    }
    return nullptr;
  }

  void let_go(const Row& settled) {
    if (!settled.key) return;
    for (Row& row : rows) {
      if (row.route == settled.route && row.key == settled.key && row.status == TaskStatus::waiting) {
        row.status = TaskStatus::fresh;
        return;
      }
    }
  }

  const Clock& clock_;
};

}  // namespace leat::host::test
