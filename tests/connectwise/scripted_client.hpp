// "leat.client/1" for tests of subscribers and publishers: keeps what was asked, and answers from a function.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "host/base/buffer.hpp"
#include "leat/http.hpp"

namespace leat::test {

struct Scripted {
  std::string body;
  std::map<std::string, std::string> headers{};
  std::optional<Error> error{};  // the client's verdict; no answer comes with it
};

// Every call is answered on a thread of its own, as clients do. One at a time exists: the table has no user pointer.
class ScriptedClient {
 public:
  using Script = std::function<Scripted(const Request&)>;

  explicit ScriptedClient(Script script) : script_(std::move(script)) { current_ = this; }
  ScriptedClient(const ScriptedClient&) = delete;
  ScriptedClient& operator=(const ScriptedClient&) = delete;
  ~ScriptedClient() {
    threads_.clear();
    current_ = nullptr;
  }

  const leat_client_api* table() const {
    static const leat_client_api made = [] {
      leat_client_api api{};
      api.struct_size = sizeof api;
      api.open = [](const leat_host*, leat_ctx*, leat_str, leat_client** out) -> leat_kind {
        *out = reinterpret_cast<leat_client*>(current_);
        return LEAT_OK;
      };
      api.close = [](leat_client*) {};
      api.send = &send;
      api.cancel = [](leat_client*, std::uint64_t) {};
      api.call = &call;
      return api;
    }();
    return &made;
  }

  std::vector<Request> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  // Requests that waited for their answers side by side.
  std::size_t most_at_once() const {
    const std::lock_guard lock(mutex_);
    return most_;
  }
  // "GET /service/tickets?pageSize=2": of every request, in order.
  std::vector<std::string> lines() const {
    std::vector<std::string> made;
    for (const Request& request : requests()) made.push_back(request.method + " " + request.url);
    return made;
  }

 private:
  static leat_kind send(leat_client*, leat_ctx*, const leat_http_request* raw, leat_http_done done, void* user,
                        std::uint64_t* call) {
    ScriptedClient& self = *current_;
    const Request request = self.keep(*raw);
    *call = 1;
    const std::lock_guard lock(self.mutex_);
    self.threads_.emplace_back([&self, request, done, user] { self.answer(request, done, user); });
    return LEAT_OK;
  }

  static leat_kind call(leat_client*, leat_ctx*, const leat_http_request* raw, leat_http_done done, void* user) {
    const Request request = current_->keep(*raw);
    return current_->answer(request, done, user);
  }

  Request keep(const leat_http_request& raw) {
    const std::lock_guard lock(mutex_);
    most_ = std::max(most_, ++at_once_);
    requests_.push_back(leat::detail::to_request(raw));
    return requests_.back();
  }

  leat_kind answer(const Request& request, leat_http_done done, void* user) {
    const Scripted scripted = script_(request);
    const leat_kind kind = scripted.error ? static_cast<leat_kind>(scripted.error->kind) : LEAT_OK;
    const std::string reason = scripted.error ? scripted.error->message : std::string();
    const leat_outcome outcome{sizeof outcome, kind, 0, str(reason)};
    std::vector<leat_header> headers;
    for (const auto& [name, value] : scripted.headers) headers.push_back({str(name), str(value)});
    const auto buffer = host::Buffer::make(scripted.body.size());
    scripted.body.copy(reinterpret_cast<char*>(buffer.data()), scripted.body.size());
    leat_http_response response{};
    response.struct_size = sizeof response;
    response.http_status = 200;
    response.headers = headers.data();
    response.header_count = headers.size();
    response.body = {buffer.data(), scripted.body.size()};
    response.owner = buffer.get();
    {
      const std::lock_guard lock(mutex_);
      --at_once_;
    }
    done(user, &outcome, scripted.error ? nullptr : &response);
    return kind;
  }

  inline static ScriptedClient* current_ = nullptr;
  Script script_;
  mutable std::mutex mutex_;
  std::vector<Request> requests_;
  std::size_t at_once_ = 0;
  std::size_t most_ = 0;
  std::vector<std::jthread> threads_;
};

}  // namespace leat::test
