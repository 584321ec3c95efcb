// A task: one record of one route on its way to the outgoing, with its status, attempts and outcome.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/clock.hpp"
#include "leat/result.hpp"

namespace leat::host {

// Grows in the order of arrival; never used twice in a store.
using TaskId = std::int64_t;

// Stored as numbers: only ever append.
enum class TaskStatus : std::uint8_t {
  fresh,       // "new": due, nobody has it
  processing,  // leased to a worker
  retry,       // an attempt failed; again when `due` has come
  waiting,     // behind an earlier unfinished task of its key
  uncertain,   // sent, and no answer came: a person (or a look-up) decides
  finished,    // delivered
  failed,      // given up, with the reason
  skipped,     // left out on purpose
};
inline constexpr std::size_t task_status_count = 8;

// As configuration, CLI and pages write it: "new", "processing", ...
std::string_view to_string(TaskStatus status);
std::optional<TaskStatus> parse_task_status(std::string_view text);

// A task that will never be worked on again unless a person asks for it. The others count against a route's ceiling.
constexpr bool is_settled(TaskStatus status) {
  return status == TaskStatus::finished || status == TaskStatus::failed || status == TaskStatus::skipped;
}

// Who moves a task: the host on its own, or a person.
enum class Mover : std::uint8_t { host, person };

// The one table of allowed moves.
bool may_move(TaskStatus from, TaskStatus to, Mover by);

// Which transformers a task's payload has still to pass: a record refused by one is kept as it was before that list.
enum class Stage : std::uint8_t { incoming, route, outgoing };

struct Task {
  TaskId id = 0;
  std::string route;
  std::optional<std::string> key;  // absent: the task is its own key
  TaskStatus status = TaskStatus::fresh;
  Stage stage = Stage::outgoing;
  std::uint32_t attempts = 0;  // begun so far, the running one included
  Millis created{0};
  Millis due{0};                   // fresh, retry: not before
  Millis changed{0};               // last change of status
  std::uint64_t size = 0;          // bytes of the payload as it was stored
  std::string payload;             // JSON text; empty once it was cleared
  std::string attributes;          // of the record, as a JSON object; may be empty
  std::optional<ErrorKind> error;  // of the last attempt, or of the transformer that refused the record
  std::string message;             // its line for a person
  std::string answer;              // of the publisher, JSON text
};

// One try of a task.
struct Attempt {
  std::uint32_t number = 0;  // from 1
  Millis started{0};
  Millis ended{0};
  std::optional<ErrorKind> error;  // absent: it went well
  std::string message;
};

struct TaskDetails {
  Task task;
  std::vector<Attempt> attempts;  // oldest first
};

}  // namespace leat::host
