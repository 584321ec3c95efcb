// Makes a route's plan: its pending tasks go through transformers and publisher as in a run, on copies, and what would
// change the far side is kept back and written down. Tasks, attempts and statuses stay as they are.
// Threads  one.
// Memory   the plan: bounded by the number of tasks.
#pragma once

#include <functional>
#include <stop_token>
#include <string_view>

#include "host/base/host_state.hpp"
#include "host/config/model.hpp"
#include "host/plugin/runtime.hpp"
#include "host/route/plan.hpp"
#include "host/store/task_store.hpp"

namespace leat::host {

struct Rehearsed {
  const RouteConfig& config;
  const Chain& incoming;  // what its records passed before its own transformers
  const Chain& transformers;
  OutgoingParts& outgoing;
  std::function<ClientInstance*(std::string_view name)> client;  // for what is there now; nullptr: no such client
};

// unsupported: its publisher cannot be rehearsed. Otherwise the error of opening it, or the store's.
Result<Plan> rehearse(const Rehearsed& route, TaskStore& store, HostState& host, std::uint32_t count_max,
                      const std::stop_token& stop);

}  // namespace leat::host
