// Components of a few lines for these tests, and a host around them.
#pragma once

#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/call.hpp"
#include "host/base/guarded.hpp"
#include "host/base/log.hpp"
#include "host/base/secrets.hpp"
#include "host/plugin/services.hpp"
#include "leat/abi.h"

namespace leat::host::test {

// Services over a log that is kept.
class TestHost {
 public:
  TestHost()
      : log(secrets, Level::debug,
            [this](Level, std::string_view line) { lines_.with([&](auto& all) { all.emplace_back(line); }); }),
        services(log, secrets, clock, "0.1.0") {}

  Call& call() {
    call_ = std::make_unique<Call>(clock, stop.get_token(), "test", deadline);
    return *call_;
  }
  const leat_host& host() const { return services.host(); }
  std::vector<std::string> lines() const {
    return lines_.with([](const auto& all) { return all; });
  }

  Secrets secrets;
  Log log;
  ManualClock clock;
  Services services;
  std::stop_source stop;
  Call::SteadyPoint deadline = Call::SteadyPoint::max();

 private:
  std::unique_ptr<Call> call_;
  Guarded<std::vector<std::string>> lines_;
};

// What all fakes share: the component, and how create() finds its fake - by the address in the options.
struct FakeComponent {
  explicit FakeComponent(std::uint32_t kind, const void* vtable) {
    component.struct_size = sizeof component;
    component.kind = kind;
    component.id = "fake";
    component.config_schema = R"({"type": "object", "additionalProperties": true})";
    component.vtable = vtable;
    component.create = [](const leat_host* host, leat_ctx* ctx, leat_str config, void** self) {
      std::uintptr_t address = 0;
      if (std::sscanf(std::string(view(config)).c_str(), R"({"fake":%lu})", &address) != 1) return LEAT_INVALID;
      auto* fake = reinterpret_cast<FakeComponent*>(address);
      *self = fake;
      return fake->on_create(host, ctx);
    };
    component.destroy = [](void* self) { static_cast<FakeComponent*>(self)->on_destroy(); };
  }
  FakeComponent(const FakeComponent&) = delete;
  FakeComponent& operator=(const FakeComponent&) = delete;
  virtual ~FakeComponent() = default;

  std::string options() const { return "{\"fake\":" + std::to_string(reinterpret_cast<std::uintptr_t>(this)) + "}"; }

  leat_component component{};
  std::function<leat_kind(const leat_host*, leat_ctx*)> on_create = [](auto*, auto*) { return LEAT_OK; };
  std::function<void()> on_destroy = [] {};
};

struct FakeTransformer : FakeComponent {
  FakeTransformer() : FakeComponent(LEAT_KIND_TRANSFORMER, &table) {
    table.struct_size = sizeof table;
    table.process = [](void* self, leat_ctx* ctx, leat_batch* batch) { return of(self).on_process(ctx, batch); };
  }
  static FakeTransformer& of(void* self) { return static_cast<FakeTransformer&>(*static_cast<FakeComponent*>(self)); }

  leat_transformer table{};
  std::function<leat_kind(leat_ctx*, leat_batch*)> on_process = [](auto*, auto*) { return LEAT_OK; };
};

struct FakeSubscriber : FakeComponent {
  FakeSubscriber() : FakeComponent(LEAT_KIND_SUBSCRIBER, &table) {
    table.struct_size = sizeof table;
    table.open = [](void* self, leat_ctx* ctx, leat_bytes cursor) { return of(self).on_open(ctx, cursor); };
    table.poll = [](void* self, leat_ctx* ctx, std::uint32_t max, std::uint32_t wait_ms, leat_batch* out) {
      return of(self).on_poll(ctx, max, wait_ms, out);
    };
  }
  static FakeSubscriber& of(void* self) { return static_cast<FakeSubscriber&>(*static_cast<FakeComponent*>(self)); }

  leat_subscriber table{};
  std::function<leat_kind(leat_ctx*, leat_bytes)> on_open = [](auto*, auto) { return LEAT_OK; };
  std::function<leat_kind(leat_ctx*, std::uint32_t, std::uint32_t, leat_batch*)> on_poll =
      [](auto*, auto, auto, auto*) { return LEAT_OK; };
};

struct FakePublisher : FakeComponent {
  FakePublisher() : FakeComponent(LEAT_KIND_PUBLISHER, &table) {
    table.struct_size = sizeof table;
    table.publish = [](void* self, leat_ctx* ctx, leat_batch* batch) { return of(self).on_publish(ctx, batch); };
  }
  static FakePublisher& of(void* self) { return static_cast<FakePublisher&>(*static_cast<FakeComponent*>(self)); }

  leat_publisher table{};
  std::function<leat_kind(leat_ctx*, leat_batch*)> on_publish = [](auto*, auto*) { return LEAT_OK; };
};

// One send as the fake client got it.
struct FakeSend {
  leat_http_done done = nullptr;
  void* user = nullptr;
  std::uint64_t ticket = 0;

  void complete(leat_kind kind = LEAT_OK, std::string_view message = "", const leat_http_response* response = nullptr) {
    const leat_outcome outcome{sizeof outcome, kind, 0, str(message)};
    done(user, &outcome, response);
  }
};

struct FakeClient : FakeComponent {
  FakeClient() : FakeComponent(LEAT_KIND_CLIENT, &table) {
    table.struct_size = sizeof table;
    table.send = [](void* self, leat_ctx* ctx, const leat_http_request* request, leat_http_done done, void* user,
                    std::uint64_t* ticket) {
      FakeClient& fake = of(self);
      *ticket = ++fake.tickets;
      return fake.on_send(ctx, *request, {done, user, *ticket});
    };
    table.cancel = [](void* self, std::uint64_t ticket) { of(self).on_cancel(ticket); };
    table.quiesce = [](void* self) { of(self).on_quiesce(); };
  }
  static FakeClient& of(void* self) { return static_cast<FakeClient&>(*static_cast<FakeComponent*>(self)); }

  leat_http_client table{};
  std::atomic<std::uint64_t> tickets = 0;
  std::function<leat_kind(leat_ctx*, const leat_http_request&, FakeSend)> on_send = [](auto*, auto&, auto) {
    return LEAT_UNREACHABLE;
  };
  std::function<void(std::uint64_t)> on_cancel = [](auto) {};
  std::function<void()> on_quiesce = [] {};
};

inline leat_http_request get(std::string_view url) {
  leat_http_request request{};
  request.struct_size = sizeof request;
  request.method = str("GET");
  request.url = str(url);
  return request;
}

}  // namespace leat::host::test
