// `leat tasks ...` and `leat cursor ...`: what a person sees and decides of the store. No plugin is loaded.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "host/store/task_store.hpp"

namespace leat::host {

struct TaskSelection {
  std::vector<TaskId> ids;
  std::string route;
  std::vector<std::string> statuses;
  std::string key;
  std::string error;  // an error kind
};

// Prints; gives the exit code. limit: 0 is all.
int list_tasks(TaskStore& store, const TaskSelection& selection, std::uint32_t limit, bool json);
int show_task(TaskStore& store, TaskId id, bool json);
// to: "retry", "skip" or "finish".
int move_tasks(TaskStore& store, const TaskSelection& selection, std::string_view to, const std::string& note,
               bool json);
int prune_tasks(TaskStore& store, const TaskSelection& selection, std::optional<std::chrono::milliseconds> older_than,
                Millis now, bool json);

int show_cursors(TaskStore& store, const std::string& incoming, bool json);
// cursor: nothing = from the beginning. An incoming without a stored cursor can be given one when it is configured.
int set_cursor(TaskStore& store, const std::string& incoming, const std::optional<std::string>& cursor,
               std::vector<std::string> configured);

}  // namespace leat::host
