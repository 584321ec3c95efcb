#include "host/route/engine.hpp"

#include <fmt/format.h>

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
  void wake(std::string_view incoming);
  Result<Done> work_on(std::string_view route, const std::stop_token& stop,
                       const std::function<void(EngineContext&, Outgoing&)>& use);

 private:
  struct Line {
    Route route;
    Outgoing outgoing;
    Replayable memory;
    const bool works;              // false: it is only fed, because a route before it works
    const Line* before = nullptr;  // the route it goes on after, if that works here
    int workers = 0;               // at work
    bool draining = false;
    template <class... RouteParts>
    Line(EngineContext& context, bool delivers, RouteParts&&... parts)
        : route(std::forward<RouteParts>(parts)...),
          outgoing(context, route),
          memory(context, route, outgoing),
          works(delivers) {}
    bool in_memory() const { return route.config.durability == Durability::replayable; }
  };

  bool wanted(const RouteConfig& route) const;
  bool is_fed(const Config& config, const RouteConfig& route) const;
  Result<Done> add_line(const Config& config, const EngineParts& parts, const RouteConfig& route);
  void link(const RouteConfig& route);
  Line* line(std::string_view route);
  void add_followers(Outgoing& outgoing, std::vector<Outgoing*>& behind) const;
  int delivering() const;
  Line* next_to_drain();
  void start(std::function<void()> body, int& group);
  // The net at the top of each thread.
  void safely(const std::function<void()>& body);
  void recover();
  void prune();
  void renew();
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
  int reading_ = 0;   // incomings at work
  int carrying_ = 0;  // workers of in-memory paths
  std::vector<std::jthread> threads_;
};

bool Engine::Impl::wanted(const RouteConfig& route) const {
  const auto& names = options_.routes;
  return names.empty() || std::find(names.begin(), names.end(), route.name) != names.end();
}

// Whether a route that it goes on after, at whatever distance, works here.
bool Engine::Impl::is_fed(const Config& config, const RouteConfig& route) const {
  const RouteConfig* at = &route;
  for (std::size_t steps = 0; steps < config.routes.size() && !at->after.empty(); ++steps) {
    at = config.find_route(at->after);
    if (at == nullptr) return false;
    if (wanted(*at)) return true;
  }
  return false;
}

Result<Done> Engine::Impl::add_line(const Config& config, const EngineParts& parts, const RouteConfig& route) {
  static const Chain none;
  const auto wrong = [&](const char* what) {
    return Error{ErrorKind::invalid, "route " + route.name + ": " + what, 0};
  };
  const bool replayable = route.durability == Durability::replayable;
  if (replayable && route.key) {
    return wrong("the order of a key needs `durability: durable`; take away key, or replayable");
  }
  const bool followed = std::any_of(config.routes.begin(), config.routes.end(),
                                    [&](const RouteConfig& other) { return other.after == route.name; });
  if (replayable && options_.store_only)
    return wrong("it is replayable: its records are not stored before they are sent");
  if (replayable && (followed || !route.after.empty())) {
    return wrong("a route that goes on after another one, and that one, need `durability: durable`");
  }
  OutgoingParts& outgoing = parts.outgoing(route.outgoing);
  auto& door = doors_[route.outgoing];
  if (door == nullptr) door = std::make_unique<PublisherDoor>(*outgoing.publisher);
  const Chain& passed = route.after.empty() ? parts.incoming(route.incoming).transformers : none;
  const OutgoingConfig* to = config.find_outgoing(route.outgoing);
  const XrefConfig* xref = to != nullptr && to->xref ? &*to->xref : nullptr;
  const bool works = wanted(route) && !options_.store_only;
  lines_.push_back(
      std::make_unique<Line>(context_, works, route, passed, parts.route(route.name), outgoing, *door, xref, followed));
  if (!works) lines_.back()->outgoing.retire();
  if (!works) lines_.back()->route.standing.set(FlowState::done);
  return Done{};
}

// A route that goes on after another one, with that one.
void Engine::Impl::link(const RouteConfig& route) {
  Line* const own = line(route.name);
  Line* const before = line(route.after);
  if (own == nullptr || before == nullptr) return;
  before->outgoing.add_follower(own->outgoing);
  if (before->works) own->before = before;
}

