#include "host/net/executor.hpp"

#include <utility>

namespace leat::host {

Executor::Executor(std::size_t threads) {
  threads_.reserve(threads);
  for (std::size_t i = 0; i < threads; ++i) {
    threads_.emplace_back([this](const std::stop_token& stop) { run(stop); });
  }
}

Executor::~Executor() {
  for (auto& thread : threads_) thread.request_stop();
}

Executor::Ticket Executor::post_at(Time time, Job job) {
  const std::lock_guard lock(mutex_);
  const Ticket ticket{time, next_number_++};
  const auto place = jobs_.emplace(ticket, std::move(job)).first;
  // A thread waits for the first job at most: a later one wakes nobody. Under the lock, because the job may be what
  // lets the owner destroy this.
  if (place == jobs_.begin() || time == Time::min()) wake_.notify_one();
  return ticket;
}

void Executor::cancel(const Ticket& ticket) {
  Job dropped;  // ends outside the lock
  const std::lock_guard lock(mutex_);
  const auto found = jobs_.find(ticket);
  if (found == jobs_.end()) return;
  dropped = std::move(found->second);
  jobs_.erase(found);
}

void Executor::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    if (jobs_.empty()) {
      wake_.wait(lock, stop, [this] { return !jobs_.empty(); });
      continue;
    }
    const Time due = jobs_.begin()->first.time;
    if (due > std::chrono::steady_clock::now()) {
      wake_.wait_until(lock, stop, due, [this, due] { return jobs_.empty() || jobs_.begin()->first.time < due; });
      continue;
    }
    Job job = std::move(jobs_.begin()->second);
    jobs_.erase(jobs_.begin());
    // This thread is busy from here on: what is left must not wait for it.
    if (threads_.size() > 1 && !jobs_.empty()) wake_.notify_one();
    lock.unlock();
    job();
    job = nullptr;
    lock.lock();
  }
}

}  // namespace leat::host
