// Sends what a plan says, and nothing else: each of its tasks that is still as it was planned is delivered through the
// real publisher, and a request that changes something passes only when it is the next one of its task in the plan, once.
// Only a task of which the plan says that it goes on as it is answered (`open`) may send further ones after those.
// Outcomes are settled as in a run; a task whose plan is stale goes back, and waits.
// Threads  one. Other workers may run the same route: tasks are leased.
#pragma once

#include <functional>
#include <stop_token>
#include <string>

#include "host/base/host_state.hpp"
#include "host/route/engine.hpp"
#include "host/route/plan.hpp"

namespace leat::host {

struct Applied {
  TaskId task = 0;
  std::size_t sent = 0;                   // requests that passed
  bool stale = false;                     // something else than planned would have been sent, and was not
  bool left = false;                      // it was not tried, and is as it was: the plan may still be good
  TaskStatus status = TaskStatus::fresh;  // of the task, now, as far as it is known
  std::string message;                    // why, unless it finished as planned
};

// `done` is called with each task in order. Tasks that would fail without a request are left alone. invalid: the engine
// has no such route; other errors are the engine's.
Result<Done> apply(const Plan& plan, Engine& engine, HostState& host, const std::stop_token& stop,
                   const std::function<void(const Applied&)>& done);

}  // namespace leat::host
