// A client of the configuration: what subscribers and publishers send their requests through.
// Holds a client plugin to the completion contract: for each accepted send `done` runs exactly once, never inside send.
// A second completion is dropped and logged; a send that completed inside itself is a failure of kind broken; what was
// not completed when quiesce returned is completed as broken.
// Owner    Runtime.
// Threads  any.
// End      the destructor quiesces, then destroys: no done runs afterwards.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "host/base/guarded.hpp"
#include "host/plugin/instance.hpp"

namespace leat::host {

class ClientInstance final : public Instance {
 public:
  static Result<std::unique_ptr<ClientInstance>> create(const leat_component& component, const leat_host& host,
                                                        Call& call, std::string_view config_json, std::string place);
  ~ClientInstance() override;

  // Starts a request; gives what cancel() wants. Not done: `done` never runs.
  Result<std::uint64_t> send(Call& call, const leat_http_request& request, leat_http_done done, void* user);
  void cancel(std::uint64_t ticket) noexcept;
  // Sends and waits; `done` runs on this thread before it returns. Cancels with the call and at its deadline, after
  // which the client has `patience` to complete the request.
  Result<Done> call(Call& call, const leat_http_request& request, leat_http_done done, void* user,
                    std::chrono::milliseconds patience = std::chrono::seconds(10));
  // "psa".
  std::string_view config_name() const;
  // Cancels all; no done runs or will run.
  void quiesce() noexcept;

 private:
  struct Pending;
  struct Receiver {
    leat_http_done done;
    void* user;
  };
  struct Sent {
    std::uint64_t ticket;
    Pending* pending;
    std::uint64_t serial;  // of this use of the entry
  };
  // Finished entries are used again only after many others: a late second completion still finds its own.
  struct Entries {
    std::deque<std::unique_ptr<Pending>> all;
    std::deque<Pending*> finished;
    std::uint64_t serial = 0;
  };

  ClientInstance(const leat_component& component, const leat_host& host, std::string place);
  Result<Sent> start(Call& call, const leat_http_request& request, leat_http_done done, void* user);
  static void completed(void* user, const leat_outcome* outcome, const leat_http_response* response) noexcept;
  void deliver(const Receiver& receiver, const leat_outcome* outcome, const leat_http_response* response) noexcept;
  // Takes the right to complete from the plugin; nothing when the request is or was completed.
  static std::optional<Receiver> abandon(const Sent& sent);
  Pending& take(const Receiver& receiver);
  void recycle(Pending& pending);
  void complain(std::string_view what) const noexcept;

  leat_http_client table_{};
  Guarded<Entries> entries_;
};

}  // namespace leat::host
