#include "host/check/check_host.hpp"

#include <atomic>
#include <cstddef>
#include <stdexcept>
#include <stop_token>
#include <utility>

#include "host/base/call.hpp"
#include "host/base/utf8.hpp"
#include "host/check/refusing_records.hpp"

namespace leat::host::check {
namespace {

// The one of this process: table functions carry no pointer to it.
CheckHost* this_host = nullptr;

}  // namespace

CheckHost::CheckHost(HostOptions options)
    : options_(std::move(options)),
      log_(secrets_, Level::trace, [](Level, std::string_view) {}),
      services_(log_, secrets_, clock_, "0") {
  this_host = this;
  Call call(clock_, std::stop_token(), "check");
  auto client = ClientInstance::create(FarSide::client(), services_.host(), call, "{}", std::string(kCheckClient));
  if (!client) throw std::logic_error(client.error().message);
  client_ = std::move(*client);
  services_.clients.add(std::string(kCheckClient), client_);

  ctx_ = ctx_api();
  ctx_.fail = &fail;
  kv_ = kv_api();
  kv_.set = &keep;
  leat_host made = services_.host();
  made.service = &service;
  made.log = &log;
  made.log_enabled = &log_enabled;
  constexpr std::size_t first_size = offsetof(leat_host, log_enabled) + sizeof made.log_enabled;
  static leat_host today;
  today = made;
  raw_ = static_cast<const leat_host*>(shaped(&today, first_size, options_.shape));
}

CheckHost::~CheckHost() { this_host = nullptr; }

const void* CheckHost::service(const leat_host* /*host*/, const char* id) noexcept {
  try {
    return id == nullptr ? nullptr : this_host->find(id);
  } catch (...) {
    return nullptr;
  }
}

const void* CheckHost::find(const std::string& id) {
  if (id == options_.absent) return nullptr;
  return tables_.with([&](auto& tables) -> const void* {
    if (const auto known = tables.find(id); known != tables.end()) return known->second;
    const void* table = services_.host().service(&services_.host(), id.c_str());
    if (table == nullptr) return nullptr;
    if (id == LEAT_CTX_SERVICE) table = &ctx_;
    if (id == LEAT_KV_SERVICE) table = &kv_;
    if (id == LEAT_TRANSPORT_SERVICE && !options_.real_transport) table = &FarSide::transport();
    if (id == LEAT_RECORD_SERVICE && options_.refuse) table = &refusing_records();
    const std::size_t first_size = first_size_of(id.c_str());
    if (first_size == 0 && options_.shape == Shape::first) return nullptr;  // came later than 1.0
    table = shaped(table, first_size, options_.shape);
    tables.emplace(id, table);
    return table;
  });
}

void CheckHost::log(const leat_host* /*host*/, leat_ctx* /*ctx*/, std::int32_t /*level*/, leat_str line) noexcept {
  try {
    this_host->hear("a log line", view(line));
  } catch (...) {  // no memory to remember it: the check goes on
  }
}

std::int32_t CheckHost::log_enabled(const leat_host* /*host*/, std::int32_t /*level*/) noexcept { return 1; }

leat_kind CheckHost::fail(leat_ctx* ctx, leat_kind kind, std::uint64_t retry_after_ms, leat_str message) noexcept {
  if (!is_utf8(view(message))) this_host->heard_garbled_ = true;
  try {
    this_host->hear("an error", view(message));
  } catch (...) {  // as above
  }
  return ctx_api().fail(ctx, kind, retry_after_ms, message);
}

leat_kind CheckHost::keep(leat_ctx* ctx, leat_str key, leat_bytes value) noexcept {
  try {
    this_host->hear("a kept value", std::string_view(reinterpret_cast<const char*>(value.ptr), value.len));
  } catch (...) {  // as above
  }
  return kv_api().set(ctx, key, value);
}

void CheckHost::hear(std::string where, std::string_view text) {
  if (!listening_) return;
  heard_.with([&](auto& all) { all.push_back({std::move(where), std::string(text)}); });
}

void CheckHost::warm_up() {
  constexpr int requests = 1200;  // a client keeps 1,024 finished ones
  leat_http_request request{};
  request.struct_size = sizeof request;
  request.method = str("GET");
  request.url = str("/");
  far_side_.begin(Answer::object);
  for (int i = 0; i < requests; ++i) {
    Call call(clock_, std::stop_token(), "check");
    static_cast<void>(client_->call(
        call, request, [](void*, const leat_outcome*, const leat_http_response*) {}, nullptr));
  }
}

std::vector<Heard> CheckHost::heard() const {
  return heard_.with([](const auto& all) { return all; });
}

}  // namespace leat::host::check
