// The C table "leat.transport/1": checks what a plugin gives, lets no exception out.
#include <fmt/format.h>

#include <cstddef>
#include <memory>
#include <string>
#include <utility>

#include "host/base/call.hpp"
#include "host/base/host_state.hpp"
#include "host/net/http_transport.hpp"
#include "host/net/transport.hpp"

struct leat_transport {
  std::unique_ptr<leat::host::HttpTransport> http;
};

namespace leat::host {

namespace {

leat_kind refuse(leat_ctx* ctx, const Error& error) {
  return ctx == nullptr ? static_cast<leat_kind>(error.kind) : ctx->fail(error);
}

template <class F>
leat_kind guarded(leat_ctx* ctx, F&& body) noexcept {
  try {
    return body();
  } catch (const std::exception& error) {
    try {
      return refuse(ctx, {ErrorKind::broken, fmt::format("transport: {}", error.what())});
    } catch (...) {
      return LEAT_BROKEN;
    }
  } catch (...) {
    return LEAT_BROKEN;
  }
}

leat_kind open(const leat_host* host, leat_ctx* ctx, leat_str options, leat_transport** out) noexcept {
  return guarded(ctx, [&] {
    *out = nullptr;
    auto parsed = parse_transport_options(view(options));
    if (!parsed) return refuse(ctx, parsed.error());
    if (parsed->user_agent.empty()) parsed->user_agent = fmt::format("{}/{}", view(host->name), view(host->version));
    HostState& state = state_of(host);
    if (!parsed->proxy_password.empty()) state.secrets.also_mask(parsed->proxy_password);
    auto http = HttpTransport::open(*parsed, state.log, state.clock);
    if (!http) return refuse(ctx, http.error());
    *out = new leat_transport{std::move(*http)};
    return LEAT_OK;
  });
}

void close(leat_transport* transport) noexcept { delete transport; }

leat_kind send(leat_transport* transport, leat_ctx* ctx, const leat_http_request* request, leat_http_done done,
               void* user, std::uint64_t* call) noexcept {
  return guarded(ctx, [&] {
    if (request == nullptr || request->struct_size < offsetof(leat_http_request, reserved) || done == nullptr) {
      return refuse(ctx, {ErrorKind::invalid, "transport: a request and a done function are needed"});
    }
    std::uint64_t ignored = 0;
    const auto sent = transport->http->send(*request, ctx == nullptr ? std::string() : ctx->origin(), done, user,
                                            call == nullptr ? ignored : *call);
    return sent ? LEAT_OK : refuse(ctx, sent.error());
  });
}

void cancel(leat_transport* transport, std::uint64_t call) noexcept { transport->http->cancel(call); }

void quiesce(leat_transport* transport) noexcept {
  if (transport != nullptr) transport->http->quiesce();
}

}  // namespace

const leat_transport_api& transport_api() {
  static constexpr leat_transport_api api{sizeof(leat_transport_api), 0, &open, &close, &send, &cancel, &quiesce};
  return api;
}

}  // namespace leat::host
