// What writers that look records up before they create them share, where they write to the same list through the same
// client, whichever route they belong to: whose turn it is for a key, so that two records that mean the same one at the
// server do not both find nothing and create it; and what was created last, because a list may show it a moment later.
// Scope    this process. Two that write the same records at the same time are not kept apart.
// Threads  any.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "leat/context.hpp"

namespace leat::connectwise {

class Creations {
 public:
  // Keys whose records' ids are known, and for how long: a list shows a new record sooner. Later on the look-up alone
  // decides, because the record may meet its conditions no more (a ticket that was closed).
  static constexpr std::size_t created_max = 2000;
  static constexpr std::chrono::minutes created_for{1};

  // Of this host's client and list (the path of its POST); lives as long as one of its users.
  static std::shared_ptr<Creations> of(std::string_view client, std::string_view list);

  // One at a time for each key.
  class Turn {
   public:
    Turn(Creations& all, std::string key) : all_(&all), key_(std::move(key)) {}
    Turn(Turn&& other) noexcept : all_(std::exchange(other.all_, nullptr)), key_(std::move(other.key_)) {}
    Turn& operator=(Turn&&) = delete;
    ~Turn() {
      if (all_ != nullptr) all_->leave(key_);
    }

   private:
    Creations* all_;
    std::string key_;
  };
  // Waits for whoever has the key. Nothing: asked to stop.
  std::optional<Turn> enter(const std::string& key, Context& context);

  void remember(const std::string& key, std::string id, Context& context);
  // The list shows what was created under the key.
  void forget(const std::string& key);
  // Of what was created under the key a moment ago; empty: nothing that is remembered.
  std::string id(const std::string& key, Context& context) const;

 private:
  struct Created {
    std::string id;
    std::chrono::milliseconds at;
  };

  void leave(const std::string& key);
  void drop(const std::string& key);

  mutable std::mutex mutex_;
  std::condition_variable left_;
  std::unordered_set<std::string> taken_;
  std::unordered_map<std::string, Created> created_;
  std::deque<std::string> created_order_;  // the keys, oldest first
};

}  // namespace leat::connectwise