Engine::Impl::Line* Engine::Impl::line(std::string_view route) {
  for (const auto& known : lines_) {
    if (known->route.config.name == route) return known.get();
  }
  return nullptr;
}

void Engine::Impl::add_followers(Outgoing& outgoing, std::vector<Outgoing*>& behind) const {
  for (Outgoing* follower : outgoing.followers()) {
    behind.push_back(follower);
    add_followers(*follower, behind);
  }
}

Result<Done> Engine::Impl::add(const Config& config, const EngineParts& parts) {
  for (const std::string& name : options_.routes) {
    if (config.find_route(name) == nullptr) {
      return Error{ErrorKind::invalid, "there is no route '" + name + "' in the configuration", 0};
    }
  }
  for (const RouteConfig& route : config.routes) {
    if (!wanted(route) && !is_fed(config, route)) continue;
    if (auto added = add_line(config, parts, route); !added) return added;
  }
  for (const RouteConfig& route : config.routes) link(route);
  for (const IncomingConfig& incoming : config.incoming) {
    std::vector<Lane> lanes;
    std::vector<Outgoing*> behind;
    for (const auto& fed : lines_) {
      if (!fed->route.config.after.empty() || fed->route.config.incoming != incoming.name) continue;
      lanes.push_back({&fed->route, &fed->outgoing, fed->in_memory() ? &fed->memory : nullptr});
      add_followers(fed->outgoing, behind);
    }
    if (lanes.empty()) continue;
    std::optional<Schedule> schedule;
    if (!incoming.schedule.empty()) {
      auto parsed = Schedule::parse(incoming.schedule);
      if (!parsed) return parsed.error();
      schedule = *parsed;
    }
    incomings_.push_back(std::make_unique<Incoming>(context_, incoming, parts.incoming(incoming.name), schedule,
                                                    std::move(lanes), std::move(behind)));
  }
  return Done{};
}

void Engine::Impl::start(std::function<void()> body, int& group) {
  ++group;
  try {
    threads_.emplace_back([this, body = std::move(body), &group] {
      safely(body);
      const std::lock_guard lock(mutex_);
      --group;
      changed_.notify_all();
    });
  } catch (const std::system_error& error) {
    --group;
    context_.broken({ErrorKind::broken, std::string("no further thread can be made: ") + error.what(), 0});
  }
}

void Engine::Impl::safely(const std::function<void()>& body) {
  try {
    body();
  } catch (const std::exception& exception) {
    context_.broken({ErrorKind::broken, std::string("the engine: ") + exception.what(), 0});
  }
}

void Engine::Impl::recover() {
  for (const auto& line : lines_) {
    if (!line->works) continue;
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
    if (!line->works) continue;
    TaskFilter filter;
    filter.route = line->route.config.name;
    filter.statuses = {TaskStatus::finished, TaskStatus::skipped};
    filter.changed_before = context_.clock.now() - keep_finished_;
    const auto pruned = context_.store.prune(filter);
    if (!pruned) context_.log.warn(line->route.origin, "pruning: {}", pruned.error().message);
  }
}

void Engine::Impl::renew() {
  const auto renewed = context_.store.renew(options_.lease);
  if (!renewed) {
    if (renewed.error().kind == ErrorKind::broken) context_.broken(renewed.error());
    context_.log.warn("engine", "renewing leases: {}", renewed.error().message);
  }
}

void Engine::Impl::close_publishers() {
  for (const auto& [name, door] : doors_) {
    Call call(context_.clock, {}, "outgoing " + name);
    if (auto done = door->close(call); !done) {
      context_.log.error("outgoing " + name, "closing: {}", done.error().message);
    }
  }
}

int Engine::Impl::delivering() const {
  int workers = 0;
  for (const auto& line : lines_) workers += line->workers;
  return workers;
}

// A route that nothing feeds any more: neither an incoming nor the route before it. Of a run that is to end.
Engine::Impl::Line* Engine::Impl::next_to_drain() {
  if (!options_.once || reading_ != 0) return nullptr;
  for (const auto& line : lines_) {
    const bool fed = line->before != nullptr && line->before->workers != 0;
    if (line->works && !line->draining && !fed) return line.get();
  }
  return nullptr;
}

