// A few threads that run jobs, at once or at a given time.
// Threads  any. Jobs that are due run in the order of their times, on whichever thread is free.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

namespace leat::host {

class Executor {
 public:
  using Job = std::function<void()>;  // throws nothing
  using Time = std::chrono::steady_clock::time_point;
  struct Ticket {
    Time time;
    std::uint64_t number = 0;
    auto operator<=>(const Ticket&) const = default;
  };

  explicit Executor(std::size_t threads);
  // Ends after the jobs that run; the others are dropped.
  ~Executor();
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  void post(Job job) { post_at(Time::min(), std::move(job)); }
  Ticket post_at(Time time, Job job);
  // The job will not start any more, unless it has. Does not wait for it.
  void cancel(const Ticket& ticket);

 private:
  void run(const std::stop_token& stop);

  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::map<Ticket, Job> jobs_;
  std::uint64_t next_number_ = 1;
  std::vector<std::jthread> threads_;  // last: ends first
};

}  // namespace leat::host
