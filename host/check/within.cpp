#include "host/check/within.hpp"

#include <fmt/format.h>

#include <barrier>
#include <exception>
#include <future>
#include <thread>
#include <vector>

namespace leat::host::check {

Said within_patience(Trial& trial, std::string_view what, std::chrono::milliseconds delay,
                     const std::function<Said(std::stop_token)>& call) {
  std::stop_source stop;
  if (delay.count() == 0) stop.request_stop();
  trial.step(what);
  std::promise<Said> promise;
  std::future<Said> said = promise.get_future();
  std::thread caller([&] {
    try {
      promise.set_value(call(stop.get_token()));
    } catch (...) {
      promise.set_exception(std::current_exception());
    }
  });
  if (delay.count() > 0) said.wait_for(delay);
  stop.request_stop();
  const auto patience = trial.spec().patience;
  if (said.wait_for(patience) != std::future_status::ready) {
    trial.fail_now(fmt::format("{} did not return within {} ms after it was cancelled", what, patience.count()));
  }
  caller.join();
  return said.get();
}

void on_threads(std::size_t count, const std::function<void(std::size_t)>& work) {
  std::barrier start(static_cast<std::ptrdiff_t>(count));
  std::vector<std::exception_ptr> errors(count);
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < count; ++i) {
      threads.emplace_back([&, i] {
        start.arrive_and_wait();
        try {
          work(i);
        } catch (...) {
          errors[i] = std::current_exception();
        }
      });
    }
  }
  for (const std::exception_ptr& error : errors) {
    if (error) std::rethrow_exception(error);
  }
}

}  // namespace leat::host::check
