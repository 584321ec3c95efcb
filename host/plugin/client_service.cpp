// "leat.client/1": the clients of the configuration for those who send through them.
#include <fmt/format.h>

#include <memory>
#include <stop_token>

#include "host/base/thunk.hpp"
#include "host/plugin/services.hpp"

// A handle; the client itself belongs to Runtime.
struct leat_client {
  std::weak_ptr<leat::host::ClientInstance> client;
};

namespace leat::host {
namespace {

leat_kind open(const leat_host* host, leat_ctx* ctx, leat_str name, leat_client** out) noexcept {
  return thunk(ctx, [&] {
    auto client = services_of(host).clients.find(view(name));
    if (client.expired()) return refuse(ctx, LEAT_NOT_FOUND, fmt::format("there is no client '{}'", view(name)));
    *out = std::make_unique<leat_client>(leat_client{std::move(client)}).release();
    return LEAT_OK;
  });
}

void close(leat_client* client) noexcept { delete client; }

// Runs body(client, call); a caller without a context gets one that nobody can cancel.
template <class Body>
leat_kind use(leat_client* handle, leat_ctx* ctx, const leat_http_request* request, Body&& body) noexcept {
  return thunk(ctx, [&] {
    const auto client = handle == nullptr ? nullptr : handle->client.lock();
    if (client == nullptr) return refuse(ctx, LEAT_INVALID, "the client is closed");
    if (request == nullptr) return refuse(ctx, LEAT_INVALID, "there is no request");
    if (ctx != nullptr) return body(*client, *ctx);
    const SystemClock clock;
    Call own(clock, std::stop_token(), client->name());
    return body(*client, own);
  });
}

leat_kind send(leat_client* handle, leat_ctx* ctx, const leat_http_request* request, leat_http_done done, void* user,
               std::uint64_t* call_id) noexcept {
  return use(handle, ctx, request, [&](ClientInstance& client, Call& call) {
    const auto sent = client.send(call, *request, done, user);
    if (!sent) return refuse(&call, sent.error());
    if (call_id != nullptr) *call_id = *sent;
    return LEAT_OK;
  });
}

void cancel(leat_client* handle, std::uint64_t call_id) noexcept {
  const auto client = handle == nullptr ? nullptr : handle->client.lock();
  if (client != nullptr) client->cancel(call_id);
}

leat_kind call(leat_client* handle, leat_ctx* ctx, const leat_http_request* request, leat_http_done done,
               void* user) noexcept {
  return use(handle, ctx, request, [&](ClientInstance& client, Call& own) {
    const auto outcome = client.call(own, *request, done, user);
    return outcome ? LEAT_OK : refuse(&own, outcome.error());
  });
}

}  // namespace

const leat_client_api& client_api() {
  static constexpr leat_client_api api{sizeof(leat_client_api), 0, &open, &close, &send, &cancel, &call};
  return api;
}

}  // namespace leat::host
