// Durable queue between incoming and outgoing, with the cursors and events of the incomings and the state of
// components.
// Owner       main; routes borrow it and end first.
// Threads     any, at the same time. Further processes and machines may use the same queue: an object of this class is
//             one worker, which leases what it works on; what its lease holds is hidden from the others until it runs
//             out.
// Durability  what put() or finish() reported as done survives power loss; otherwise nothing of it was stored.
// Errors      busy: locked by somebody else or no room on the disk, nothing was changed, try again later.
//             broken: damaged, read-only, or of a newer version; the host stops and says where.
// Order       tasks of one key keep the order in which they were put, and at most one of them is fresh, processing, in
//             retry or uncertain; those behind it are waiting. The next one is let go once that one is settled.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/store/component_state.hpp"
#include "host/store/cross_references.hpp"
#include "host/store/events.hpp"
#include "host/store/task.hpp"
#include "leat/result.hpp"

namespace leat::host {

// Of what a record says, to notice that it says the same again.
using Fingerprint = std::array<std::uint8_t, 16>;

// Text is borrowed for the call.
struct NewTask {
  std::string_view route;
  std::optional<std::string_view> key;
  std::string_view payload;
  std::string_view attributes;
  // With a key only: not stored when it equals the fingerprint last stored for that route and key.
  std::optional<Fingerprint> fingerprint;
  // fresh; retry (with due); uncertain; failed: with the reason.
  TaskStatus status = TaskStatus::fresh;
  Stage stage = Stage::outgoing;
  std::uint32_t attempts = 0;  // made before it was stored
  Millis due{0};               // fresh, retry: not before; 0 = now
  Error error;                 // unless fresh
};

struct Page {
  std::string_view incoming{};
  std::span<const NewTask> tasks;            // of all routes, in order
  std::optional<std::string_view> cursor{};  // where the incoming goes on; absent: stays
  EventId events_read = 0;                   // events of the incoming up to this one are forgotten
};

struct Pending {
  std::uint64_t tasks = 0;  // not settled
  std::uint64_t bytes = 0;  // of their payloads
};

struct PutReport {
  struct Route {
    std::string route;
    std::uint64_t stored = 0;
    std::uint64_t deduplicated = 0;
    Pending pending;  // after this page: what back-pressure goes by
  };
  std::vector<Route> routes;  // those of the page, in the order of their first task
};

// What became of an attempt. From processing to `status`:
//   finished, skipped   done; the payload goes unless it is kept
//   failed, uncertain   with error and message
//   retry               with error and message, not before `due`
//   fresh               given back: nothing was sent, the attempt does not count; without error and message those of
//                       the attempt before it stay
struct Outcome {
  TaskId task = 0;
  std::uint32_t attempt = 0;  // Task::attempts as claimed: says which lease this is about
  TaskStatus status = TaskStatus::finished;
  Millis due{0};
  std::optional<ErrorKind> error;
  std::string message;
  std::string answer;
  // Of finished: stored with it, or not at all.
  std::optional<Xref> xref{};
  std::vector<NewTask> next{};  // of further routes, in order; text is borrowed
};

struct FinishReport {
  std::uint64_t settled = 0;  // outcomes that were taken
  std::vector<TaskId> lost;   // the lease ran out and the task is somebody else's now, or a person's: outcome dropped
  std::vector<PutReport::Route> routes;  // of the further tasks
};

// What is done with tasks whose worker died while it had them.
enum class Recovery : std::uint8_t { resend, hold };  // back to the queue; or uncertain

struct RecoverReport {
  std::uint64_t tasks = 0;
};

struct TaskFilter {
  std::vector<TaskId> ids{};           // empty: all
  std::string route{};                 // empty: all
  std::vector<TaskStatus> statuses{};  // empty: all
  std::optional<std::string> key{};
  std::optional<ErrorKind> error{};
  std::optional<Millis> changed_before{};
};

struct MoveReport {
  std::uint64_t moved = 0;
  std::uint64_t refused = 0;  // matched, but may not be moved so
  std::string first_refusal;  // "task 7 is processing: ..."
};

struct RouteCounts {
  std::string route;
  std::array<std::uint64_t, task_status_count> tasks{};  // by status
  std::array<std::uint64_t, task_status_count> bytes{};

