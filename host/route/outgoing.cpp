#include "host/route/outgoing.hpp"

#include <algorithm>

#include "host/base/backoff.hpp"
#include "host/route/identity.hpp"

namespace leat::host {
namespace {

constexpr std::uint32_t claim_max = 256;
constexpr std::uint64_t claim_bytes_max = 8ULL << 20U;
constexpr auto flush_after = std::chrono::milliseconds(200);
constexpr std::uint32_t reports_max = 20;
constexpr Backoff opening{std::chrono::milliseconds(500), std::chrono::seconds(60)};
constexpr int openings_max = 5;  // in a run that is to end

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

Outcome given_back(const Task& task) {
  Outcome outcome;
  outcome.task = task.id;
  outcome.attempt = task.attempts;
  outcome.status = TaskStatus::fresh;
  return outcome;
}

Verdict unreadable(const Error& error) {
  return {Verdict::Kind::failed, {ErrorKind::invalid, "stored payload: " + error.message, 0}, {}, {}};
}

void Outgoing::notify() {
  const std::lock_guard lock(mutex_);
  ++version_;
  changed_.notify_all();
}

void Outgoing::drain() {
  const std::lock_guard lock(mutex_);
  draining_ = true;
  ++version_;
  changed_.notify_all();
}

void Outgoing::retire() {
  const std::lock_guard lock(mutex_);
  ended_ = true;
}

void Outgoing::put(const PutReport::Route& stored) {
  RouteCounters& counters = route_.counters;
  counters.stored += stored.stored;
  counters.deduplicated += stored.deduplicated;
  counters.pending_tasks = stored.pending.tasks;
  counters.pending_bytes = stored.pending.bytes;
  notify();
}

bool Outgoing::open() const {
  const std::lock_guard lock(mutex_);
  return gate_ == Gate::open && !ended_;
}

bool Outgoing::at_rest() const {
  const std::lock_guard lock(mutex_);
  return gate_ == Gate::shut || ended_ || idle_ == route_.workers();
}

std::uint64_t Outgoing::version() const {
  const std::lock_guard lock(mutex_);
  return version_;
}

// In a run that is to end, a pause is the end of the route: nobody can act while it runs.
void Outgoing::pause(const std::string& reason) {
  const std::lock_guard lock(mutex_);
  if (gate_ == Gate::shut) return;
  const bool again = gate_ == Gate::paused;
  const bool told = again && !probing_;  // by another record of the same call, or another worker
  const bool once = context_.options.once;
  gate_ = once ? Gate::shut : Gate::paused;
  resume_at_ = context_.clock.now() + context_.options.probe;
  probing_ = false;
  route_.standing.set(once ? FlowState::stopped : FlowState::paused, reason);
  if (told) {
    context_.log.debug(route_.origin, "paused as well: {}", reason);
  } else if (!again) {
    context_.log.error(route_.origin, "paused, its tasks stay; somebody must act: {}", reason);
  } else {
    context_.log.warn(route_.origin, "still paused: {}", reason);
  }
  changed_.notify_all();
}

void Outgoing::hold_off(const Error& error) {
  const std::lock_guard lock(mutex_);
  if (gate_ == Gate::shut) return;
  if (gate_ == Gate::paused && !probing_) return;  // another worker was told the same
  const bool given_up = ++openings_ >= openings_max && context_.options.once;
  gate_ = given_up ? Gate::shut : Gate::paused;
  probing_ = false;
  route_.standing.set(given_up ? FlowState::stopped : FlowState::paused, error.message);
  if (given_up) {
    context_.log.error(route_.origin, "stopped until the next start: {}", error.message);
  } else {
    const Millis delay = error.retry_after_ms != 0 ? Millis(error.retry_after_ms) : opening.delay(openings_, random_);
    resume_at_ = context_.clock.now() + delay;
    context_.log.warn(route_.origin, "{}; again in {} ms", error.message, delay.count());
  }
  changed_.notify_all();
}

void Outgoing::shut(const std::string& reason) {
  const std::lock_guard lock(mutex_);
  if (gate_ == Gate::shut) return;
  gate_ = Gate::shut;
  route_.standing.set(FlowState::stopped, reason);
  context_.log.error(route_.origin, "stopped until the next start: {}", reason);
  changed_.notify_all();
}

void Outgoing::begin() {
  const std::lock_guard lock(mutex_);
  if (gate_ == Gate::open) route_.standing.set(FlowState::running);
}

void Outgoing::resume() {
  const std::lock_guard lock(mutex_);
  if (!probing_) return;
  probing_ = false;
  openings_ = 0;
  gate_ = Gate::open;
  route_.standing.set(FlowState::running);
  context_.log.info(route_.origin, "goes on");
  changed_.notify_all();
}

Outgoing::Turn Outgoing::next_turn() {
  std::unique_lock lock(mutex_);
  for (;;) {
    if (context_.stop.stop_requested() || gate_ == Gate::shut || ended_) return Turn::end;
    if (gate_ == Gate::open) return Turn::work;
    const Millis left = resume_at_ - context_.clock.now();
    if (!probing_ && left.count() <= 0) {
      probing_ = true;
      return Turn::probe;
    }
    const Millis look = context_.options.look;
    changed_.wait_for(lock, context_.stop.get_token(), probing_ ? look : std::clamp(left, Millis(1), look),
                      [this] { return gate_ != Gate::paused; });
  }
}

// Waits for work. False: the route has ended. The last worker to find nothing decides that: whoever was busy before has
// looked again since.
bool Outgoing::idle(std::uint64_t seen) {
  const auto due = context_.persist(route_.origin, [this] { return context_.store.next_due(route_.config.name); });
  if (!due) return false;
  const Millis now = context_.clock.now();
  std::unique_lock lock(mutex_);
  ++idle_;
  const bool soon = *due && **due <= now + context_.options.patience;
  if (draining_ && idle_ == route_.workers() && !soon && version_ == seen) {
    ended_ = true;
    if (gate_ == Gate::open) route_.standing.set(FlowState::done);
    changed_.notify_all();
    return false;
  }
  if (!ended_ && gate_ == Gate::open) route_.standing.set(FlowState::waiting);
  Millis time = context_.options.look;
  if (*due) time = std::clamp(**due - now, Millis(1), time);
  changed_.wait_for(lock, context_.stop.get_token(), time, [&] { return version_ != seen || ended_; });
  --idle_;
  return !ended_;
}

bool Outgoing::prepare() {
  Call call(context_.clock, context_.stop.get_token(), route_.origin);
  const auto done = route_.door.open(call);
  if (done) return true;
  const Error& error = done.error();
  switch (error.kind) {
    case ErrorKind::cancelled:
      if (context_.stop.stop_requested()) return false;
      [[fallthrough]];
    case ErrorKind::busy:
    case ErrorKind::unreachable:
    case ErrorKind::uncertain: hold_off(error); return false;
    case ErrorKind::denied: pause(error.message); return false;
    default: shut(error.message); return false;
  }
}

std::uint32_t Outgoing::claim_size(double seconds_per_task) const {
  const std::uint32_t batch = route_.publisher.batch_max();
  if (!route_.publisher.replay_safe()) return std::max(batch, 1U);
  const double fits = 0.5 / std::max(seconds_per_task, 1e-6);
  return std::clamp(static_cast<std::uint32_t>(std::min<double>(fits, claim_max)), std::clamp(batch, 1U, claim_max),
                    claim_max);
}

void Outgoing::work() {
  std::mt19937_64 random(std::random_device{}());
  double seconds_per_task = 0.02;
  for (;;) {
    const Turn turn = next_turn();
    if (turn == Turn::end) return;
    const std::uint64_t seen = version();
    const std::uint32_t size = turn == Turn::probe ? 1 : claim_size(seconds_per_task);
    auto tasks = context_.persist(route_.origin, [&] {
      return context_.store.claim(route_.config.name, size, claim_bytes_max, context_.options.lease);
    });
    if (!tasks) {
      if (rest(context_.stop.get_token(), context_.options.look)) return;
      continue;
    }
    if (tasks->empty()) {
      if (turn == Turn::probe) resume();
      if (!idle(seen)) return;
      continue;
    }
    if (!prepare()) {
      std::vector<Outcome> outcomes;
      FollowUp nothing(context_, route_, followers_, random);
      for (const Task& task : *tasks) outcomes.push_back(given_back(task));
      flush(outcomes, nothing);
      continue;
    }
    const auto start = std::chrono::steady_clock::now();
    if (turn == Turn::work) begin();
    const auto count = static_cast<double>(tasks->size());
    deliver(*tasks, random);
    if (turn == Turn::probe) resume();  // unless it was denied again
    seconds_per_task = (seconds_per_task + seconds_since(start) / count) / 2;
  }
}

void Outgoing::deliver(std::vector<Task>& tasks, std::mt19937_64& random) {
  const std::size_t chunk = route_.publisher.batch_max() == 0 ? tasks.size() : route_.publisher.batch_max();
  std::vector<Outcome> outcomes;
  FollowUp follow_up(context_, route_, followers_, random);
  auto flushed = std::chrono::steady_clock::now();
  bool probe = false;
  {
    const std::lock_guard lock(mutex_);
    probe = probing_;
  }
  for (std::size_t begin = 0; begin < tasks.size(); begin += chunk) {
    const auto part = std::span(tasks).subspan(begin, std::min(chunk, tasks.size() - begin));
    if (context_.stop.stop_requested() || !(probe || open())) {
      for (const Task& task : std::span(tasks).subspan(begin)) outcomes.push_back(given_back(task));
      break;
    }
    attempt(part, outcomes, follow_up, random);
    if (std::chrono::steady_clock::now() - flushed > flush_after) {
      if (!flush(outcomes, follow_up)) return;
      flushed = std::chrono::steady_clock::now();
    }
  }
  flush(outcomes, follow_up);
}

Outcome Outgoing::conclude(const Task& task, Verdict verdict, const Record* record, FollowUp& follow_up,
                           std::mt19937_64& random) {
  Outcome outcome;
  outcome.task = task.id;
  outcome.attempt = task.attempts;
  if (verdict.kind == Verdict::Kind::delivered) {
    outcome.status = TaskStatus::finished;
    outcome.answer = std::move(verdict.answer);
    follow_up.add(outcome, task, *record, verdict.came);
    route_.counters.bytes += task.size;
    ++route_.counters.finished;
  } else if (verdict.kind == Verdict::Kind::dropped) {
    outcome.status = TaskStatus::skipped;
    ++route_.counters.skipped;
  } else {
    Ruling ruling = judge(verdict.error, task.attempts, task.created, random);
    count(ruling);
    report("task " + std::to_string(task.id), verdict.error.kind, ruling);
    outcome.status = ruling.status;
    outcome.due = ruling.due;
    outcome.error = verdict.error.kind;
    outcome.message = std::move(ruling.message);
  }
  return outcome;
}

void Outgoing::attempt(std::span<Task> tasks, std::vector<Outcome>& outcomes, FollowUp& follow_up,
                       std::mt19937_64& random) {
  std::vector<Parcel> parcels;
  std::vector<const Task*> sent;
  std::size_t delivered_now = 0;
  std::size_t again_now = 0;
  const auto add = [&](const Task& task, Verdict verdict, const Record* record) {
    outcomes.push_back(conclude(task, std::move(verdict), record, follow_up, random));
    delivered_now += outcomes.back().status == TaskStatus::finished ? 1 : 0;
    again_now += outcomes.back().status == TaskStatus::retry ? 1 : 0;
  };
  for (Task& task : tasks) {
    auto record = to_record(task);
    if (!record) {
      add(task, unreadable(record.error()), nullptr);
      continue;
    }
    task.payload = {};
    parcels.push_back({std::move(*record), task.stage});
    sent.push_back(&task);
  }
  Call call(context_.clock, context_.abort.get_token(), route_.origin);
  auto verdicts = route_.delivery.run(call, parcels);
  for (std::size_t i = 0; i < sent.size(); ++i) add(*sent[i], std::move(verdicts[i]), parcels[i].record.get());
  if (delivered_now > 0 && again_now == 0) delivered();
}

// Outcomes are kept until they are stored. False: they could not be; the leases run out and the tasks are recovered.
bool Outgoing::flush(std::vector<Outcome>& outcomes, FollowUp& follow_up) {
  if (outcomes.empty()) return true;
  const auto report = context_.persist(route_.origin, [&] { return context_.store.finish(outcomes); });
  follow_up.over(report ? &*report : nullptr);
  if (!report) {
    context_.log.error(route_.origin, "the outcomes of {} tasks could not be stored: {}", outcomes.size(),
                       report.error().message);
    return false;
  }
  for (const TaskId id : report->lost) {
    context_.log.warn(route_.origin, "task {} was taken by another worker or a person; its outcome here is dropped",
                      id);
  }
  outcomes.clear();
  if (route_.config.key) notify();  // those behind them may go now
  return true;
}

Ruling Outgoing::judge(const Error& error, std::uint32_t attempts, Millis created, std::mt19937_64& random) {
  const AttemptFacts facts{attempts, created, route_.publisher.replay_safe(), context_.stop.stop_requested()};
  Ruling ruling = rule(error, facts, route_.config, context_.clock.now(), random);
  if (ruling.pauses) pause(error.message);
  if (ruling.stops) shut(error.message);
  return ruling;
}

void Outgoing::count(const Ruling& ruling) {
  if (ruling.status == TaskStatus::failed) ++route_.counters.failed;
  if (ruling.status == TaskStatus::uncertain) ++route_.counters.uncertain;
  if (ruling.status == TaskStatus::retry) ++route_.counters.retried;
}

// The reason is with the task in any case; a flood of them need not be in the log.
void Outgoing::report(const std::string& what, ErrorKind kind, const Ruling& ruling) {
  if (ruling.status == TaskStatus::retry) return trouble_.met(kind, what, ruling.message);
  const std::string_view status = to_string(ruling.status);
  if (ruling.status != TaskStatus::failed && ruling.status != TaskStatus::uncertain) {
    context_.log.debug(route_.origin, "{} {}: {}", what, status, ruling.message);
    return;
  }
  std::uint32_t number = 0;
  {
    const std::lock_guard lock(mutex_);
    number = ++reported_;
  }
  if (number <= reports_max) context_.log.warn(route_.origin, "{} {}: {}", what, status, ruling.message);
  if (number == reports_max) context_.log.warn(route_.origin, "further ones are only in the list of tasks");
}

}  // namespace leat::host
