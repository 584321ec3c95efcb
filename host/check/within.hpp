// A call that must return soon after it is cancelled, watched from outside.
#pragma once

#include <chrono>
#include <functional>
#include <stop_token>
#include <string_view>

#include "host/check/trial.hpp"

namespace leat::host::check {

// Runs `call` on a thread of its own, asks it to stop after `delay` (0: before it starts) and gives what it said. When
// it needs longer than the trial's patience after that, the trial fails at once: the call may never return.
Said within_patience(Trial& trial, std::string_view what, std::chrono::milliseconds delay,
                     const std::function<Said(std::stop_token)>& call);

// Runs `work(index)` on `count` threads at the same time; throws the first exception of any of them.
void on_threads(std::size_t count, const std::function<void(std::size_t)>& work);

}  // namespace leat::host::check
