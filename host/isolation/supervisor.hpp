// Keeps one plugin's process alive: starts it, starts it again when it has ended, and gives it up when that helps no
// more.
//   crash       in-flight calls fail (see proxy.hpp); the next life begins after backoff. Calls that come meanwhile
//               wait.
//   quarantine  after `crashes_max` crashes within `crashes_within`: every call is denied until the host is started
//               anew.
//   memory_max  above it the process is replaced as soon as it has nothing to do; above twice that it is killed.
// Owner    Isolation.
// Threads  any; one of its own, which starts all lives: each ends with it.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "host/base/call.hpp"
#include "host/config/model.hpp"
#include "host/isolation/life.hpp"
#include "host/isolation/messages.hpp"
#include "host/isolation/workers.hpp"
#include "host/plugin/services.hpp"
#include "leat/result.hpp"

namespace leat::host {

class Supervisor {
 public:
  struct Options {
    std::vector<std::string> command;  // program and arguments of the child, which ends in run_isolated()
    std::filesystem::path file;
    LibraryConfig policy;
    std::chrono::milliseconds start_limit{30'000};
  };
  Supervisor(Options options, Services& services);
  ~Supervisor();
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  // Waits for the first life; what the library offers, or why it cannot be used.
  Result<DescriptionImage> start();
  // Asks it to end, then sees to it.
  void stop();

  // The right to use a life: it is not replaced for its size meanwhile.
  class Lease {
   public:
    Lease(Supervisor& owner, std::shared_ptr<Life> life);
    Lease(Lease&&) = default;
    Lease& operator=(Lease&&) = default;
    Life& operator*() const { return *life_; }
    Life* operator->() const { return life_.get(); }
    const std::shared_ptr<void>& token() const { return token_; }  // whoever holds it keeps the right

   private:
    std::shared_ptr<Life> life_;
    std::shared_ptr<void> token_;
  };
  // Waits for a life. denied: quarantine. cancelled.
  Result<Lease> enter(Call& call);

  const std::string& name() const { return name_; }   // "plugin libacme.so"
  std::uint64_t next_number() { return ++numbers_; }  // for an instance
  const LibraryConfig& policy() const { return options_.policy; }
  Services& services() const { return services_; }

 private:
  using Steady = std::chrono::steady_clock;
  void run(const std::stop_token& stop);
  // One life from start to end. False: it was not to end.
  bool live(const std::stop_token& stop);
  Result<std::shared_ptr<Life>> give_birth();
  Result<Done> greet(Life& life, const std::stop_token& stop);
  void retire(Life& life);
  void bury(Life& life);
  // False: no further life.
  bool mourn(const std::string& how, const std::stop_token& stop);
  void receive(const std::shared_ptr<Life>& life, Message message);
  void changed();

  const Options options_;
  Services& services_;
  const std::string name_;
  std::atomic<std::uint64_t> numbers_{0};
  std::uint64_t births_ = 0;
  std::string offered_;  // the first life's description
  std::deque<Steady::time_point> crashes_;
  std::mt19937_64 random_{std::random_device{}()};

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::shared_ptr<Life> current_;  // none: it is being replaced
  bool draining_ = false;
  std::string failure_;  // why there will be no life any more
  std::optional<Result<DescriptionImage>> first_;

  Workers workers_{256};
  std::jthread thread_;
};

}  // namespace leat::host
