#include "host/check/requests.hpp"

#include <fmt/format.h>

#include <array>
#include <atomic>
#include <exception>

#include "host/base/utf8.hpp"
#include "host/plugin/table.hpp"

namespace leat::host::check {

void Waiting::done(void* user, const leat_outcome* outcome, const leat_http_response* response) noexcept {
  auto& self = *static_cast<Waiting*>(user);
  std::chrono::milliseconds slow{0};
  {
    const std::lock_guard lock(self.mutex_);
    ++self.times_;
    slow = self.slow_;
    try {
      self.note(outcome, response);
    } catch (const std::exception&) {  // no memory for the texts; the count stands
    }
    self.changed_.notify_all();
  }
  if (slow.count() > 0) std::this_thread::sleep_for(slow);
  const std::lock_guard lock(self.mutex_);
  ++self.finished_;
}

void Waiting::note(const leat_outcome* outcome, const leat_http_response* response) {
  if (times_ > 1) mistake_ = "done ran twice for one send";
  if (inside_ != nullptr && insider_ == std::this_thread::get_id())
    mistake_ = fmt::format("done ran inside {}", inside_);
  if (outcome == nullptr || outcome->struct_size < first_size::outcome) {
    mistake_ = "done came without an outcome, or with one that is too short";
    return;
  }
  if (response != nullptr && response->struct_size < first_size::response) {
    mistake_ = "done came with a response that is too short";
    return;
  }
  ending_ = {outcome->kind, std::string(view(outcome->message)), response == nullptr ? 0 : response->http_status};
  if (outcome->kind < LEAT_OK || outcome->kind > LEAT_BROKEN) {
    mistake_ = fmt::format("done came with kind {}, which is no kind of abi.h", outcome->kind);
  } else if (outcome->kind != LEAT_OK && ending_.text.empty()) {
    mistake_ = fmt::format("done came with {} and no text", kind_name(outcome->kind));
  } else if (outcome->kind == LEAT_OK && response == nullptr) {
    mistake_ = "done came with success and no response";
  } else if (!is_utf8(ending_.text)) {
    mistake_ = "done came with a text that is not UTF-8";
  }
}

bool Waiting::wait(std::chrono::milliseconds limit, int times) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, limit, [&] { return times_ >= times; });
}
int Waiting::times() const {
  const std::lock_guard lock(mutex_);
  return times_;
}
Ending Waiting::ending() const {
  const std::lock_guard lock(mutex_);
  return ending_;
}
std::string Waiting::mistake() const {
  const std::lock_guard lock(mutex_);
  return mistake_;
}
void Waiting::enter(const char* where) {
  const std::lock_guard lock(mutex_);
  inside_ = where;
  insider_ = std::this_thread::get_id();
}
void Waiting::leave() {
  const std::lock_guard lock(mutex_);
  inside_ = nullptr;
}

void Waiting::slow(std::chrono::milliseconds time) {
  const std::lock_guard lock(mutex_);
  slow_ = time;
}
int Waiting::finished() const {
  const std::lock_guard lock(mutex_);
  return finished_;
}
void Waiting::reset() {
  const std::lock_guard lock(mutex_);
  times_ = 0;
  finished_ = 0;
  slow_ = std::chrono::milliseconds(0);
  ending_ = {};
  mistake_.clear();
  inside_ = nullptr;
}

Waiting& new_waiting() {
  static constexpr std::size_t count = 8192;
  static auto& ring = *new std::array<Waiting, count>;  // outlives every plugin
  static std::atomic<std::size_t> next = 0;
  Waiting& waiting = ring[next++ % count];
  waiting.reset();
  return waiting;
}

leat_http_request make_request(std::string_view method, std::string_view url, std::string_view body) {
  leat_http_request request{};
  request.struct_size = sizeof request;
  request.method = str(method);
  request.url = str(url);
  request.body = {reinterpret_cast<const std::uint8_t*>(body.data()), body.size()};
  return request;
}

Ending ask(Subject& subject, const leat_http_request& request, std::chrono::milliseconds cancel_after) {
  Waiting& waiting = new_waiting();
  std::uint64_t call = 0;
  waiting.enter("send");
  const Said sent = subject.send(request, &Waiting::done, &waiting, call);
  waiting.leave();
  if (!sent.ok()) {
    if (waiting.times() > 0) throw Failed("done ran although send had failed");
    return {sent.kind, sent.text, 0};
  }
  const auto patience = subject.trial().spec().patience;
  if (!waiting.wait(cancel_after)) {
    waiting.enter("cancel");
    subject.cancel(call);
    waiting.leave();
    if (!waiting.wait(patience)) {
      throw Failed(fmt::format("done did not come within {} ms of cancel", patience.count()));
    }
  }
  if (const std::string mistake = waiting.mistake(); !mistake.empty()) throw Failed(mistake);
  return waiting.ending();
}

}  // namespace leat::host::check
