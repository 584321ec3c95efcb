#include "host/isolation/child_host.hpp"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "host/base/utf8.hpp"
#include "host/isolation/batch_image.hpp"

namespace leat::host {
namespace {

std::string_view clean(std::string_view text) { return is_utf8(text) ? text : "(not UTF-8)"; }

const void* service(const leat_host*, const char* id) noexcept { return id == nullptr ? nullptr : child_service(id); }

void log(const leat_host* host, leat_ctx* ctx, std::int32_t level, leat_str line) noexcept {
  try {
    auto& child = static_cast<ChildHost&>(state_of(host));
    if (!child.log.enabled(static_cast<Level>(std::clamp(level, LEAT_TRACE, LEAT_ERROR)))) return;
    Encoder out;
    out.number(level);
    out.text(ctx == nullptr ? std::string_view() : ctx->origin());
    out.text(child.secrets.mask(clean(view(line))));
    child.channel().tell(Verb::log, 0, out.bytes());
  } catch (...) {  // a line that cannot be written must not fail the call it tells about
  }
}

std::int32_t log_enabled(const leat_host* host, std::int32_t level) noexcept {
  return state_of(host).log.enabled(static_cast<Level>(std::clamp(level, LEAT_TRACE, LEAT_ERROR))) ? 1 : 0;
}

}  // namespace

ChildHost::ChildHost(Channel& channel, Log& a_log, Secrets& a_secrets, const Clock& a_clock, std::string version)
    : HostState(a_log, a_secrets, a_clock), channel_(channel), version_(std::move(version)) {
  raw_.struct_size = sizeof raw_;
  raw_.abi_minor = LEAT_ABI_MINOR;
  raw_.impl = static_cast<HostState*>(this);
  raw_.name = str("leat");
  raw_.version = str(version_);
  raw_.service = &service;
  raw_.log = &host::log;
  raw_.log_enabled = &log_enabled;
  set_child_host(this);
}

void ChildHost::arrived(std::uint64_t question) {
  arrived_.with([&](auto& all) { all.emplace(question, std::stop_source()); });
}

void ChildHost::cancel(std::uint64_t question) {
  const auto source = arrived_.with([&](auto& all) -> std::optional<std::stop_source> {
    const auto found = all.find(question);
    if (found == all.end()) return std::nullopt;
    return found->second;
  });
  if (source) std::stop_source(*source).request_stop();
}

ChildHost::Work::Work(ChildHost& host, std::uint64_t question, const CallImage& image)
    : host_(host),
      question_(question),
      call_(host.clock, host.arrived_.with([&](auto& all) { return all[question].get_token(); }),
            std::string(image.origin), deadline_of(image)) {
  host_.questions_.with([&](auto& all) { all.emplace(&call_, question_); });
}

ChildHost::Work::~Work() {
  host_.questions_.with([&](auto& all) { all.erase(&call_); });
  host_.arrived_.with([&](auto& all) { all.erase(question_); });
  if (reported_ != nullptr) host_.reported_.with([&](auto& all) { all.erase(reported_); });
}

void ChildHost::Work::report(leat_batch& batch) {
  reported_ = &batch;
  host_.reported_.with([&](auto& all) { all.emplace(&batch, question_); });
}

Message ChildHost::ask(const leat_ctx* ctx, Verb verb, std::string_view body) {
  const std::uint64_t question = questions_.with([&](const auto& all) {
    const auto found = all.find(ctx);
    return found == all.end() ? std::uint64_t{0} : found->second;
  });
  Encoder out;
  out.grow(body.size() + sizeof question);
  out.number(question);
  out.raw(body);
  const auto asked = channel_.ask(verb, out.bytes());
  if (asked.exchange == nullptr) _exit(0);  // the host is gone
  std::unique_lock lock(asked.exchange->mutex);
  asked.exchange->changed.wait(lock, [&] { return asked.exchange->answer || asked.exchange->ended; });
  if (!asked.exchange->answer) _exit(0);
  channel_.forget(asked.id);
  return std::move(*asked.exchange->answer);
}

void ChildHost::settled(const leat_batch& batch, std::size_t index) {
  const auto question = reported_.with([&](const auto& all) -> std::optional<std::uint64_t> {
    const auto found = all.find(&batch);
    if (found == all.end()) return std::nullopt;
    return found->second;
  });
  if (!question) return;
  Encoder out;
  encode_settled(out, batch, index);
  channel_.tell(Verb::settled, *question, out.bytes());
}

}  // namespace leat::host
