// An instance that lives in a plugin's process, and the function tables through which the rest of the host uses it.
// It is made again in each life of the process, when it is first needed there.
//   lost call          becomes
//   create, open, poll, settle, close, webhook   unreachable; an incoming is then opened again at the stored cursor
//   publish            uncertain, or unreachable when the publisher is replay-safe; what it had reported of single
//                      records before stays
//   process            tried again record by record: one that ends the process twice by itself is rejected as invalid,
//                      the others go on
// Owner    Instance of host/plugin.
// Threads  any.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "host/isolation/messages.hpp"
#include "host/isolation/supervisor.hpp"
#include "host/record/batch.hpp"
#include "leat/abi.h"

namespace leat::host {

// A component of an isolated library; create() finds it through the leat_host it is given.
struct IsolatedComponent : leat_host {
  // host: its copy is what this component's instances are made with.
  IsolatedComponent(const leat_host& host, Supervisor& supervisor, std::uint32_t index,
                    DescriptionImage::Component description);
  IsolatedComponent(const IsolatedComponent&) = delete;
  IsolatedComponent& operator=(const IsolatedComponent&) = delete;

  Supervisor& supervisor;
  const std::uint32_t index;  // in the library's list
  const DescriptionImage::Component description;
  leat_component table{};

 private:
  leat_subscriber subscriber_{};
  leat_publisher publisher_{};
  leat_transformer transformer_{};
};

class Proxy {
 public:
  // Makes the instance.
  static Result<std::unique_ptr<Proxy>> create(const IsolatedComponent& component, Call& call, std::string_view config);
  Proxy(const Proxy&) = delete;
  Proxy& operator=(const Proxy&) = delete;
  ~Proxy();

  Result<Done> process(Call& call, Batch& batch);
  Result<Done> constants(Call& call, Record& known);

  Result<Done> open(Call& call, std::string_view cursor);  // of a subscriber
  Result<Done> poll(Call& call, std::uint32_t max, std::uint32_t wait_ms, Batch& batch);
  Result<Done> settle(Call& call, std::string_view cursor, bool stored);
  Result<Done> webhook(Call& call, const leat_webhook& request, Batch& events);

  Result<Done> open(Call& call);  // of a publisher
  Result<Done> publish(Call& call, Batch& batch);
  bool replay_safe() const { return replay_safe_; }
  std::uint32_t batch_max() const { return batch_max_; }

  Result<Done> close(Call& call);
  Result<Done> doctor(Call& call, Record& known, Record& findings);

  Result<std::uint64_t> send(Call& call, const leat_http_request& request, leat_http_done done, void* user);
  void cancel(std::uint64_t number);
  void quiesce();

 private:
  using Lease = Supervisor::Lease;
  using Reply = Life::Reply;
  Proxy(const IsolatedComponent& component, const Callee& callee, std::string_view config);

  // A life in which the instance is.
  Result<Lease> enter(Call& call);
  Result<Done> make_in(const Lease& lease, Call& call);
  Result<Done> open_in(const Lease& lease, Call& call);
  Encoder question(const Call& call) const;
  Reply ask(const Lease& lease, Call& call, Verb verb, const Encoder& body, std::chrono::milliseconds more = {}) const;
  Error lost(const Reply& reply, Verb verb, ErrorKind begun) const;
  // The outcome of a question without records; a lost one is unreachable.
  Result<Done> outcome(const Reply& reply, Verb verb) const;
  // The outcome of one that has a batch, which it changes.
  Result<Done> outcome(const Reply& reply, const Lease& lease, Verb verb, Batch& batch, ErrorKind begun) const;
  Result<Done> ask_about(Call& call, Verb verb, Record& known, Record* found);
  Result<Done> process_once(Call& call, Batch& batch, bool& was_lost);
  Result<Done> process_alone(Call& call, Batch& batch, std::size_t index);
  bool lives_in(const Life& life) const;
  std::shared_ptr<Life> life() const;
  void finished_send();

  const IsolatedComponent& component_;
  Supervisor& supervisor_;
  const std::string place_;  // "incoming.tickets.subscriber"
  const std::string name_;   // "incoming.tickets.subscriber (connectwise)"
  const std::string config_;
  const std::uint64_t number_;
  // Of a publisher: as it said in create(); what it says in a later life changes nothing.
  bool replay_safe_ = false;
  std::uint32_t batch_max_ = 0;

  std::mutex making_;  // one thread makes it in a new life
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::weak_ptr<Life> life_;
  std::uint64_t made_in_ = 0;  // number of the life; 0: none
  std::uint64_t opened_in_ = 0;
  bool opened_ = false;  // a publisher is to be open in each life
  std::size_t sends_ = 0;
};

}  // namespace leat::host
