// The ABI's function tables over Proxy.
#include <fmt/format.h>

#include <memory>
#include <utility>

#include "host/base/thunk.hpp"
#include "host/isolation/proxy.hpp"

namespace leat::host {
namespace {

Proxy& of(void* self) { return *static_cast<Proxy*>(self); }

template <class Body>
leat_kind run(leat_ctx* ctx, Body&& body) noexcept {
  return thunk(ctx, [&] {
    const auto done = body();
    return done ? LEAT_OK : refuse(ctx, done.error());
  });
}

leat_kind create(const leat_host* host, leat_ctx* ctx, leat_str config, void** self) noexcept {
  return thunk(ctx, [&] {
    auto made = Proxy::create(static_cast<const IsolatedComponent&>(*host), *ctx, view(config));
    if (!made) return refuse(ctx, made.error());
    *self = made->release();
    return LEAT_OK;
  });
}

void destroy(void* self) noexcept { delete static_cast<Proxy*>(self); }

leat_kind doctor(void* self, leat_ctx* ctx, leat_rec* known, leat_rec* out) noexcept {
  return run(ctx, [&] { return of(self).doctor(*ctx, *known, *out); });
}

// ---- transformer

leat_kind process(void* self, leat_ctx* ctx, leat_batch* batch) noexcept {
  return run(ctx, [&] { return of(self).process(*ctx, *batch); });
}
leat_kind constants(void* self, leat_ctx* ctx, leat_rec* known) noexcept {
  return run(ctx, [&] { return of(self).constants(*ctx, *known); });
}

// ---- publisher

leat_kind publish(void* self, leat_ctx* ctx, leat_batch* batch) noexcept {
  return run(ctx, [&] { return of(self).publish(*ctx, *batch); });
}
leat_kind open_publisher(void* self, leat_ctx* ctx) noexcept {
  return run(ctx, [&] { return of(self).open(*ctx); });
}
leat_kind close(void* self, leat_ctx* ctx) noexcept {  // and of a subscriber
  return run(ctx, [&] { return of(self).close(*ctx); });
}
std::int32_t replay_safe(void* self) noexcept { return of(self).replay_safe() ? 1 : 0; }
std::uint32_t batch_max(void* self) noexcept { return of(self).batch_max(); }

// ---- subscriber

leat_kind open_subscriber(void* self, leat_ctx* ctx, leat_bytes cursor) noexcept {
  return run(ctx, [&] { return of(self).open(*ctx, view(cursor)); });
}
leat_kind poll(void* self, leat_ctx* ctx, std::uint32_t max, std::uint32_t wait_ms, leat_batch* out) noexcept {
  return run(ctx, [&] { return of(self).poll(*ctx, max, wait_ms, *out); });
}
leat_kind settle(void* self, leat_ctx* ctx, leat_bytes cursor, std::int32_t stored) noexcept {
  return run(ctx, [&] { return of(self).settle(*ctx, view(cursor), stored != 0); });
}
leat_kind webhook(void* self, leat_ctx* ctx, const leat_webhook* request, leat_batch* out) noexcept {
  return run(ctx, [&] { return of(self).webhook(*ctx, *request, *out); });
}

// ---- client

leat_kind send(void* self, leat_ctx* ctx, const leat_http_request* request, leat_http_done done, void* user,
               std::uint64_t* call) noexcept {
  return thunk(ctx, [&] {
    const auto sent = of(self).send(*ctx, *request, done, user);
    if (!sent) return refuse(ctx, sent.error());
    if (call != nullptr) *call = *sent;
    return LEAT_OK;
  });
}
void cancel(void* self, std::uint64_t call) noexcept {
  thunk(nullptr, [&] {
    of(self).cancel(call);
    return LEAT_OK;
  });
}
void quiesce(void* self) noexcept {
  thunk(nullptr, [&] {
    of(self).quiesce();
    return LEAT_OK;
  });
}

constexpr leat_http_client client_table{sizeof(leat_http_client), 0, &send, &cancel, &quiesce};

}  // namespace

IsolatedComponent::IsolatedComponent(const leat_host& host, Supervisor& a_supervisor, std::uint32_t an_index,
                                     DescriptionImage::Component a_description)
    : leat_host(host), supervisor(a_supervisor), index(an_index), description(std::move(a_description)) {
  const auto has = [this](std::uint32_t function) { return (description.functions & function) != 0; };
  subscriber_ = {sizeof subscriber_,
                 0,
                 &open_subscriber,
                 &poll,
                 has(DescriptionImage::has_settle) ? &settle : nullptr,
                 has(DescriptionImage::has_close) ? &close : nullptr,
                 has(DescriptionImage::has_webhook) ? &webhook : nullptr};
  publisher_ = {sizeof publisher_,
                0,
                has(DescriptionImage::has_open) ? &open_publisher : nullptr,
                &publish,
                has(DescriptionImage::has_close) ? &close : nullptr,
                &replay_safe,
                &batch_max};
  transformer_ = {sizeof transformer_, 0, &process, has(DescriptionImage::has_constants) ? &constants : nullptr};
  table.struct_size = sizeof table;
  table.kind = description.kind;
  table.flags = description.flags;
  table.id = description.id.c_str();
  table.title = description.title.c_str();
  table.summary = description.summary.c_str();
  table.config_schema = description.schema.c_str();
  table.vtable = description.kind == LEAT_KIND_CLIENT       ? static_cast<const void*>(&client_table)
                 : description.kind == LEAT_KIND_SUBSCRIBER ? static_cast<const void*>(&subscriber_)
                 : description.kind == LEAT_KIND_PUBLISHER  ? static_cast<const void*>(&publisher_)
                                                            : static_cast<const void*>(&transformer_);
  table.create = &create;
  table.destroy = &destroy;
  table.doctor = has(DescriptionImage::has_doctor) ? &doctor : nullptr;
}

}  // namespace leat::host
