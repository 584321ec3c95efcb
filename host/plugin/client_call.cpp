// The waiting call of a client: send, wait, run done here. The answer is handed from the client's thread to this one,
// so that the client's thread never waits for what a plugin does with it.
#include <fmt/format.h>

#include <condition_variable>
#include <cstring>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "host/base/buffer.hpp"
#include "host/base/request_gate.hpp"
#include "host/base/utf8.hpp"
#include "host/plugin/client_instance.hpp"

namespace leat::host {
namespace {

// An outcome and its response, out of the callback that lent them.
struct Answer {
  Error error;  // its kind counts when ok is false
  bool ok = false;
  bool responded = false;
  leat_http_response response{};
  std::vector<std::pair<std::string, std::string>> headers;
  Buffer body;

  Answer(const leat_outcome& outcome, const leat_http_response* from);
  // Gives it on as if this were the client's callback.
  void run(leat_http_done done, void* user);
};

Answer::Answer(const leat_outcome& outcome, const leat_http_response* from)
    : error{to_error_kind(outcome.kind), as_reason(view(outcome.message)), outcome.retry_after_ms},
      ok(outcome.kind == LEAT_OK),
      responded(from != nullptr) {
  if (from == nullptr) return;
  response.struct_size = sizeof response;
  response.http_status = from->http_status;
  response.attempts = from->attempts;
  response.elapsed_ms = from->elapsed_ms;
  response.body = from->body;
  for (std::size_t i = 0; i < from->header_count; ++i) {
    headers.emplace_back(view(from->headers[i].name), view(from->headers[i].value));
  }
  if (from->owner != nullptr) {
    body = Buffer::share(from->owner);
    response.owner = body.get();
  } else if (from->body.len > 0) {
    body = Buffer::make(from->body.len);
    std::memcpy(body.data(), from->body.ptr, from->body.len);
    response.body.ptr = body.data();
    response.owner = body.get();
  }
}

void Answer::run(leat_http_done done, void* user) {
  const leat_outcome outcome{sizeof outcome, ok ? LEAT_OK : static_cast<leat_kind>(error.kind), error.retry_after_ms,
                             str(error.message)};
  std::vector<leat_header> lent;
  lent.reserve(headers.size());
  for (const auto& header : headers) lent.push_back({str(header.first), str(header.second)});
  response.headers = lent.data();
  response.header_count = lent.size();
  done(user, &outcome, responded ? &response : nullptr);
}

struct Waiting {
  std::mutex mutex;
  std::condition_variable_any changed;
  std::optional<Answer> answer;

  static void arrived(void* user, const leat_outcome* outcome, const leat_http_response* response) {
    auto& waiting = *static_cast<Waiting*>(user);
    std::optional<Answer> answer;
    try {
      answer.emplace(*outcome, response);
    } catch (const std::bad_alloc&) {
      static constexpr std::string_view too_large = "no memory for the answer";
      answer.emplace(leat_outcome{sizeof(leat_outcome), LEAT_BROKEN, 0, str(too_large)}, nullptr);
    }
    // Notified under the lock: the waiter may not wake, and end, before this is over.
    const std::lock_guard lock(waiting.mutex);
    waiting.answer = std::move(answer);
    waiting.changed.notify_all();
  }
};

}  // namespace

Result<Done> ClientInstance::call(Call& call, const leat_http_request& request, leat_http_done done, void* user,
                                  std::chrono::milliseconds patience) {
  if (done == nullptr) return Error{ErrorKind::invalid, fmt::format("{}: a request needs a done function", name()), 0};
  Waiting waiting;
  const auto sent = start(call, request, &Waiting::arrived, &waiting);
  if (!sent) return sent.error();

  std::unique_lock lock(waiting.mutex);
  const auto answered = [&] { return waiting.answer.has_value(); };
  bool expired = false;
  if (!waiting.changed.wait_until(lock, call.stop(), call.deadline(), answered)) {
    expired = !call.cancelled();
    lock.unlock();
    cancel(sent->ticket);
    lock.lock();
    if (!waiting.changed.wait_for(lock, patience, answered)) {
      lock.unlock();
      if (const auto receiver = abandon(*sent)) {
        complain("did not complete a request after it was cancelled");
        recycle(*sent->pending);
        const std::string text = fmt::format("{}: the request was cancelled and never completed", name());
        const leat_outcome unknown{sizeof unknown, LEAT_UNCERTAIN, 0, str(text)};
        deliver(*receiver, &unknown, nullptr);
      }
      lock.lock();
      waiting.changed.wait(lock, answered);  // otherwise it arrives on another thread right now
    }
  }
  lock.unlock();

  Answer& answer = *waiting.answer;
  if (expired && !answer.ok && answer.error.kind == ErrorKind::cancelled) {
    answer.error.kind = repeatable(request) ? ErrorKind::unreachable : ErrorKind::uncertain;
    answer.error.message = fmt::format("{}: no answer before the call's deadline", name());
  }
  try {
    answer.run(done, user);
  } catch (...) {
    return Error{ErrorKind::broken, fmt::format("{}: the receiver of an answer let an exception out", name()), 0};
  }
  if (answer.ok) return Done{};
  return answer.error;
}

}  // namespace leat::host
