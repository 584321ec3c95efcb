// What becomes of a task whose attempt failed: the error kind decides. Pure; the only place that decides about retries.
#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "host/base/clock.hpp"
#include "host/config/model.hpp"
#include "host/store/task.hpp"
#include "leat/result.hpp"

namespace leat::host {

struct AttemptFacts {
  std::uint32_t attempts = 1;  // the failed one included
  Millis created{0};           // the task
  bool replay_safe = false;    // sent twice is as good as once
  bool stopping = false;       // the engine was asked to stop
};

struct Ruling {
  TaskStatus status = TaskStatus::failed;
  Millis due{0};        // of retry
  std::string message;  // one line for a person
  bool pauses = false;  // the route: nothing works until somebody acts
  bool stops = false;   // the route: a bug or damage
};

Ruling rule(const Error& error, const AttemptFacts& facts, const RouteConfig& route, Millis now,
            std::mt19937_64& random);

}  // namespace leat::host
