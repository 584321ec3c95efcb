// An instance of the component under check, called as a host calls it, but without the net that a host has.
// Owner    the check.
// Threads  as the component's: one call at a time unless it is LEAT_PARALLEL.
// Errors   Failed, as Trial::call says.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>

#include "host/check/options.hpp"
#include "host/check/trial.hpp"
#include "host/record/batch.hpp"
#include "leat/abi.h"

namespace leat::host::check {

class Subject {
 public:
  // create; throws Failed when it refuses.
  Subject(Trial& trial, const Options& options);
  ~Subject();  // destroy; a client is quiesced first
  Subject(const Subject&) = delete;
  Subject& operator=(const Subject&) = delete;

  // Transformers and publishers: the one function that takes a batch.
  Said run(Batch& batch, std::stop_token stop = {});
  // Transformers.
  bool has_constants() const { return transformer_.constants != nullptr; }
  Said constants(Record& known);
  // All kinds.
  bool has_doctor() const;
  Said doctor(Record& known, Record& findings, std::stop_token stop = {});
  // Publishers and subscribers; nothing for the other kinds.
  Said open(std::string_view cursor = {});
  Said close();
  // Subscribers.
  Said poll(Batch& batch, std::uint32_t max, std::uint32_t wait_ms, std::stop_token stop = {});
  Said settle(std::string_view cursor, bool stored);
  bool has_webhook() const { return subscriber_.webhook != nullptr; }
  Said webhook(const leat_webhook& request, Batch& out, std::stop_token stop = {});
  // Publishers.
  bool replay_safe();
  std::uint32_t batch_max();  // 0: it does not say
  bool says_batch_max() const { return publisher_.batch_max != nullptr; }
  // Clients.
  Said send(const leat_http_request& request, leat_http_done done, void* user, std::uint64_t& call);
  void cancel(std::uint64_t call) { client_.cancel(self_, call); }
  void quiesce() { client_.quiesce(self_); }

  bool parallel() const { return (component_.table->flags & LEAT_PARALLEL) != 0; }
  Trial& trial() { return trial_; }

 private:
  Trial& trial_;
  const LibraryComponent& component_;
  void* self_ = nullptr;
  leat_http_client client_{};
  leat_subscriber subscriber_{};
  leat_publisher publisher_{};
  leat_transformer transformer_{};
};

// create alone, and what it said; nothing is left of it.
Said try_create(Trial& trial, const std::string& options);

// Every fate in the batch is one that the ABI allows: a rejected record has a text in UTF-8. Throws Failed.
void check_fates(const Batch& batch);
// Hears the texts that the batch holds: errors, answers, cursor.
void hear_batch(CheckHost& host, const Batch& batch);

// Nothing that the host heard shows a secret of the options. Throws Failed.
void check_no_secret(CheckHost& host);

// What a host does with a component in an ordinary run, its far side answering in this way. Gives the failures.
std::vector<Said> use(Subject& subject, Answer answer);

}  // namespace leat::host::check
