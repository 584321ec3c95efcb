// A made component: the four kinds as classes. They copy the component's function table into one of the host's own
// size (absent optional functions become harmless ones), turn a leat_kind and what the call says into an Error, stop
// exceptions that a plugin lets out, and let one call at a time in unless the component is LEAT_PARALLEL.
// Owner    whoever made it; component and host outlive it (libraries stay mapped).
// Threads  any. Destroying: when no call is or will be running.
// Errors   the component's own. broken: it threw, or returned a kind that does not exist. A failure that the component
//          did not explain gets a text that names it.
#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "host/base/call.hpp"
#include "leat/abi.h"
#include "leat/result.hpp"

namespace leat::host {

using Batch = ::leat_batch;  // host/record/batch.hpp

// What all kinds share: its name, its life and its lock.
class Instance {
 public:
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;
  virtual ~Instance();

  // Where it stands in the configuration and its type: "incoming.tickets.subscriber (connectwise)".
  const std::string& name() const { return callee_.name; }
  const std::string& place() const { return callee_.place; }
  bool parallel() const { return (component_.flags & LEAT_PARALLEL) != 0; }
  // Whether it can look at its far side; a plugin older than ABI 1.1 cannot.
  bool has_doctor() const;
  // Sets `findings` to an array of findings (see abi.h). known: of a publisher, what is known of its records; else null.
  Result<Done> doctor(Call& call, ::leat_rec& known, ::leat_rec& findings);

 protected:
  // place: in the configuration, "incoming.tickets.subscriber".
  Instance(const leat_component& component, const leat_host& host, std::string place);
  // Makes the plugin's side. `kind` is what the caller is about to use it as.
  Result<Done> make(Call& call, std::uint32_t kind, std::string_view config_json);
  void destroy();  // once; nothing when make did not succeed
  // Runs a function of the plugin; `function` is its name for messages.
  template <class Function>
  Result<Done> run(Call& call, const char* function, Function&& body) {
    std::unique_lock lock(mutex_, std::defer_lock);
    if (!parallel()) lock.lock();
    return run_any(call, function, std::forward<Function>(body));
  }
  // The same for functions that are [any] whatever the component's flags.
  template <class Function>
  Result<Done> run_any(Call& call, const char* function, Function&& body);

  bool made() const { return made_; }
  const leat_host& host() const { return *callee_.host; }
  std::uint32_t flags() const { return component_.flags; }
  void* self() const { return self_; }

 private:
  // Makes the instance the callee for as long as its function runs.
  class Inside {
   public:
    Inside(Call& call, const Callee& callee) : call_(call), before_(call.callee()) { call.set_callee(&callee); }
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;
    ~Inside() { call_.set_callee(before_); }

   private:
    Call& call_;
    const Callee* before_;
  };

  Error explained(const Call& call, leat_kind kind, const char* function) const;
  Error escaped(const char* function, std::string_view what) const;

  const leat_component& component_;
  Callee callee_;
  void* self_ = nullptr;
  bool made_ = false;
  std::mutex mutex_;
};

template <class Function>
Result<Done> Instance::run_any(Call& call, const char* function, Function&& body) {
  call.forget_failure();
  const Inside inside(call, callee_);
  try {
    const leat_kind kind = std::forward<Function>(body)();
    if (kind == LEAT_OK) return Done{};
    return explained(call, kind, function);
  } catch (const std::exception& error) {
    return escaped(function, error.what());
  } catch (...) {
    return escaped(function, "of a foreign type");
  }
}

class TransformerInstance final : public Instance {
 public:
  // config_json: the component's options, checked, with defaults.
  static Result<std::unique_ptr<TransformerInstance>> create(const leat_component& component, const leat_host& host,
                                                             Call& call, std::string_view config_json,
                                                             std::string place);
  // Not done: that outcome is each record's that is still live in the batch.
  Result<Done> process(Call& call, Batch& batch);
  // Edits what is known of every record before it into what is known behind it: null when it does not say.
  Result<Done> constants(Call& call, ::leat_rec& known);

 private:
  using Instance::Instance;
  leat_transformer table_{};
};

class SubscriberInstance final : public Instance {
 public:
  static Result<std::unique_ptr<SubscriberInstance>> create(const leat_component& component, const leat_host& host,
                                                            Call& call, std::string_view config_json,
                                                            std::string place);
  // cursor: of the last batch whose records were stored; empty the first time.
  Result<Done> open(Call& call, std::string_view cursor);
  // On failure drop what the batch holds, close, and open at the last stored cursor.
  Result<Done> poll(Call& call, std::uint32_t max, std::chrono::milliseconds wait, Batch& batch);
  Result<Done> settle(Call& call, std::string_view cursor, bool stored);
  Result<Done> close(Call& call);
  bool takes_webhooks() const { return table_.webhook != nullptr; }
  // A request that the listener took for it. Done: what was appended to `events` is to be kept. Runs beside the others.
  Result<Done> webhook(Call& call, const leat_webhook& request, Batch& events);

 private:
  using Instance::Instance;
  leat_subscriber table_{};
};

class PublisherInstance final : public Instance {
 public:
  static Result<std::unique_ptr<PublisherInstance>> create(const leat_component& component, const leat_host& host,
                                                           Call& call, std::string_view config_json, std::string place);
  Result<Done> open(Call& call);
  // Done: every live record is stored at the far side. Not done: that outcome is each live record's.
  Result<Done> publish(Call& call, Batch& batch);
  Result<Done> close(Call& call);
  // A record published twice leaves the far side as if published once.
  bool replay_safe() const { return replay_safe_; }
  // It writes through clients alone: its requests can be stopped and shown.
  bool rehearsable() const { return (flags() & LEAT_REHEARSABLE) != 0; }
  // The largest batch it wants; 0: the host chooses.
  std::uint32_t batch_max() const { return batch_max_; }

 private:
  using Instance::Instance;
  leat_publisher table_{};
  bool replay_safe_ = false;
  std::uint32_t batch_max_ = 0;
};

}  // namespace leat::host