  std::uint64_t of(TaskStatus status) const { return tasks[static_cast<std::size_t>(status)]; }
  Pending pending() const;
};

struct CursorInfo {
  std::string incoming;
  std::optional<std::string> cursor;
  Millis changed{0};
  bool held = false;         // by a worker, at this moment
  std::uint64_t events = 0;  // stored, not read yet
};

// Absent: any.
struct XrefFilter {
  std::optional<std::string> set{};
  std::optional<std::string> source{};
  std::optional<std::string> target{};
};

struct XrefInfo {
  Xref xref;
  Millis changed{0};  // when it was written
};

class TaskStore : public ComponentState, public CrossReferences, public EventStore {
 public:
  // ---- incoming

  // Becomes (or stays) the one worker that runs this incoming. False: another one does.
  virtual Result<bool> hold(std::string_view incoming, std::chrono::milliseconds lease) = 0;
  virtual Result<Done> release(std::string_view incoming) = 0;
  // nullopt: starts from the beginning.
  virtual Result<std::optional<std::string>> cursor(std::string_view incoming) = 0;
  // Adds the tasks of one page, remembers their fingerprints, moves the cursor and forgets the events that were read for
  // it: all or nothing.
  // cancelled: this worker does not hold the incoming (any more): hold it again and go on at the stored cursor.
  virtual Result<PutReport> put(const Page& page) = 0;

  // ---- outgoing

  // Tasks that are due, oldest first, at most `count_max` and not more than about `bytes_max` (always one).
  virtual Result<std::vector<Task>> claim(std::string_view route, std::uint32_t count_max, std::uint64_t bytes_max,
                                          std::chrono::milliseconds lease) = 0;
  // This task, due or not; nullopt when it is not (or no longer) of that route and fresh or in retry.
  virtual Result<std::optional<Task>> claim_task(std::string_view route, TaskId id,
                                                 std::chrono::milliseconds lease) = 0;
  // When the next task of the route that nobody has is due; nullopt: there is none.
  virtual Result<std::optional<Millis>> next_due(std::string_view route) = 0;
  // Prolongs all that this worker holds or has claimed: tasks and incomings.
  virtual Result<Done> renew(std::chrono::milliseconds lease) = 0;
  // With the cross-references and further tasks of those that are taken, in one transaction. invalid: a status that no
  // attempt ends with, a cross-reference beyond the limits; nothing is stored.
  virtual Result<FinishReport> finish(std::span<const Outcome> outcomes) = 0;
  // Of what was delivered without a task.
  virtual Result<Done> put_xrefs(std::span<const Xref> xrefs) = 0;
  // Takes up the tasks of the route whose worker is gone: its lease ran out, or it is known to be dead.
  virtual Result<RecoverReport> recover(std::string_view route, Recovery recovery) = 0;
  virtual Result<Pending> pending(std::string_view route) = 0;

  // ---- people

  // Tasks with an id above `after`, in order of their ids; without payload, attributes and answer.
  virtual Result<std::vector<Task>> list(const TaskFilter& filter, TaskId after, std::uint32_t count_max) = 0;
  // not_found: no such task.
  virtual Result<TaskDetails> show(TaskId id) = 0;
  // By a person: to fresh (retry now), skipped or finished. `note` goes to the task's message. Tasks that may not be
  // moved so stay as they are and are counted. invalid: no such target.
  virtual Result<MoveReport> move(const TaskFilter& filter, TaskStatus to, std::string_view note) = 0;
  // Deletes settled tasks that match, with their history. Others that match stay.
  virtual Result<std::uint64_t> prune(const TaskFilter& filter) = 0;
  virtual Result<std::vector<RouteCounts>> counts() = 0;
  virtual Result<std::vector<CursorInfo>> cursors() = 0;
  // nullopt: from the beginning. Takes the incoming from the worker that runs it: that one goes on at the new cursor.
  virtual Result<Done> set_cursor(std::string_view incoming, std::optional<std::string_view> cursor) = 0;
  // Whether nobody else on this machine has the store open, in this process or another.
  virtual bool alone() const = 0;
  // The components that keep state, in the order of their names.
  virtual Result<std::vector<std::string>> components_with_state() = 0;
  // All that one component keeps, at once; how many values these were.
  virtual Result<std::uint64_t> reset_state(std::string_view component) = 0;
  // In the order of set and source, behind that of `after`.
  virtual Result<std::vector<XrefInfo>> xrefs(const XrefFilter& filter, const Xref& after, std::uint32_t count_max) = 0;
  // False: there was none.
  virtual Result<bool> remove_xref(std::string_view set, std::string_view source) = 0;
};

}  // namespace leat::host
