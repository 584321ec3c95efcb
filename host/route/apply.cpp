#include "host/route/apply.hpp"

#include <fmt/format.h>

#include <map>
#include <mutex>
#include <random>

#include "host/base/request_gate.hpp"
#include "host/route/context.hpp"
#include "host/route/identity.hpp"
#include "host/route/made_up.hpp"
#include "host/route/outgoing.hpp"

namespace leat::host {
namespace {

// Lets the planned requests of one task pass, in their order and once each, and learns the ids that later ones need.
class PlannedOnly final : public RequestGate {
 public:
  // nullptr: nothing may pass.
  void begin(const PlannedTask* task) {
    const std::lock_guard lock(mutex_);
    task_ = task;
    sent_ = 0;
    stale_.clear();
    awaited_.clear();
  }
  std::size_t sent() const {
    const std::lock_guard lock(mutex_);
    return sent_;
  }
  // Empty: it is not.
  std::string stale() const {
    const std::lock_guard lock(mutex_);
    return stale_;
  }

  Ruling before(std::string_view client, const leat_http_request& request) override {
    if (only_reads(request)) return Go{};
    const WriteRequest write{std::string(client), std::string(view(request.method)), std::string(view(request.url)),
                             std::string(view(request.body))};
    const std::lock_guard lock(mutex_);
    if (task_ == nullptr || !stale_.empty() || !is_next(write)) {
      if (stale_.empty()) stale_ = difference(write);
      return Error{ErrorKind::cancelled, stale_, 0};
    }
    awaited_.emplace(++marks_, id_of(task_->id, sent_++));
    return Go{marks_};
  }

  void after(std::uint64_t mark, const leat_outcome& outcome, const leat_http_response* response) override {
    const std::lock_guard lock(mutex_);
    const auto awaited = awaited_.find(mark);
    if (awaited == awaited_.end() || outcome.kind != LEAT_OK || response == nullptr) return;
    const Json answer = Json::parse(view(response->body), nullptr, false);
    if (!answer.is_object() || !answer.contains("id")) return;
    const Json& id = answer["id"];
    ids_.insert_or_assign(awaited->second, id.is_string() ? id.get<std::string>() : id.dump());
  }

 private:
  // With the ids that are known by now.
  std::string path_of(const PlannedRequest& planned) const {
    std::string path = planned.path;
    for (const auto& [told, id] : ids_) {
      for (std::size_t at = path.find(told); at != std::string::npos; at = path.find(told, at + id.size())) {
        path.replace(at, told.size(), id);
      }
    }
    return path;
  }

  bool is_next(const WriteRequest& write) const {
    if (sent_ >= task_->requests.size()) return !task_->open.empty();
    const PlannedRequest& planned = task_->requests[sent_];
    if (planned.client != write.client || planned.method != write.method || path_of(planned) != write.path)
      return false;
    return planned.body_follows ||
           WriteRequest{write.client, write.method, planned.path, write.body}.hash() == planned.hash;
  }

  std::string difference(const WriteRequest& write) const {
    if (task_ == nullptr) return "the plan is stale: " + write.line() + " belongs to no task of it";
    if (sent_ >= task_->requests.size()) {
      return fmt::format("the plan is stale: now {} would be sent as well", write.line());
    }
    const PlannedRequest& planned = task_->requests[sent_];
    if (planned.method != write.method || path_of(planned) != write.path || planned.client != write.client) {
      return fmt::format("the plan is stale: planned is {}, now it would be {}", planned.line(), write.line());
    }
    return fmt::format("the plan is stale: {} would now be sent with another body", write.line());
  }

  mutable std::mutex mutex_;
  const PlannedTask* task_ = nullptr;
  std::size_t sent_ = 0;
  std::string stale_;
  std::uint64_t marks_ = 0;
  std::map<std::uint64_t, std::string> awaited_;  // by mark: what the answer's id is told as
  std::map<std::string, std::string> ids_;        // of this plan, by what they are told as
};

class Applier {
 public:
  Applier(EngineContext& context, Outgoing& outgoing, PlannedOnly& gate)
      : context_(context),
        outgoing_(outgoing),
        gate_(gate),
        follow_up_(context, outgoing.route(), outgoing.followers(), random_) {}

  // Whether there may be another one.
  bool goes_on() const { return !context_.stop.stop_requested() && outgoing_.open(); }

