#include "host/plugin/services.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "host/base/buffer.hpp"
#include "host/base/call.hpp"
#include "host/base/thunk.hpp"
#include "host/net/transport.hpp"
#include "host/record/batch.hpp"
#include "host/record/record.hpp"

namespace leat::host {
namespace {

const void* service(const leat_host*, const char* id) noexcept {
  if (id == nullptr) return nullptr;
  const std::string_view wanted = id;
  if (wanted == LEAT_CTX_SERVICE) return &ctx_api();
  if (wanted == LEAT_RECORD_SERVICE) return &record_api();
  if (wanted == LEAT_BATCH_SERVICE) return &batch_api();
  if (wanted == LEAT_BUFFER_SERVICE) return &buffer_api();
  if (wanted == LEAT_TRANSPORT_SERVICE) return &transport_api();
  if (wanted == LEAT_CLIENT_SERVICE) return &client_api();
  if (wanted == LEAT_SECRET_SERVICE) return &secret_api();
  if (wanted == LEAT_CHAIN_SERVICE) return &chain_api();
  if (wanted == LEAT_METRIC_SERVICE) return &metric_api();
  if (wanted == LEAT_KV_SERVICE) return &kv_api();
  if (wanted == LEAT_EVENTS_SERVICE) return &events_api();
  if (wanted == LEAT_XREF_SERVICE) return &xref_api();
  return nullptr;
}

Level level_of(std::int32_t level) { return static_cast<Level>(std::clamp(level, LEAT_TRACE, LEAT_ERROR)); }

void log(const leat_host* host, leat_ctx* ctx, std::int32_t level, leat_str line) noexcept {
  try {
    state_of(host).log.write(level_of(level), ctx == nullptr ? std::string_view() : ctx->origin(), view(line));
  } catch (...) {  // a line that cannot be written must not fail the call it tells about
  }
}

std::int32_t log_enabled(const leat_host* host, std::int32_t level) noexcept {
  return state_of(host).log.enabled(level_of(level)) ? 1 : 0;
}

leat_kind resolve(const leat_host* host, leat_ctx* ctx, leat_str reference, leat_str* out) noexcept {
  return thunk(ctx, [&] {
    const auto value = state_of(host).secrets.find(view(reference));
    if (!value) return refuse(ctx, LEAT_NOT_FOUND, fmt::format("there is no secret '{}'", view(reference)));
    *out = str(*value);
    return LEAT_OK;
  });
}

void add_metric(const leat_host* host, leat_ctx* ctx, leat_str name, std::int64_t delta) noexcept {
  thunk(nullptr, [&] {
    services_of(host).metrics.add(ctx == nullptr ? std::string_view() : ctx->origin(), view(name), delta);
    return LEAT_OK;
  });
}

}  // namespace

Services::Services(Log& a_log, Secrets& a_secrets, const Clock& a_clock, std::string version)
    : HostState(a_log, a_secrets, a_clock), version_(std::move(version)) {
  host_.struct_size = sizeof host_;
  host_.abi_minor = LEAT_ABI_MINOR;
  host_.impl = static_cast<HostState*>(this);
  host_.name = str("leat");
  host_.version = str(version_);
  host_.service = &service;
  host_.log = &host::log;
  host_.log_enabled = &log_enabled;
}

const leat_secret_api& secret_api() {
  static constexpr leat_secret_api api{sizeof(leat_secret_api), 0, &resolve};
  return api;
}

const leat_metric_api& metric_api() {
  static constexpr leat_metric_api api{sizeof(leat_metric_api), 0, &add_metric};
  return api;
}

}  // namespace leat::host
