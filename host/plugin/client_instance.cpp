#include "host/plugin/client_instance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <memory>
#include <mutex>
#include <new>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "host/base/host_state.hpp"
#include "host/base/request_gate.hpp"
#include "host/plugin/table.hpp"

namespace leat::host {
namespace {

// Entries that wait before the oldest is used again.
constexpr std::size_t quarantine = 1024;

leat_kind no_send(void*, leat_ctx*, const leat_http_request*, leat_http_done, void*, std::uint64_t*) noexcept {
  return LEAT_UNSUPPORTED;
}
void no_cancel(void*, std::uint64_t) noexcept {}
void no_quiesce(void*) noexcept {}

// A request whose end the gate wants to see: stands between the client and the receiver of the answer.
struct Watched {
  const HostState& host;
  std::uint64_t mark;
  leat_http_done receiver;
  void* user_of_receiver;

  static void done(void* user, const leat_outcome* outcome, const leat_http_response* response) {
    const std::unique_ptr<Watched> watched(static_cast<Watched*>(user));
    try {
      if (watched->host.gate != nullptr) watched->host.gate->after(watched->mark, *outcome, response);
    } catch (const std::bad_alloc&) {  // the gate knows less; the answer is its receiver's all the same
    }
    watched->receiver(watched->user_of_receiver, outcome, response);
  }
};

// A copy that goes before scheduled work.
leat_http_request urgent(const leat_http_request& request) {
  leat_http_request copy{};
  const auto size = std::min<std::size_t>(request.struct_size, sizeof copy);
  std::memcpy(&copy, &request, size);
  copy.struct_size = static_cast<std::uint32_t>(size);
  copy.flags = (copy.flags & ~LEAT_HTTP_PRIORITY) | LEAT_HTTP_INTERACTIVE;
  return copy;
}

}  // namespace

// One send. It is done with when it was completed and `send` has returned.
struct ClientInstance::Pending {
  std::mutex mutex;
  ClientInstance* owner = nullptr;
  Receiver receiver{};
  std::uint64_t serial = 0;
  std::thread::id sender;
  bool sending = false;           // inside the plugin's send
  bool completed = true;          // the plugin's done ran, or must not run any more
  bool completed_inside = false;  // ... inside send
};

ClientInstance::ClientInstance(const leat_component& component, const leat_host& host, std::string place)
    : Instance(component, host, std::move(place)) {}

ClientInstance::~ClientInstance() {
  quiesce();
  destroy();  // before the entries go
}

Result<std::unique_ptr<ClientInstance>> ClientInstance::create(const leat_component& component, const leat_host& host,
                                                               Call& call, std::string_view config_json,
                                                               std::string place) {
  std::unique_ptr<ClientInstance> made(new ClientInstance(component, host, std::move(place)));
  made->table_ = full_table<leat_http_client>(component.vtable);
  fill(made->table_.send, &no_send);
  fill(made->table_.cancel, &no_cancel);
  fill(made->table_.quiesce, &no_quiesce);
  if (auto done = made->make(call, LEAT_KIND_CLIENT, config_json); !done) return done.error();
  return made;
}

Result<std::uint64_t> ClientInstance::send(Call& call, const leat_http_request& request, leat_http_done done,
                                           void* user) {
  auto sent = start(call, request, done, user);
  if (!sent) return sent.error();
  return sent->ticket;
}

Result<ClientInstance::Sent> ClientInstance::start(Call& call, const leat_http_request& request, leat_http_done done,
                                                   void* user) {
  if (request.struct_size < first_size::request || done == nullptr) {
    return Error{ErrorKind::invalid, fmt::format("{}: a request needs its whole struct and a done function", name()),
                 0};
  }
  const HostState& state = state_of(&host());
  RequestGate::Ruling ruling;
  if (state.gate != nullptr) ruling = state.gate->before(config_name(), request);
  if (auto* refused = std::get_if<Error>(&ruling)) return std::move(*refused);
  const auto* made_up = std::get_if<RequestGate::Answer>(&ruling);
  const leat_http_request first = state.person_waits ? urgent(request) : leat_http_request{};
  const leat_http_request* sent = state.person_waits ? &first : &request;
  std::unique_ptr<Watched> watched;
  if (const auto* go = std::get_if<RequestGate::Go>(&ruling); go != nullptr && go->mark != 0) {
    watched = std::make_unique<Watched>(Watched{state, go->mark, done, user});
  }
  const Receiver receiver = watched ? Receiver{&Watched::done, watched.get()} : Receiver{done, user};
  Pending& pending = take(receiver);
  const std::uint64_t serial = pending.serial;
  std::uint64_t ticket = 0;
  Result<Done> started = Done{};
  if (made_up != nullptr) {
    state.gate->answer(*made_up, &ClientInstance::completed, &pending);
  } else {
    started = run_any(call, "send",
                      [&] { return table_.send(self(), &call, sent, &ClientInstance::completed, &pending, &ticket); });
  }
  bool completed = false;
  bool inside = false;
  {
    const std::lock_guard lock(pending.mutex);
    pending.sending = false;
    completed = pending.completed;
    inside = pending.completed_inside;
    if (!started || inside) pending.completed = true;  // from now on a completion is one too many
  }
  if (completed || !started) recycle(pending);
  if (inside) return Error{ErrorKind::broken, fmt::format("{}: ran done inside send", name()), 0};
  if (!started && !completed) return started.error();
  static_cast<void>(watched.release());  // it ends with its answer
  if (started) return Sent{ticket, &pending, serial};
  complain("completed a request whose send failed");
  return Sent{ticket, &pending, serial};
}

void ClientInstance::completed(void* user, const leat_outcome* outcome, const leat_http_response* response) noexcept {
  Pending& pending = *static_cast<Pending*>(user);
  ClientInstance& owner = *pending.owner;
  bool again = false;
  bool sending = false;
  Receiver receiver{};
  {
    const std::lock_guard lock(pending.mutex);
    again = std::exchange(pending.completed, true);
    sending = pending.sending;
    receiver = pending.receiver;
    if (!again && sending && pending.sender == std::this_thread::get_id()) {
      pending.completed_inside = true;
      return;
    }
  }
  if (again) return owner.complain("completed a request twice, or after its end");
  owner.deliver(receiver, outcome, response);
  if (!sending) owner.recycle(pending);  // else send does it
}

void ClientInstance::deliver(const Receiver& receiver, const leat_outcome* outcome,
                             const leat_http_response* response) noexcept {
  static constexpr std::string_view no_outcome = "the client completed the request without saying how it ended";
  const leat_outcome broken{sizeof broken, LEAT_BROKEN, 0, str(no_outcome)};
  const bool sound = outcome != nullptr && outcome->struct_size >= first_size::outcome &&
                     (response == nullptr || response->struct_size >= first_size::response);
  try {
    receiver.done(receiver.user, sound ? outcome : &broken, sound ? response : nullptr);
  } catch (...) {
    complain("delivered an answer whose receiver let an exception out");
  }
}

std::optional<ClientInstance::Receiver> ClientInstance::abandon(const Sent& sent) {
  const std::lock_guard lock(sent.pending->mutex);
  if (sent.pending->serial != sent.serial || std::exchange(sent.pending->completed, true)) return std::nullopt;
  return sent.pending->receiver;
}

std::string_view ClientInstance::config_name() const {
  constexpr std::string_view section = "clients.";
  const std::string_view name = place();
  return name.starts_with(section) ? name.substr(section.size()) : name;
}

void ClientInstance::cancel(std::uint64_t ticket) noexcept {
  try {
    table_.cancel(self(), ticket);
  } catch (...) {
    complain("cancel let an exception out");
  }
}

void ClientInstance::quiesce() noexcept {
  if (!made()) return;
  try {
    table_.quiesce(self());
  } catch (...) {
    complain("quiesce let an exception out");
  }
  static constexpr std::string_view forgotten = "the client ended without completing the request";
  const leat_outcome broken{sizeof broken, LEAT_BROKEN, 0, str(forgotten)};
  const auto uses = entries_.with([](Entries& entries) {
    std::vector<Sent> all;
    for (const auto& entry : entries.all) all.push_back({0, entry.get(), entry->serial});
    return all;
  });
  for (const Sent& use : uses) {
    const auto receiver = abandon(use);
    if (!receiver) continue;
    complain("did not complete a request before quiesce returned");
    deliver(*receiver, &broken, nullptr);
    recycle(*use.pending);
  }
}

ClientInstance::Pending& ClientInstance::take(const Receiver& receiver) {
  return entries_.with([&](Entries& entries) -> Pending& {
    Pending* pending = nullptr;
    if (entries.finished.size() > quarantine) {
      pending = entries.finished.front();
      entries.finished.pop_front();
    } else {
      pending = entries.all.emplace_back(std::make_unique<Pending>()).get();
    }
    const std::lock_guard lock(pending->mutex);
    pending->owner = this;
    pending->receiver = receiver;
    pending->serial = ++entries.serial;
    pending->sender = std::this_thread::get_id();
    pending->sending = true;
    pending->completed = false;
    pending->completed_inside = false;
    return *pending;
  });
}

void ClientInstance::recycle(Pending& pending) {
  entries_.with([&](Entries& entries) { entries.finished.push_back(&pending); });
}

void ClientInstance::complain(std::string_view what) const noexcept {
  try {
    state_of(&host()).log.error(name(), "the client {}", what);
  } catch (...) {  // a log that cannot be written to must not take the request's thread with it
  }
}

}  // namespace leat::host
