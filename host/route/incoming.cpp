#include "host/route/incoming.hpp"

#include <algorithm>

namespace leat::host {
namespace {

constexpr auto poll_wait = std::chrono::seconds(1);
// In flight, of an incoming that feeds an in-memory path: so many pages, or so many bytes and one page.
constexpr std::size_t pages_max = 4;
constexpr std::uint64_t bytes_max = 8ULL << 20U;
constexpr int failures_max = 5;  // in a run that is to end
constexpr Backoff backoff{std::chrono::milliseconds(500), std::chrono::seconds(60)};

}  // namespace

Incoming::Incoming(EngineContext& context, const IncomingConfig& config, IncomingParts& parts,
                   std::optional<Schedule> schedule, std::vector<Lane> lanes, std::vector<Outgoing*> behind)
    : context_(context),
      config_(config),
      parts_(parts),
      schedule_(schedule),
      lanes_(std::move(lanes)),
      behind_(std::move(behind)),
      origin_("incoming " + config.name),
      wakes_(context.options.webhooks && parts.subscriber->takes_webhooks()) {}

IncomingStats Incoming::statistics() const {
  const Standing::Value standing = standing_.get();
  return {config_.name, standing.state, standing.reason, counters_.pages, counters_.read, counters_.bytes};
}

void Incoming::run() {
  const bool repeats = !context_.options.once && (schedule_ || wakes_);
  bool waits = repeats && schedule_;  // without a schedule it reads at the start
  do {
    const Turn turn = waits ? wait_for_turn() : Turn::schedule;
    if (turn == Turn::none) break;
    run_to_end(turn == Turn::events);
    waits = repeats;
  } while (repeats && standing_.get().state != FlowState::stopped && !context_.stop.stop_requested());
  if (auto done = context_.store.release(config_.name); !done) {
    context_.log.warn(origin_, "{}", done.error().message);  // its lease runs out
  }
}

// In short steps: the wall clock may be set, the machine may sleep, and another process may have stored events.
Incoming::Turn Incoming::wait_for_turn() {
  standing_.set(FlowState::waiting);
  const Millis due = schedule_ ? schedule_->next(context_.clock.now()) : Millis::max();
  while (!context_.stop.stop_requested()) {
    const Millis now = context_.clock.now();
    if (now >= due) return Turn::schedule;
    if (wakes_ && has_news()) return Turn::events;
    std::unique_lock lock(wake_mutex_);
    wake_.wait_for(lock, context_.stop.get_token(), std::min<Millis>(due - now, context_.options.look),
                   [this] { return woken_; });
    woken_ = false;
  }
  return Turn::none;
}

void Incoming::wake() {
  const std::lock_guard lock(wake_mutex_);
  woken_ = true;
  wake_.notify_all();
}

// Events that came since the last read began, or older ones that the last read left while it took some. A subscriber that
// reads none is not called for the same ones again and again.
bool Incoming::has_news() {
  const auto stored = context_.store.stored_events(config_.name);
  return stored && (stored->newest > events_known_ || (stored->newest > 0 && events_were_read_));
}

void Incoming::run_to_end(bool woken) {
  failures_ = 0;
  while (take_hold()) {
    standing_.set(FlowState::running);
    const auto done = read_to_end(woken);
    if (done) {
      standing_.set(FlowState::done);
      return;
    }
    if (!goes_on_after(done.error())) return;
  }
}

// One worker runs an incoming; the others stand by.
bool Incoming::take_hold() {
  for (bool first = true;; first = false) {
    const auto held =
        context_.persist(origin_, [&] { return context_.store.hold(config_.name, context_.options.lease); });
    if (held && *held) return true;
    if (held && first) {
      context_.log.info(origin_, "another worker runs it");
      standing_.set(FlowState::standby, "another worker runs it");
      if (context_.options.once) return false;
    }
    if (rest(context_.stop.get_token(), context_.options.look)) return false;
  }
}

// A component says cancelled when it was asked to stop; the store says it of an incoming that is not ours any more. One that
// was not asked is tried again as one that is busy: going on at once would go round and round.
Error Incoming::unasked(Error error) const {
  if (error.kind != ErrorKind::cancelled || context_.stop.stop_requested()) return error;
  return {ErrorKind::busy, error.message + " (cancelled, although nobody asked)", error.retry_after_ms};
}

// Waits as long as the error asks for. False: it stops here.
bool Incoming::goes_on_after(const Error& error) {
  const std::stop_token stop = context_.stop.get_token();
  if (stop.stop_requested()) return false;
  switch (error.kind) {
    case ErrorKind::cancelled:  // somebody set the cursor, or another worker took over
      context_.log.info(origin_, "{}; going on from the stored cursor", error.message);
      return !rest(stop, std::chrono::milliseconds(10));
    case ErrorKind::busy:
    case ErrorKind::unreachable:
    case ErrorKind::uncertain: {
      if (context_.options.once && ++failures_ >= failures_max) break;
      const auto time = error.retry_after_ms != 0 ? std::chrono::milliseconds(error.retry_after_ms)
                                                  : backoff.delay(std::max(failures_, 1), random_);
      standing_.set(FlowState::paused, error.message);
      context_.log.warn(origin_, "{}; again in {} ms from the stored cursor", error.message, time.count());
      if (!context_.options.once) ++failures_;
      return !rest(stop, time);
    }
    case ErrorKind::denied:
      if (context_.options.once) break;
      standing_.set(FlowState::paused, error.message);
      context_.log.error(origin_, "paused; somebody must act: {}", error.message);
      return !rest(stop, context_.options.probe);
    default: break;
  }
  standing_.set(FlowState::stopped, error.message);
  context_.log.error(origin_, "stopped until the next start: {}", error.message);
  return false;
}

Result<Done> Incoming::read_to_end(bool woken) {
  if (const auto stored = context_.store.stored_events(config_.name)) events_known_ = stored->newest;
  events_ = std::make_shared<EventReader>(context_.store, config_.name, woken);
  events_taken_ = 0;
  const auto cursor = context_.persist(origin_, [&] { return context_.store.cursor(config_.name); });
  if (!cursor) return cursor.error();
  Call call(context_.clock, context_.stop.get_token(), origin_);
  call.set_events(events_);
  if (auto opened = parts_.subscriber->open(call, cursor->value_or("")); !opened) return unasked(opened.error());
  Result<Done> done = read_pages();
  // What was handed over before a failure is good, unless the incoming is not ours any more.
  if (done || done.error().kind != ErrorKind::cancelled || context_.stop.stop_requested()) {
    if (auto stored = commit(true); !stored && done) done = stored;
  }
  for (const auto& page : pages_) {
    page->wait();
    if (page->cursor()) static_cast<void>(parts_.subscriber->settle(call, *page->cursor(), false));
  }
  pages_.clear();
  events_were_read_ = events_taken_ > 0;
  Call last(context_.clock, context_.abort.get_token(), origin_);
  last.set_events(events_);
  if (auto closed = parts_.subscriber->close(last); !closed && done) {
    context_.log.warn(origin_, "closing: {}", closed.error().message);
  }
  return done;
}

Result<Done> Incoming::read_pages() {
  for (;;) {
    if (auto room = wait_for_room(); !room) return room;
    Call call(context_.clock, context_.stop.get_token(), origin_);
    call.set_events(events_);
    Batch batch;
    const auto start = std::chrono::steady_clock::now();
    if (auto done = parts_.subscriber->poll(call, config_.page_max, poll_wait, batch); !done)
      return unasked(done.error());
    const bool ended = batch.ended();
    const bool empty = batch.empty();
    const EventId events = events_->read_up_to();
    if (!empty || batch.cursor() || events > events_taken_) {
      auto page = PageInFlight::make(context_, call, batch, parts_.transformers, lanes_, random_);
      if (!page) return unasked(page.error());
      (*page)->set_events_read(events_taken_ = events);
      pages_.push_back(std::move(*page));
      if (auto stored = commit(false); !stored) return stored;
    }
    if (ended) return Done{};
    if (context_.stop.stop_requested()) return Error{ErrorKind::cancelled, "asked to stop", 0};
    // A subscriber that does not wait for its records must not keep a processor busy.
    if (empty && std::chrono::steady_clock::now() - start < std::chrono::milliseconds(10)) {
      rest(context_.stop.get_token(), std::chrono::milliseconds(10));
    }
  }
}

Result<Done> Incoming::wait_for_room() {
  for (;;) {
    Outgoing* full = nullptr;
    std::vector<Outgoing*> fed = behind_;
    for (const Lane& lane : lanes_) fed.push_back(lane.outgoing);
    for (Outgoing* outgoing : fed) {
      Route& route = outgoing->route();
      const auto pending = context_.persist(origin_, [&] { return context_.store.pending(route.config.name); });
      if (!pending) return pending.error();
      route.counters.pending_tasks = pending->tasks;
      route.counters.pending_bytes = pending->bytes;
      const PendingConfig& most = route.config.max_pending;
      if (pending->tasks >= most.tasks || pending->bytes >= most.bytes) full = outgoing;
    }
    if (full == nullptr) {
      standing_.set(FlowState::running);
      return Done{};
    }
    const std::string reason = full->route().origin + " has " +
                               std::to_string(full->route().counters.pending_tasks.load()) + " unfinished tasks";
    standing_.set(FlowState::full, reason);
    if (auto stored = commit(true); !stored) return stored;
    // In a run that is to end nobody would make room when the route does not move.
    if (context_.options.once && full->at_rest()) {
      const auto due = context_.store.next_due(full->route().config.name);
      const bool moves = full->open() && due && *due &&
                         **due <= context_.clock.now() + std::max(context_.options.patience, Millis(1000));
      if (context_.options.store_only) {
        return Error{ErrorKind::denied,
                     reason + ": deliver some of them (`leat apply`, `leat run`), or raise max_pending", 0};
      }
      if (!moves) return Error{ErrorKind::denied, reason + ", of which none is due", 0};
    }
    if (rest(context_.stop.get_token(), std::chrono::milliseconds(20))) {
      return Error{ErrorKind::cancelled, "asked to stop", 0};
    }
  }
}

// Stores the pages that are done, from the first one on, with the last one's cursor. all: waits for those that are not.
Result<Done> Incoming::commit(bool all) {
  std::vector<NewTask> tasks;
  std::optional<std::string_view> cursor;
  EventId events_read = 0;
  std::size_t count = 0;
  std::uint64_t bytes = 0;  // of the pages from `count` on
  for (const auto& page : pages_) bytes += page->bytes();
  for (; count < pages_.size(); ++count) {
    PageInFlight& page = *pages_[count];
    const bool too_many = pages_.size() - count >= pages_max || (bytes > bytes_max && count + 1 < pages_.size());
    if (all || too_many) page.wait();
    if (!page.done() || page.lost()) break;
    bytes -= page.bytes();
    page.add_tasks(tasks);
    if (page.cursor()) cursor = *page.cursor();
    events_read = page.events_read();
  }
  if (count == 0) {
    if (pages_.empty() || !pages_.front()->done() || !pages_.front()->lost()) return Done{};
    return Error{ErrorKind::broken, "a page was not delivered to its end; it comes again", 0};
  }
  const auto report = context_.persist(origin_, [&] {
    return context_.store.put({config_.name, tasks, cursor, events_read});
  });
  if (!report) return report.error();
  failures_ = 0;
  for (const PutReport::Route& stored : report->routes) {
    for (const Lane& lane : lanes_) {
      if (lane.route->config.name == stored.route) lane.outgoing->put(stored);
    }
  }
  Call call(context_.clock, context_.stop.get_token(), origin_);
  for (std::size_t i = 0; i < count; ++i) {
    const PageInFlight& page = *pages_.front();
    page.count();
    counters_.pages += page.records() == 0 ? 0 : 1;
    counters_.read += page.records();
    counters_.bytes += page.bytes();
    if (page.cursor()) {
      if (auto settled = parts_.subscriber->settle(call, *page.cursor(), true); !settled) {
        context_.log.warn(origin_, "settling a stored page: {}", settled.error().message);
      }
    }
    pages_.pop_front();
  }
  return Done{};
}

}  // namespace leat::host