  Applied apply(const PlannedTask& planned) {
    Applied applied;
    applied.task = planned.id;
    const std::string& route = outgoing_.route().config.name;
    auto claimed = context_.persist(
        outgoing_.route().origin, [&] { return context_.store.claim_task(route, planned.id, context_.options.lease); });
    if (!claimed) {
      leave(applied, claimed.error().message);
      return applied;
    }
    if (!*claimed) {
      stale(applied, now_is(planned.id, applied));
      return applied;
    }
    Task& task = **claimed;
    if (record_hash(task) != planned.record) {
      stale(applied, "the plan is stale: its record is another one now");
      store(given_back(task), applied);
      return applied;
    }
    if (!outgoing_.prepare()) {
      leave(applied, outgoing_.route().standing.get().reason);
      store(given_back(task), applied);
      return applied;
    }
    deliver(task, planned, applied);
    return applied;
  }

 private:
  static void stale(Applied& applied, std::string why) {
    applied.stale = true;
    applied.message = std::move(why);
  }

  static void leave(Applied& applied, std::string why) {
    applied.left = true;
    applied.message = std::move(why);
  }

  std::string now_is(TaskId id, Applied& applied) {
    const auto details = context_.store.show(id);
    if (!details) return "the plan is stale: " + details.error().message;
    applied.status = details->task.status;
    return fmt::format("the plan is stale: the task is {} now", to_string(applied.status));
  }

  void deliver(Task& task, const PlannedTask& planned, Applied& applied) {
    gate_.begin(&planned);
    Verdict verdict;
    std::vector<Parcel> parcels;
    if (auto record = to_record(task)) {
      parcels.push_back({std::move(*record), task.stage});
      Call call(context_.clock, context_.abort.get_token(), outgoing_.route().origin);
      verdict = std::move(outgoing_.route().delivery.run(call, parcels).front());
    } else {
      verdict = unreadable(record.error());
    }
    applied.sent = gate_.sent();
    const std::string why = gate_.stale();
    gate_.begin(nullptr);
    if (why.empty() || verdict.kind == Verdict::Kind::delivered) {
      const Record* record = parcels.empty() ? nullptr : parcels[0].record.get();
      Outcome outcome = outgoing_.conclude(task, std::move(verdict), record, follow_up_, random_);
      applied.message = outcome.message;
      if (!why.empty()) stale(applied, why + "; it counts as delivered without that");
      return store(std::move(outcome), applied);
    }
    if (applied.sent == 0) {
      stale(applied, why);
      return store(given_back(task), applied);
    }
    // Some of it was sent: whoever sends the task again has to know.
    stale(applied, fmt::format("{}; {} of its {} planned requests were sent before", why, applied.sent,
                               planned.requests.size()));
    Outcome outcome = given_back(task);
    outcome.status = outgoing_.route().publisher.replay_safe() ? TaskStatus::retry : TaskStatus::uncertain;
    outcome.due = context_.clock.now();
    outcome.error = ErrorKind::uncertain;
    outcome.message = applied.message;
    store(std::move(outcome), applied);
  }

  void store(Outcome outcome, Applied& applied) {
    applied.status = outcome.status;
    std::vector<Outcome> outcomes;
    outcomes.push_back(std::move(outcome));
    if (!outgoing_.flush(outcomes, follow_up_)) {
      applied.status = TaskStatus::processing;
      applied.message = "its outcome could not be stored; " + applied.message;
    }
  }

  EngineContext& context_;
  Outgoing& outgoing_;
  std::mt19937_64 random_{std::random_device{}()};
  PlannedOnly& gate_;
  FollowUp follow_up_;
};

}  // namespace

Result<Done> apply(const Plan& plan, Engine& engine, HostState& host, const std::stop_token& stop,
                   const std::function<void(const Applied&)>& done) {
  PlannedOnly gate;  // until the publisher is closed, too
  const GateInPlace in_place(host, gate);
  return engine.work_on(plan.route, stop, [&](EngineContext& context, Outgoing& outgoing) {
    Applier applier(context, outgoing, gate);
    for (const PlannedTask& task : plan.tasks) {
      if (!task.ready() || task.skipped) continue;
      if (!applier.goes_on()) break;
      done(applier.apply(task));
    }
  });
}

}  // namespace leat::host
