#include "host/route/engine.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <thread>

#include "host/base/guarded.hpp"
#include "host/route/incoming.hpp"

namespace leat::host {

EngineParts parts_of(Runtime& runtime) {
  return {[&runtime](std::string_view name) -> IncomingParts& { return runtime.incoming(name); },
          [&runtime](std::string_view name) -> OutgoingParts& { return runtime.outgoing(name); },
          [&runtime](std::string_view name) -> const Chain& { return runtime.route(name); }};
}

class Engine::Impl {
 public:
  Impl(TaskStore& store, Log& log, const Clock& clock, EngineOptions options, Millis keep_finished)
      : options_(std::move(options)), keep_finished_(keep_finished), context_{store, log, clock, options_} {
    context_.broken = [this](const Error& error) {
      error_.with([&](auto& first) {
        if (!first) first = error;
      });
      context_.stop.request_stop();
      context_.abort.request_stop();
    };
  }

  Result<Done> add(const Config& config, const EngineParts& parts);
  Result<Done> run(const std::stop_token& stop);
  EngineStats statistics() const;

 private:
  struct Line {
    Route route;
    Outgoing outgoing;
    Replayable memory;
    Line(EngineContext& context, const RouteConfig& config, const Chain& incoming, const Chain& transformers,
         OutgoingParts& parts, PublisherDoor& door)
        : route(config, incoming, transformers, parts, door),
          outgoing(context, route),
          memory(context, route, outgoing) {}
    bool in_memory() const { return route.config.durability == Durability::replayable; }
  };

  void start(std::function<void()> body, int& group);
  void recover();
  void prune();
  void keep_house();
  void close_publishers();

  const EngineOptions options_;
  const Millis keep_finished_;
  EngineContext context_;
  Guarded<std::optional<Error>> error_;
  std::map<std::string, std::unique_ptr<PublisherDoor>> doors_;
  std::vector<std::unique_ptr<Line>> lines_;
  std::vector<std::unique_ptr<Incoming>> incomings_;

  std::mutex mutex_;
  std::condition_variable_any changed_;
  int reading_ = 0;     // incomings at work
  int delivering_ = 0;  // workers of routes
  int carrying_ = 0;    // workers of in-memory paths
  std::vector<std::jthread> threads_;
};

Result<Done> Engine::Impl::add(const Config& config, const EngineParts& parts) {
  for (const std::string& name : options_.routes) {
    if (config.find_route(name) == nullptr) {
      return Error{ErrorKind::invalid, "there is no route '" + name + "' in the configuration", 0};
    }
  }
  std::map<std::string, std::vector<Lane>> lanes;
  for (const RouteConfig& route : config.routes) {
    const auto& wanted = options_.routes;
    if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), route.name) == wanted.end()) continue;
    if (route.durability == Durability::replayable && route.key) {
      return Error{
          ErrorKind::invalid,
          "route " + route.name + ": the order of a key needs `durability: durable`; take away key, or replayable", 0};
    }
    OutgoingParts& outgoing = parts.outgoing(route.outgoing);
    auto& door = doors_[route.outgoing];
    if (door == nullptr) door = std::make_unique<PublisherDoor>(*outgoing.publisher);
    lines_.push_back(std::make_unique<Line>(context_, route, parts.incoming(route.incoming).transformers,
                                            parts.route(route.name), outgoing, *door));
    Line& line = *lines_.back();
    lanes[route.incoming].push_back({&line.route, &line.outgoing, line.in_memory() ? &line.memory : nullptr});
  }
  for (const IncomingConfig& incoming : config.incoming) {
    const auto fed = lanes.find(incoming.name);
    if (fed == lanes.end()) continue;
    std::optional<Schedule> schedule;
    if (!incoming.schedule.empty()) {
      auto parsed = Schedule::parse(incoming.schedule);
      if (!parsed) return parsed.error();
      schedule = *parsed;
    }
    incomings_.push_back(std::make_unique<Incoming>(context_, incoming, parts.incoming(incoming.name), schedule,
                                                    std::move(fed->second)));
  }
  return Done{};
}

// The net at the top of each thread.
void Engine::Impl::start(std::function<void()> body, int& group) {
  ++group;
  threads_.emplace_back([this, body = std::move(body), &group] {
    try {
      body();
    } catch (const std::exception& exception) {
      context_.broken({ErrorKind::broken, std::string("the engine: ") + exception.what(), 0});
    }
    const std::lock_guard lock(mutex_);
    --group;
    changed_.notify_all();
  });
}

