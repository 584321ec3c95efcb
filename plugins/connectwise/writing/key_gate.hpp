// One at a time for each key: two records that mean the same one at the server must not both find nothing and create it.
// Threads  any.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>

#include "leat/context.hpp"

namespace leat::connectwise {

class KeyGate {
 public:
  class Turn {
   public:
    Turn(KeyGate& gate, std::string key) : gate_(&gate), key_(std::move(key)) {}
    Turn(Turn&& other) noexcept : gate_(std::exchange(other.gate_, nullptr)), key_(std::move(other.key_)) {}
    Turn& operator=(Turn&&) = delete;
    ~Turn() {
      if (gate_ != nullptr) gate_->leave(key_);
    }

   private:
    KeyGate* gate_;
    std::string key_;
  };

  // Waits for whoever has the key. Nothing: asked to stop.
  std::optional<Turn> enter(const std::string& key, Context& context) {
    std::unique_lock lock(mutex_);
    while (!taken_.insert(key).second) {
      // The host's stop has no event to wait for here.
      left_.wait_for(lock, std::chrono::milliseconds(200));
      if (context.cancelled()) return {};
    }
    return Turn(*this, key);
  }

 private:
  void leave(const std::string& key) {
    {
      const std::lock_guard lock(mutex_);
      taken_.erase(key);
    }
    left_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable left_;
  std::unordered_set<std::string> taken_;
};

}  // namespace leat::connectwise
