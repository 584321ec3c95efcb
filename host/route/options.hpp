// How an engine runs.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace leat::host {

struct EngineOptions {
  // Each incoming to its end once, whatever its schedule; then until no task of the routes is due.
  bool once = false;
  // Records are read and stored as tasks, and nothing is delivered.
  bool store_only = false;
  // Of `once`: tasks in retry that are due within this time are waited for.
  std::chrono::milliseconds patience{0};
  std::vector<std::string> routes{};  // by name; empty: all. Incomings without a route among them do not run.
  std::chrono::milliseconds grace = std::chrono::seconds(10);  // for attempts in flight when it is asked to stop
  std::chrono::milliseconds lease = std::chrono::seconds(60);  // of tasks and incomings; renewed while it runs
  std::chrono::milliseconds look = std::chrono::seconds(1);  // how often for work of other processes, and at the clock
  // Events are stored meanwhile: an incoming that takes webhooks waits for them, and reads when there are some.
  bool webhooks = false;
  std::chrono::milliseconds probe = std::chrono::seconds(60);  // after `denied`: how long until one more try
};

}  // namespace leat::host
