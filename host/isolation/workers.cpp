#include "host/isolation/workers.hpp"

#include <utility>

namespace leat::host {

Workers::~Workers() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  for (std::thread& thread : threads_) thread.join();
}

bool Workers::run(std::function<void()> job) {
  const std::lock_guard lock(mutex_);
  if (stopping_) return false;
  if (jobs_.size() >= idle_) {
    if (threads_.size() >= limit_) return false;
    threads_.emplace_back([this] { work(); });
    ++idle_;
  }
  jobs_.push_back(std::move(job));
  changed_.notify_one();
  return true;
}

void Workers::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
    if (stopping_) return;
    const std::function<void()> job = std::move(jobs_.front());
    jobs_.pop_front();
    --idle_;
    lock.unlock();
    job();
    lock.lock();
    ++idle_;
  }
}

}  // namespace leat::host
