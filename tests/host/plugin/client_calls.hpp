// What tests of a client's calls share: an instance over a fake client, and what its answers were.
#pragma once

#include <doctest/doctest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "fakes.hpp"
#include "host/plugin/client_instance.hpp"

namespace leat::host::test {

inline std::unique_ptr<ClientInstance> make(TestHost& host, FakeClient& fake) {
  auto made = ClientInstance::create(fake.component, host.host(), host.call(), fake.options(), "clients.psa");
  REQUIRE(made);
  return std::move(*made);
}

// What a done function was given, kept.
struct Received {
  std::atomic<int> times = 0;
  leat_kind kind = LEAT_OK;
  std::string message;
  std::thread::id thread;
  bool responded = false;
  int http_status = 0;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  bool owned = false;

  static void done(void* user, const leat_outcome* outcome, const leat_http_response* response) {
    auto& into = *static_cast<Received*>(user);
    into.kind = outcome->kind;
    into.message = view(outcome->message);
    into.thread = std::this_thread::get_id();
    into.responded = response != nullptr;
    if (response != nullptr) {
      into.http_status = response->http_status;
      into.body.assign(reinterpret_cast<const char*>(response->body.ptr), response->body.len);
      into.owned = response->owner != nullptr;
      for (std::size_t i = 0; i < response->header_count; ++i) {
        into.headers.emplace_back(view(response->headers[i].name), view(response->headers[i].value));
      }
    }
    ++into.times;
  }
};

// A client that completes each request from a thread of its own.
struct ThreadedClient : FakeClient {
  explicit ThreadedClient(std::function<void(FakeSend)> answer) {
    on_send = [this, answer = std::move(answer)](auto*, auto&, FakeSend send) {
      threads.with([&](auto& all) { all.emplace_back([answer, send] { answer(send); }); });
      return LEAT_OK;
    };
    on_quiesce = [this] { threads.with([](auto& all) { all.clear(); }); };
  }
  Guarded<std::vector<std::jthread>> threads;
};

}  // namespace leat::host::test
