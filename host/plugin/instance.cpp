#include "host/plugin/instance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <limits>
#include <utility>

#include "host/base/host_state.hpp"
#include "host/base/utf8.hpp"
#include "host/config/component.hpp"
#include "host/plugin/table.hpp"
#include "host/record/record.hpp"

namespace leat::host {
namespace {

leat_bytes bytes(std::string_view text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

// A component without an id is refused when its library is read; here it may only lack a name.
std::string_view text(const char* id) { return id == nullptr ? "?" : id; }

leat_kind no_process(void*, leat_ctx*, leat_batch*) noexcept { return LEAT_UNSUPPORTED; }
leat_kind no_open(void*, leat_ctx*, leat_bytes) noexcept { return LEAT_UNSUPPORTED; }
leat_kind no_poll(void*, leat_ctx*, std::uint32_t, std::uint32_t, leat_batch*) noexcept { return LEAT_UNSUPPORTED; }
leat_kind nothing_settled(void*, leat_ctx*, leat_bytes, std::int32_t) noexcept { return LEAT_OK; }
leat_kind nothing_to_do(void*, leat_ctx*) noexcept { return LEAT_OK; }
std::int32_t not_replay_safe(void*) noexcept { return 0; }
std::uint32_t host_chooses(void*) noexcept { return 0; }

}  // namespace

Instance::Instance(const leat_component& component, const leat_host& host, std::string place)
    : component_(component), callee_{place, fmt::format("{} ({})", place, text(component.id)), &host} {}

Instance::~Instance() { destroy(); }

Error Instance::explained(const Call& call, leat_kind kind, const char* function) const {
  Error error = call.failure(kind);
  if (kind < LEAT_OK || kind > LEAT_BROKEN) {
    error.message = fmt::format("{}: {} returned kind {}, which this host does not know{}{}", name(), function, kind,
                                error.message.empty() ? "" : ": ", error.message);
  } else if (error.message.empty()) {
    error.message = fmt::format("{}: {} failed as {} and did not say why", name(), function, to_string(error.kind));
  }
  return error;
}

Error Instance::escaped(const char* function, std::string_view what) const {
  return Error{ErrorKind::broken, fmt::format("{}: {} let an exception out: {}", name(), function, as_reason(what)), 0};
}

Result<Done> Instance::make(Call& call, std::uint32_t kind, std::string_view config_json) {
  if (component_.kind != kind) {
    return Error{ErrorKind::broken,
                 fmt::format("{} is a {}, not a {}", name(), to_string(static_cast<ComponentKind>(component_.kind)),
                             to_string(static_cast<ComponentKind>(kind))),
                 0};
  }
  auto made = run(call, "create", [&] { return component_.create(&host(), &call, str(config_json), &self_); });
  made_ = static_cast<bool>(made);
  return made;
}

void Instance::destroy() {
  if (!std::exchange(made_, false)) return;
  try {
    component_.destroy(self_);
  } catch (const std::exception& error) {
    state_of(&host()).log.error(name(), "destroy let an exception out: {}", as_reason(error.what()));
  } catch (...) {
    state_of(&host()).log.error(name(), "destroy let an exception out");
  }
}

bool Instance::has_doctor() const {
  const leat_component* component = &component_;
  return LEAT_HAS(component, leat_component, doctor) != 0;
}

Result<Done> Instance::doctor(Call& call, ::leat_rec& known, ::leat_rec& findings) {
  if (!has_doctor()) return Error{ErrorKind::unsupported, name() + ": has nothing to look at its far side with", 0};
  return run(call, "doctor", [&] { return component_.doctor(self_, &call, &known, &findings); });
}

// ---- transformer

Result<std::unique_ptr<TransformerInstance>> TransformerInstance::create(const leat_component& component,
                                                                         const leat_host& host, Call& call,
                                                                         std::string_view config_json,
                                                                         std::string place) {
  std::unique_ptr<TransformerInstance> made(new TransformerInstance(component, host, std::move(place)));
  if (auto done = made->make(call, LEAT_KIND_TRANSFORMER, config_json); !done) return done.error();
  made->table_ = full_table<leat_transformer>(component.vtable);
  fill(made->table_.process, &no_process);
  return made;
}

Result<Done> TransformerInstance::process(Call& call, Batch& batch) {
  return run(call, "process", [&] { return table_.process(self(), &call, &batch); });
}

Result<Done> TransformerInstance::constants(Call& call, ::leat_rec& known) {
  return run_any(call, "constants", [&] {
    return table_.constants != nullptr ? table_.constants(self(), &call, &known)
                                       : record_api().set_json(&call, &known, str("null"));
  });
}

// ---- subscriber

Result<std::unique_ptr<SubscriberInstance>> SubscriberInstance::create(const leat_component& component,
                                                                       const leat_host& host, Call& call,
                                                                       std::string_view config_json,
                                                                       std::string place) {
  std::unique_ptr<SubscriberInstance> made(new SubscriberInstance(component, host, std::move(place)));
  if (auto done = made->make(call, LEAT_KIND_SUBSCRIBER, config_json); !done) return done.error();
  made->table_ = full_table<leat_subscriber>(component.vtable);
  fill(made->table_.open, &no_open);
  fill(made->table_.poll, &no_poll);
  fill(made->table_.settle, &nothing_settled);
  fill(made->table_.close, &nothing_to_do);
  return made;
}

Result<Done> SubscriberInstance::open(Call& call, std::string_view cursor) {
  return run(call, "open", [&] { return table_.open(self(), &call, bytes(cursor)); });
}

Result<Done> SubscriberInstance::poll(Call& call, std::uint32_t max, std::chrono::milliseconds wait, Batch& batch) {
  constexpr std::int64_t longest = std::numeric_limits<std::uint32_t>::max();
  const auto wait_ms = static_cast<std::uint32_t>(std::clamp<std::int64_t>(wait.count(), 0, longest));
  return run(call, "poll", [&] { return table_.poll(self(), &call, max, wait_ms, &batch); });
}

Result<Done> SubscriberInstance::settle(Call& call, std::string_view cursor, bool stored) {
  return run(call, "settle", [&] { return table_.settle(self(), &call, bytes(cursor), stored ? 1 : 0); });
}

Result<Done> SubscriberInstance::close(Call& call) {
  return run(call, "close", [&] { return table_.close(self(), &call); });
}

Result<Done> SubscriberInstance::webhook(Call& call, const leat_webhook& request, Batch& events) {
  if (!takes_webhooks()) return Error{ErrorKind::unsupported, name() + ": takes no webhooks", 0};
  return run_any(call, "webhook", [&] { return table_.webhook(self(), &call, &request, &events); });
}

// ---- publisher

Result<std::unique_ptr<PublisherInstance>> PublisherInstance::create(const leat_component& component,
                                                                     const leat_host& host, Call& call,
                                                                     std::string_view config_json, std::string place) {
  std::unique_ptr<PublisherInstance> made(new PublisherInstance(component, host, std::move(place)));
  if (auto done = made->make(call, LEAT_KIND_PUBLISHER, config_json); !done) return done.error();
  made->table_ = full_table<leat_publisher>(component.vtable);
  fill(made->table_.open, &nothing_to_do);
  fill(made->table_.publish, &no_process);
  fill(made->table_.close, &nothing_to_do);
  fill(made->table_.replay_safe, &not_replay_safe);
  fill(made->table_.batch_max, &host_chooses);
  auto asked = made->run(call, "replay_safe and batch_max", [&] {
    made->replay_safe_ = made->table_.replay_safe(made->self()) != 0;
    made->batch_max_ = made->table_.batch_max(made->self());
    return LEAT_OK;
  });
  if (!asked) return asked.error();
  return made;
}

Result<Done> PublisherInstance::open(Call& call) {
  return run(call, "open", [&] { return table_.open(self(), &call); });
}

Result<Done> PublisherInstance::publish(Call& call, Batch& batch) {
  return run(call, "publish", [&] { return table_.publish(self(), &call, &batch); });
}

Result<Done> PublisherInstance::close(Call& call) {
  return run(call, "close", [&] { return table_.close(self(), &call); });
}

}  // namespace leat::host