Result<Done> Engine::Impl::run(const std::stop_token& stop) {
  const std::stop_callback stopping(stop, [this] { context_.stop.request_stop(); });
  recover();
  Millis pruned = context_.clock.now();
  prune();
  {
    const std::lock_guard lock(mutex_);
    for (const auto& line : lines_) {
      if (!line->works) continue;
      for (std::uint32_t i = 0; i < line->route.workers(); ++i) {
        start([&line = *line] { line.outgoing.work(); }, line->workers);
        if (line->in_memory()) start([&line = *line] { line.memory.work(); }, carrying_);
      }
    }
    for (const auto& incoming : incomings_) start([&incoming = *incoming] { incoming.run(); }, reading_);
  }

  constexpr auto prune_every = std::chrono::minutes(10);
  const auto ended = [this] { return options_.once && delivering() == 0 && reading_ == 0; };
  std::unique_lock lock(mutex_);
  while (!context_.stop.stop_requested() && !ended()) {
    if (Line* line = next_to_drain(); line != nullptr) {
      line->draining = true;
      lock.unlock();
      line->outgoing.drain();
      lock.lock();
      continue;
    }
    const bool timed_out = !changed_.wait_for(lock, context_.stop.get_token(), options_.lease / 3,
                                              [&] { return ended() || next_to_drain() != nullptr; });
    if (!timed_out || context_.stop.stop_requested()) continue;
    lock.unlock();
    renew();
    recover();
    if (context_.clock.now() - pruned > prune_every) {
      prune();
      pruned = context_.clock.now();
    }
    lock.lock();
  }
  const auto quiet = [&] { return reading_ == 0 && delivering() == 0; };
  if (!changed_.wait_for(lock, options_.grace, quiet)) context_.abort.request_stop();
  // Whoever does not heed that still has its tasks: nobody else may take them.
  while (!changed_.wait_for(lock, options_.lease / 3, quiet)) {
    lock.unlock();
    renew();
    lock.lock();
  }
  lock.unlock();
  for (const auto& line : lines_) line->memory.close();
  threads_.clear();
  close_publishers();
  const auto error = error_.with([](const auto& first) { return first; });
  if (error) return *error;
  return Done{};
}

void Engine::Impl::wake(std::string_view name) {
  for (const auto& incoming : incomings_) {
    if (incoming->name() == name) incoming->wake();
  }
}

Result<Done> Engine::Impl::work_on(std::string_view route, const std::stop_token& stop,
                                   const std::function<void(EngineContext&, Outgoing&)>& use) {
  Line* const wanted_line = line(route);
  if (wanted_line == nullptr) return Error{ErrorKind::invalid, fmt::format("there is no route '{}'", route), 0};
  std::jthread impatience;  // once it is asked to stop
  const std::stop_callback stopping(stop, [&] {
    context_.stop.request_stop();
    impatience = std::jthread([this](const std::stop_token& over) {
      if (!rest(over, options_.grace)) context_.abort.request_stop();
    });
  });
  recover();
  {
    const std::jthread housekeeping([this](const std::stop_token& over) {
      safely([&] {
        while (!rest(over, options_.lease / 3)) {
          renew();
          recover();
        }
      });
    });
    use(context_, wanted_line->outgoing);
  }
  close_publishers();
  const auto error = error_.with([](const auto& first) { return first; });
  if (error) return *error;
  return Done{};
}

EngineStats Engine::Impl::statistics() const {
  EngineStats all;
  for (const auto& incoming : incomings_) all.incoming.push_back(incoming->statistics());
  for (const auto& line : lines_) {
    if (!wanted(line->route.config)) continue;
    all.routes.push_back(line->route.statistics());
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
void Engine::wake(std::string_view incoming) { impl_->wake(incoming); }
EngineStats Engine::statistics() const { return impl_->statistics(); }
Result<Done> Engine::work_on(std::string_view route, const std::stop_token& stop,
                             const std::function<void(EngineContext&, Outgoing&)>& use) {
  return impl_->work_on(route, stop, use);
}

}  // namespace leat::host
