#include "host/store/task.hpp"

namespace leat::host {
namespace {

constexpr std::array<std::string_view, task_status_count> names{"new",       "processing", "retry",  "waiting",
                                                                "uncertain", "finished",   "failed", "skipped"};

struct Move {
  TaskStatus from;
  TaskStatus to;
  Mover by;
};

using enum TaskStatus;

constexpr Move moves[] = {
    // The host: a claim, the outcomes of an attempt, and the order of a key.
    {fresh, processing, Mover::host},
    {retry, processing, Mover::host},
    {processing, finished, Mover::host},
    {processing, skipped, Mover::host},
    {processing, failed, Mover::host},
    {processing, retry, Mover::host},
    {processing, uncertain, Mover::host},
    {processing, fresh, Mover::host},
    {waiting, fresh, Mover::host},
    {fresh, waiting, Mover::host},
    {retry, waiting, Mover::host},
    // A person: try now, leave out, or "it did arrive".
    {retry, fresh, Mover::person},
    {uncertain, fresh, Mover::person},
    {failed, fresh, Mover::person},
    {skipped, fresh, Mover::person},
    {fresh, skipped, Mover::person},
    {retry, skipped, Mover::person},
    {waiting, skipped, Mover::person},
    {uncertain, skipped, Mover::person},
    {failed, skipped, Mover::person},
    {retry, finished, Mover::person},
    {uncertain, finished, Mover::person},
    {failed, finished, Mover::person},
};

}  // namespace

std::string_view to_string(TaskStatus status) { return names[static_cast<std::size_t>(status)]; }

std::optional<TaskStatus> parse_task_status(std::string_view text) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == text) return static_cast<TaskStatus>(i);
  }
  return std::nullopt;
}

bool may_move(TaskStatus from, TaskStatus to, Mover by) {
  for (const Move& move : moves) {
    if (move.from == from && move.to == to && move.by == by) return true;
  }
  return false;
}

}  // namespace leat::host