void Engine::Impl::recover() {
  for (const auto& line : lines_) {
    const RouteConfig& config = line->route.config;
    const bool resend = line->route.publisher.replay_safe() || config.uncertain == UncertainPolicy::resend;
    const auto report = context_.store.recover(config.name, resend ? Recovery::resend : Recovery::hold);
    if (!report) {
      if (report.error().kind == ErrorKind::broken) context_.broken(report.error());
      continue;  // again with the next round
    }
    if (report->tasks == 0) continue;
    context_.log.warn(line->route.origin, "{} tasks of a worker that is gone: {}", report->tasks,
                      resend ? "they are sent again" : "uncertain, a person decides");
    if (!resend) line->route.counters.uncertain += report->tasks;
    line->outgoing.notify();
  }
}

void Engine::Impl::prune() {
  for (const auto& line : lines_) {
    TaskFilter filter;
    filter.route = line->route.config.name;
    filter.statuses = {TaskStatus::finished, TaskStatus::skipped};
    filter.changed_before = context_.clock.now() - keep_finished_;
    const auto pruned = context_.store.prune(filter);
    if (!pruned) context_.log.warn(line->route.origin, "pruning: {}", pruned.error().message);
  }
}

void Engine::Impl::keep_house() {
  const auto renewed = context_.store.renew(options_.lease);
  if (!renewed) {
    if (renewed.error().kind == ErrorKind::broken) context_.broken(renewed.error());
    context_.log.warn("engine", "renewing leases: {}", renewed.error().message);
  }
  recover();
}

void Engine::Impl::close_publishers() {
  for (const auto& [name, door] : doors_) {
    Call call(context_.clock, {}, "outgoing " + name);
    if (auto done = door->close(call); !done) {
      context_.log.error("outgoing " + name, "closing: {}", done.error().message);
    }
  }
}

Result<Done> Engine::Impl::run(const std::stop_token& stop) {
  const std::stop_callback stopping(stop, [this] { context_.stop.request_stop(); });
  recover();
  Millis pruned = context_.clock.now();
  prune();
  {
    const std::lock_guard lock(mutex_);
    for (const auto& line : lines_) {
      for (std::uint32_t i = 0; i < line->route.workers(); ++i) {
        start([&line = *line] { line.outgoing.work(); }, delivering_);
        if (line->in_memory()) start([&line = *line] { line.memory.work(); }, carrying_);
      }
    }
    for (const auto& incoming : incomings_) start([&incoming = *incoming] { incoming.run(); }, reading_);
  }

  constexpr auto prune_every = std::chrono::minutes(10);
  bool draining = false;
  std::unique_lock lock(mutex_);
  while (!context_.stop.stop_requested() && !(options_.once && delivering_ == 0 && reading_ == 0)) {
    if (options_.once && reading_ == 0 && !draining) {
      draining = true;
      lock.unlock();
      for (const auto& line : lines_) line->outgoing.drain();
      lock.lock();
      continue;
    }
    const bool timed_out = !changed_.wait_for(lock, context_.stop.get_token(), options_.lease / 3, [&] {
      return options_.once && reading_ == 0 && (delivering_ == 0 || !draining);
    });
    if (!timed_out || context_.stop.stop_requested()) continue;
    lock.unlock();
    keep_house();
    if (context_.clock.now() - pruned > prune_every) {
      prune();
      pruned = context_.clock.now();
    }
    lock.lock();
  }
  const auto quiet = [&] { return reading_ == 0 && delivering_ == 0; };
  if (!changed_.wait_for(lock, options_.grace, quiet)) context_.abort.request_stop();
  changed_.wait(lock, quiet);
  lock.unlock();
  for (const auto& line : lines_) line->memory.close();
  threads_.clear();
  close_publishers();
  const auto error = error_.with([](const auto& first) { return first; });
  if (error) return *error;
  return Done{};
}

EngineStats Engine::Impl::statistics() const {
  EngineStats all;
  for (const auto& incoming : incomings_) all.incoming.push_back(incoming->statistics());
  for (const auto& line : lines_) {
    const Route& route = line->route;
    const RouteCounters& counters = route.counters;
    const Standing::Value standing = route.standing.get();
    all.routes.push_back({route.config.name,
                          route.config.incoming,
                          standing.state,
                          standing.reason,
                          counters.received,
                          counters.stored,
                          counters.deduplicated,
                          counters.skipped,
                          counters.finished,
                          counters.failed,
                          counters.uncertain,
                          counters.retried,
                          counters.bytes,
                          {counters.pending_tasks, counters.pending_bytes}});
  }
  return all;
}

Engine::Engine(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Engine::~Engine() = default;

Result<std::unique_ptr<Engine>> Engine::make(const Config& config, const EngineParts& parts, TaskStore& store, Log& log,
                                             const Clock& clock, EngineOptions options) {
  auto impl = std::make_unique<Impl>(store, log, clock, std::move(options), config.store.keep_finished);
  if (auto added = impl->add(config, parts); !added) return added.error();
  return std::unique_ptr<Engine>(new Engine(std::move(impl)));
}

Result<Done> Engine::run(const std::stop_token& stop) { return impl_->run(stop); }
EngineStats Engine::statistics() const { return impl_->statistics(); }

}  // namespace leat::host
