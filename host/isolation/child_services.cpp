// The service tables of a plugin's own process.
#include <fmt/format.h>

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "host/base/buffer.hpp"
#include "host/base/thunk.hpp"
#include "host/base/utf8.hpp"
#include "host/isolation/batch_image.hpp"
#include "host/isolation/child_host.hpp"
#include "host/net/transport.hpp"
#include "host/record/batch.hpp"
#include "host/record/record.hpp"

namespace leat::host {
namespace {

ChildHost* the_host = nullptr;

// What a leat_client or leat_chain stands for here: a name that the host knows.
struct Named {
  std::string name;
};
template <class Handle>
Named* named(Handle* handle) {
  return reinterpret_cast<Named*>(handle);
}

leat_kind answered(leat_ctx* ctx, const Message& message) {
  Decoder in(message.bytes());
  const auto done = decode_result(in);
  return done ? LEAT_OK : refuse(ctx, done.error());
}

// Absent is an answer without a text.
leat_kind absent_or(leat_ctx* ctx, const Error& error) {
  return error.kind == ErrorKind::not_found && error.message.empty() ? leat_kind{LEAT_NOT_FOUND} : refuse(ctx, error);
}

// The handle of something that the host has under this name.
template <class Handle>
leat_kind open_named(leat_ctx* ctx, Verb verb, leat_str name, Handle** out) noexcept {
  return thunk(ctx, [&] {
    *out = nullptr;
    auto handle = std::make_unique<Named>(Named{std::string(view(name))});
    Encoder body;
    body.text(handle->name);
    const leat_kind kind = answered(ctx, the_host->ask(ctx, verb, body.bytes()));
    if (kind == LEAT_OK) *out = reinterpret_cast<Handle*>(handle.release());
    return kind;
  });
}

// ---- leat.client/1

leat_kind open_client(const leat_host*, leat_ctx* ctx, leat_str name, leat_client** out) noexcept {
  return open_named(ctx, Verb::client_open, name, out);
}
void close_client(leat_client* client) noexcept { delete named(client); }

leat_kind check_request(leat_ctx* ctx, const leat_client* client, const leat_http_request* request,
                        leat_http_done done) {
  if (client == nullptr) return refuse(ctx, LEAT_INVALID, "the client is closed");
  if (request == nullptr) return refuse(ctx, LEAT_INVALID, "there is no request");
  if (request->struct_size < offsetof(leat_http_request, reserved) || done == nullptr) {
    return refuse(ctx, LEAT_INVALID, "a request needs its whole struct and a done function");
  }
  return LEAT_OK;
}

leat_kind send(leat_client* client, leat_ctx* ctx, const leat_http_request* request, leat_http_done done, void* user,
               std::uint64_t* call) noexcept {
  return thunk(ctx, [&] {
    if (const leat_kind kind = check_request(ctx, client, request, done); kind != LEAT_OK) return kind;
    const std::uint64_t number = the_host->sends.add({done, user, false, nullptr});
    Encoder body;
    body.number(number);
    body.text(named(client)->name);
    encode(body, *request);
    const leat_kind kind = answered(ctx, the_host->ask(ctx, Verb::client_send, body.bytes()));
    if (kind != LEAT_OK) the_host->sends.take(number);
    if (kind == LEAT_OK && call != nullptr) *call = number;
    return kind;
  });
}

void cancel(leat_client*, std::uint64_t call) noexcept {
  thunk(nullptr, [&] {
    the_host->channel().tell(Verb::client_cancel, call, {});
    return LEAT_OK;
  });
}

leat_kind call(leat_client* client, leat_ctx* ctx, const leat_http_request* request, leat_http_done done,
               void* user) noexcept {
  return thunk(ctx, [&] {
    if (const leat_kind kind = check_request(ctx, client, request, done); kind != LEAT_OK) return kind;
    Encoder body;
    body.text(named(client)->name);
    encode(body, *request);
    const Message answer = the_host->ask(ctx, Verb::client_call, body.bytes());
    Decoder in(answer.bytes());
    const auto result = decode_result(in);
    if (!in.complete()) CompletionImage(in, answer.body).run(done, user);
    return result ? LEAT_OK : refuse(ctx, result.error());
  });
}

// ---- leat.chain/1

leat_kind open_chain(const leat_host*, leat_ctx* ctx, leat_str reference, leat_chain** out) noexcept {
  return open_named(ctx, Verb::chain_open, reference, out);
}
void close_chain(leat_chain* chain) noexcept { delete named(chain); }

leat_kind process(leat_chain* chain, leat_ctx* ctx, leat_batch* batch) noexcept {
  return thunk(ctx, [&] {
    if (chain == nullptr) return refuse(ctx, LEAT_INVALID, "the transformers are closed");
    if (ctx == nullptr || batch == nullptr) return refuse(ctx, LEAT_INVALID, "process needs a context and a batch");
    Encoder body;
    body.text(named(chain)->name);
    encode(body, *batch);
    const Message answer = the_host->ask(ctx, Verb::chain_process, body.bytes());
    Decoder in(answer.bytes());
    const auto result = decode_result(in);
    if (!in.complete() && !apply_changes(in, answer.body, *batch)) {
      return refuse(ctx, LEAT_BROKEN, "the host gave a damaged answer");
    }
    return result ? LEAT_OK : refuse(ctx, result.error());
  });
}

// ---- leat.secret/1, leat.metric/1

leat_kind resolve(const leat_host*, leat_ctx* ctx, leat_str reference, leat_str* out) noexcept {
  return thunk(ctx, [&] {
    const std::string name(view(reference));
    if (!the_host->secrets.find(name)) {
      Encoder body;
      body.text(name);
      const Message answer = the_host->ask(ctx, Verb::resolve_secret, body.bytes());
      Decoder in(answer.bytes());
      if (const auto done = decode_result(in); !done) return refuse(ctx, done.error());
      the_host->secrets.add(name, std::string(in.text()));  // from now on masked here as well
    }
    *out = str(*the_host->secrets.find(name));
    return LEAT_OK;
  });
}

void add_metric(const leat_host*, leat_ctx* ctx, leat_str name, std::int64_t delta) noexcept {
  thunk(nullptr, [&] {
    if (!is_utf8(view(name))) return LEAT_INVALID;
    Encoder body;
    body.text(ctx == nullptr ? std::string_view() : ctx->origin());
    body.text(view(name));
    body.number(delta);
    the_host->channel().tell(Verb::metric, 0, body.bytes());
    return LEAT_OK;
  });
}

// ---- leat.kv/1

Message ask_for_state(leat_ctx* ctx, Verb verb, leat_str key, std::optional<leat_bytes> value = std::nullopt) {
  Encoder body;
  body.text(view(key));
  if (value) body.text({reinterpret_cast<const char*>(value->ptr), value->ptr == nullptr ? 0 : value->len});
  return the_host->ask(ctx, verb, body.bytes());
}

leat_kind get_state(leat_ctx* ctx, leat_str key, leat_bytes* out) noexcept {
  return thunk(ctx, [&] {
    if (out == nullptr) return refuse(ctx, LEAT_INVALID, "state: get needs a place for the value");
    *out = {nullptr, 0};
    const Message answer = ask_for_state(ctx, Verb::state_get, key);
    Decoder in(answer.bytes());
    if (const auto done = decode_result(in); !done) return absent_or(ctx, done.error());
    const std::string_view kept = ctx->keep(std::string(in.text()));
    *out = {reinterpret_cast<const std::uint8_t*>(kept.data()), kept.size()};
    return leat_kind{LEAT_OK};
  });
}

leat_kind set_state(leat_ctx* ctx, leat_str key, leat_bytes value) noexcept {
  return thunk(ctx, [&] { return answered(ctx, ask_for_state(ctx, Verb::state_set, key, value)); });
}

leat_kind erase_state(leat_ctx* ctx, leat_str key) noexcept {
  return thunk(ctx, [&] {
    const Message answer = ask_for_state(ctx, Verb::state_erase, key);
    Decoder in(answer.bytes());
    const auto done = decode_result(in);
    return done ? leat_kind{LEAT_OK} : absent_or(ctx, done.error());
  });
}

leat_kind state_keys(leat_ctx* ctx, leat_str prefix, leat_rec* out) noexcept {
  return thunk(ctx, [&] {
    if (out == nullptr) return refuse(ctx, LEAT_INVALID, "state: keys needs a record to fill");
    const Message answer = ask_for_state(ctx, Verb::state_keys, prefix);
    Decoder in(answer.bytes());
    if (const auto done = decode_result(in); !done) return refuse(ctx, done.error());
    const auto set = out->set_json(in.text());
    return set ? leat_kind{LEAT_OK} : refuse(ctx, set.error());
  });
}

// ---- leat.events/1

// They live as long as the instance that asks for them: there are as many as there are incomings.
leat_str keep_url(std::string_view url) {
  static Guarded<std::set<std::string, std::less<>>> kept;
  return kept.with([&](auto& all) { return str(*all.emplace(url).first); });
}

leat_kind events_url(leat_ctx* ctx, leat_str* out) noexcept {
  return thunk(ctx, [&] {
    if (out == nullptr) return refuse(ctx, LEAT_INVALID, "events: url needs a place for the address");
    *out = {nullptr, 0};
    const Message answer = the_host->ask(ctx, Verb::events_url, {});
    Decoder in(answer.bytes());
    if (const auto done = decode_result(in); !done) return absent_or(ctx, done.error());
    *out = keep_url(in.text());
    return leat_kind{LEAT_OK};
  });
}

leat_kind next_event(leat_ctx* ctx, leat_rec* out) noexcept {
  return thunk(ctx, [&] {
    if (out == nullptr) return refuse(ctx, LEAT_INVALID, "events: next needs a record");
    const Message answer = the_host->ask(ctx, Verb::events_next, {});
    Decoder in(answer.bytes());
    if (const auto done = decode_result(in); !done) return absent_or(ctx, done.error());
    Batch event;
    if (!decode_batch(in, answer.body, Trust::host, event) || event.size() != 1) {
      return refuse(ctx, LEAT_BROKEN, "the host gave a damaged answer");
    }
    const auto set = out->set_json(event.record(0)->json());
    if (!set) return refuse(ctx, set.error());
    for (const auto& [key, value] : event.record(0)->attributes()) out->set_attr(key, value);
    return leat_kind{LEAT_OK};
  });
}

std::int32_t events_woken(leat_ctx* ctx) noexcept {
  bool woken = false;
  thunk(ctx, [&] {
    const Message answer = the_host->ask(ctx, Verb::events_woken, {});
    Decoder in(answer.bytes());
    woken = decode_result(in) && in.flag();
    return leat_kind{LEAT_OK};
  });
  return woken ? 1 : 0;
}

// ---- leat.xref/1

leat_kind look_up(leat_ctx* ctx, Verb verb, leat_str set, leat_str key, leat_str* out) noexcept {
  return thunk(ctx, [&] {
    if (out == nullptr) return refuse(ctx, LEAT_INVALID, "xref: a place for what is found is missing");
    *out = {nullptr, 0};
    Encoder body;
    body.text(view(set));
    body.text(view(key));
    const Message answer = the_host->ask(ctx, verb, body.bytes());
    Decoder in(answer.bytes());
    if (const auto done = decode_result(in); !done) return absent_or(ctx, done.error());
    *out = str(ctx->keep(std::string(in.text())));
    return leat_kind{LEAT_OK};
  });
}

leat_kind find_xref(leat_ctx* ctx, leat_str set, leat_str source, leat_str* target) noexcept {
  return look_up(ctx, Verb::xref_find, set, source, target);
}
leat_kind source_of_xref(leat_ctx* ctx, leat_str set, leat_str target, leat_str* source) noexcept {
  return look_up(ctx, Verb::xref_source_of, set, target, source);
}

// ---- leat.batch/1: what becomes of a publisher's records is known to the host before the call is over

leat_kind reject(leat_batch* batch, std::size_t index, leat_kind kind, std::uint64_t retry_after_ms,
                 leat_str message) noexcept {
  const leat_kind done = batch_api().reject(batch, index, kind, retry_after_ms, message);
  if (done == LEAT_OK) {
    thunk(nullptr, [&] {
      the_host->settled(*batch, index);
      return LEAT_OK;
    });
  }
  return done;
}

leat_kind deliver(leat_batch* batch, std::size_t index, leat_str answer) noexcept {
  const leat_kind done = batch_api().deliver(batch, index, answer);
  thunk(nullptr, [&] {
    const bool delivered = batch != nullptr && index < batch->size() && batch->fate(index) == Fate::delivered;
    if (delivered) the_host->settled(*batch, index);
    return LEAT_OK;
  });
  return done;
}

const leat_batch_api& reporting_batch_api() {
  static const leat_batch_api api = [] {
    leat_batch_api table = batch_api();
    table.reject = &reject;
    table.deliver = &deliver;
    return table;
  }();
  return api;
}

constexpr leat_client_api client_table{sizeof(leat_client_api), 0, &open_client, &close_client, &send, &cancel, &call};
constexpr leat_chain_api chain_table{sizeof(leat_chain_api), 0, &open_chain, &close_chain, &process};
constexpr leat_secret_api secret_table{sizeof(leat_secret_api), 0, &resolve};
constexpr leat_kv_api kv_table{sizeof(leat_kv_api), 0, &get_state, &set_state, &erase_state, &state_keys};
constexpr leat_events_api events_table{sizeof(leat_events_api), 0, &events_url, &next_event, &events_woken};
constexpr leat_xref_api xref_table{sizeof(leat_xref_api), 0, &find_xref, &source_of_xref};
constexpr leat_metric_api metric_table{sizeof(leat_metric_api), 0, &add_metric};

}  // namespace

void set_child_host(ChildHost* host) { the_host = host; }

const void* child_service(std::string_view wanted) {
  if (wanted == LEAT_CTX_SERVICE) return &ctx_api();
  if (wanted == LEAT_RECORD_SERVICE) return &record_api();
  if (wanted == LEAT_BATCH_SERVICE) return &reporting_batch_api();
  if (wanted == LEAT_BUFFER_SERVICE) return &buffer_api();
  if (wanted == LEAT_TRANSPORT_SERVICE) return &transport_api();
  if (wanted == LEAT_CLIENT_SERVICE) return &client_table;
  if (wanted == LEAT_SECRET_SERVICE) return &secret_table;
  if (wanted == LEAT_CHAIN_SERVICE) return &chain_table;
  if (wanted == LEAT_METRIC_SERVICE) return &metric_table;
  if (wanted == LEAT_KV_SERVICE) return &kv_table;
  if (wanted == LEAT_EVENTS_SERVICE) return &events_table;
  if (wanted == LEAT_XREF_SERVICE) return &xref_table;
  return nullptr;
}

}  // namespace leat::host
