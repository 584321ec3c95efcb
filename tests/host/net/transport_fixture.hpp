// A transport behind its C table, as a client component uses it, with the log kept.
#pragma once

#include <condition_variable>
#include <cstring>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "host/base/call.hpp"
#include "host/base/host_state.hpp"
#include "host/net/transport.hpp"

namespace leat::host::test {

struct Request {
  std::string method = "GET";
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
  std::uint32_t timeout_ms = 0;
  std::uint32_t flags = 0;
};

struct Answer {
  leat_kind kind = LEAT_BROKEN;
  std::string message;
  std::uint64_t retry_after_ms = 0;
  int status = 0;  // 0: no response
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  bool owned = false;
  std::uint32_t attempts = 0;
  int times = 0;  // done ran

  std::string header(const std::string& name) const {
    for (const auto& [each, value] : headers) {
      if (same(each, name)) return value;
    }
    return {};
  }

 private:
  static bool same(const std::string& a, const std::string& b) { return ::strcasecmp(a.c_str(), b.c_str()) == 0; }
};

// One call: what done was told, once it was.
class Pending {
 public:
  std::uint64_t id = 0;

  const Answer& wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return answer_.times > 0; });
    return answer_;
  }
  bool is_done() {
    const std::lock_guard lock(mutex_);
    return answer_.times > 0;
  }

  static void done(void* user, const leat_outcome* outcome, const leat_http_response* response) {
    auto& self = *static_cast<Pending*>(user);
    const std::lock_guard lock(self.mutex_);
    Answer& answer = self.answer_;
    answer.kind = outcome->kind;
    answer.message = view(outcome->message);
    answer.retry_after_ms = outcome->retry_after_ms;
    if (response != nullptr) {
      answer.status = response->http_status;
      for (std::size_t i = 0; i < response->header_count; ++i) {
        answer.headers.emplace_back(view(response->headers[i].name), view(response->headers[i].value));
      }
      answer.body.assign(reinterpret_cast<const char*>(response->body.ptr), response->body.len);
      answer.owned = response->owner != nullptr;
      answer.attempts = response->attempts;
    }
    ++answer.times;
    self.changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  Answer answer_;
};

class TransportFixture {
 public:
  explicit TransportFixture(const std::string& options = "{}") {
    start_http_threads();
    host_.struct_size = sizeof host_;
    host_.impl = static_cast<HostState*>(&state_);
    host_.name = str("leat");
    host_.version = str("1.2.3");
    leat_ctx ctx(clock_, stop_.get_token(), "client psa");
    kind = api_.open(&host_, &ctx, str(options), &transport_);
    message = ctx.last().message;
  }
  ~TransportFixture() {
    if (transport_ == nullptr) return;
    api_.quiesce(transport_);
    api_.close(transport_);
  }
  TransportFixture(const TransportFixture&) = delete;
  TransportFixture& operator=(const TransportFixture&) = delete;

  leat_kind kind = LEAT_OK;  // of open
  std::string message;       // of the last open or send that failed

  leat_kind send(const Request& request, Pending& pending) {
    return send(request, &Pending::done, &pending, &pending.id);
  }

  leat_kind send(const Request& request, leat_http_done done, void* user, std::uint64_t* id) {
    std::vector<leat_header> headers;
    for (const auto& header : request.headers) headers.push_back({str(header.first), str(header.second)});
    leat_http_request out{};
    out.struct_size = sizeof out;
    out.flags = request.flags;
    out.method = str(request.method);
    out.url = str(request.url);
    out.headers = headers.data();
    out.header_count = headers.size();
    out.body = {reinterpret_cast<const std::uint8_t*>(request.body.data()), request.body.size()};
    out.timeout_ms = request.timeout_ms;
    leat_ctx ctx(clock_, stop_.get_token(), "client psa");
    const leat_kind sent = api_.send(transport_, &ctx, &out, done, user, id);
    if (sent != LEAT_OK) message = ctx.last().message;
    return sent;
  }

  // Sends and waits. A refused send is its answer.
  Answer call(const Request& request) {
    Pending pending;
    const leat_kind sent = send(request, pending);
    if (sent == LEAT_OK) return pending.wait();
    Answer refused;
    refused.kind = sent;
    refused.message = message;
    return refused;
  }
  Answer get(const std::string& url) { return call({.url = url}); }

  void cancel(const Pending& pending) { api_.cancel(transport_, pending.id); }
  void quiesce() { api_.quiesce(transport_); }

  Secrets& secrets() { return secrets_; }
  ManualClock& clock() { return clock_; }
  std::string log() {
    const std::lock_guard lock(log_mutex_);
    std::string all;
    for (const std::string& line : lines_) all += line + "\n";
    return all;
  }

 private:
  const leat_transport_api& api_ = transport_api();
  Secrets secrets_;
  ManualClock clock_;
  std::stop_source stop_;
  std::mutex log_mutex_;
  std::vector<std::string> lines_;
  Log log_{secrets_, Level::trace, [this](Level, std::string_view line) {
             const std::lock_guard lock(log_mutex_);
             lines_.emplace_back(line);
           }};
  HostState state_{log_, secrets_, clock_};
  leat_host host_{};
  leat_transport* transport_ = nullptr;
};

}  // namespace leat::host::test
