// Threads for calls that may wait: one for each that runs at the same time, up to a limit; idle ones stay for the next.
// Owner    whoever has the calls.
// Threads  any.
// End      the destructor waits for what runs; what has not begun is dropped.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace leat::host {

class Workers {
 public:
  explicit Workers(std::size_t limit) : limit_(limit) {}
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;
  ~Workers();

  // False: as many as the limit run, and the job does not.
  bool run(std::function<void()> job);

 private:
  void work();

  const std::size_t limit_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> jobs_;
  std::vector<std::thread> threads_;
  std::size_t idle_ = 0;
  bool stopping_ = false;
};

}  // namespace leat::host
