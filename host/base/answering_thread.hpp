// One thread that does what it is given, in order: for answers that must not come on the thread that asks.
// Threads  post: any.
// End      the destructor lets it finish what was posted.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

namespace leat::host {

class AnsweringThread {
 public:
  using Job = std::function<void()>;  // throws nothing

  AnsweringThread() : thread_([this](const std::stop_token& stop) { run(stop); }) {}

  void post(Job job) {
    {
      const std::lock_guard lock(mutex_);
      jobs_.push_back(std::move(job));
    }
    wake_.notify_one();
  }

 private:
  void run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    for (;;) {
      wake_.wait(lock, stop, [this] { return !jobs_.empty(); });
      if (jobs_.empty()) return;  // asked to stop
      const Job job = std::exchange(jobs_.front(), nullptr);
      jobs_.pop_front();
      lock.unlock();
      job();
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::deque<Job> jobs_;
  std::jthread thread_;  // last: ends first
};

}  // namespace leat::host
