// All routes of a configuration at work: incomings read and store, routes deliver.
// Owner    the command that runs routes. Config, parts, store, log and clock outlive it.
// Threads  run(): one. statistics(): any, also while it runs.
// Memory   bounded: pages in flight x page size, and what each worker of a route has claimed.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/clock.hpp"
#include "host/base/log.hpp"
#include "host/config/model.hpp"
#include "host/plugin/runtime.hpp"
#include "host/route/options.hpp"
#include "host/route/statistics.hpp"
#include "host/store/task_store.hpp"

namespace leat::host {

struct EngineContext;
class Outgoing;

// Where the engine finds what a configuration names.
struct EngineParts {
  std::function<IncomingParts&(std::string_view name)> incoming;
  std::function<OutgoingParts&(std::string_view name)> outgoing;
  std::function<const Chain&(std::string_view name)> route;
};
EngineParts parts_of(Runtime& runtime);

class Engine {
 public:
  // invalid: the configuration asks for what cannot be (an unknown name in options.routes, replayable with a key).
  static Result<std::unique_ptr<Engine>> make(const Config& config, const EngineParts& parts, TaskStore& store,
                                              Log& log, const Clock& clock, EngineOptions options);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // Returns when asked to stop, or when everything is done (options.once), or when the store is broken. What went wrong
  // with single tasks, routes and incomings is in statistics(); the Error is about the engine as a whole.
  Result<Done> run(const std::stop_token& stop);
  // Events of this incoming were stored: it looks for them now. Any thread; nothing when it does not run.
  void wake(std::string_view incoming);
  EngineStats statistics() const;
  // Instead of run(): `use` works on single tasks of one of its routes, on this thread, while leases are renewed. The
  // publisher is closed afterwards. invalid: no such route.
  Result<Done> work_on(std::string_view route, const std::stop_token& stop,
                       const std::function<void(EngineContext&, Outgoing&)>& use);

 private:
  class Impl;
  explicit Engine(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace leat::host
