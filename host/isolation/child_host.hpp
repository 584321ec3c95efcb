// The host as a plugin sees it in a process of its own: records, batches, contexts, buffers and transports are here;
// for clients, chains and secrets it asks the real host; log lines and numbers it passes on.
// Owner    Child; one to a process.
// Threads  any.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "host/base/guarded.hpp"
#include "host/base/host_state.hpp"
#include "host/isolation/channel.hpp"
#include "host/isolation/messages.hpp"
#include "host/isolation/sends.hpp"
#include "leat/abi.h"

namespace leat::host {

class ChildHost final : public HostState {
 public:
  ChildHost(Channel& channel, Log& log, Secrets& secrets, const Clock& clock, std::string version);
  ChildHost(const ChildHost&) = delete;
  ChildHost& operator=(const ChildHost&) = delete;

  const leat_host& raw() const { return raw_; }
  Channel& channel() { return channel_; }

  // A question of the host that is being worked on. Made when it arrives, so that it can be cancelled from then on.
  void arrived(std::uint64_t question);
  void cancel(std::uint64_t question);
  // Its context, while it is worked on.
  class Work {
   public:
    Work(ChildHost& host, std::uint64_t question, const CallImage& image);
    Work(const Work&) = delete;
    Work& operator=(const Work&) = delete;
    ~Work();
    Call& call() { return call_; }
    // What becomes of this batch's records is told to the host at once.
    void report(leat_batch& batch);

   private:
    ChildHost& host_;
    std::uint64_t question_;
    Call call_;
    leat_batch* reported_ = nullptr;
  };

  // Asks the real host because of the call `ctx` (may be NULL). body: what follows the number of that call.
  Message ask(const leat_ctx* ctx, Verb verb, std::string_view body);
  // After a record of it was delivered or rejected.
  void settled(const leat_batch& batch, std::size_t index);

  Sends sends{0};  // of the plugin through the host's clients

 private:
  Channel& channel_;
  std::string version_;
  leat_host raw_{};
  Guarded<std::map<std::uint64_t, std::stop_source>> arrived_;
  Guarded<std::map<const leat_ctx*, std::uint64_t>> questions_;
  Guarded<std::map<const leat_batch*, std::uint64_t>> reported_;
};

// The service with this id, or NULL.
const void* child_service(std::string_view id);
// For tables whose functions are given no host: there is one to a process.
void set_child_host(ChildHost* host);

}  // namespace leat::host
