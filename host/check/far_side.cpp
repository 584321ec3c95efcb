#include "host/check/far_side.hpp"

#include <cstring>
#include <exception>
#include <memory>

#include "host/base/call.hpp"

namespace leat::host::check {
namespace {

// The one of this process: the tables below carry no pointer to it.
FarSide* this_side = nullptr;

struct Meaning {
  std::string_view name;
  int status;      // 0: no answer came
  leat_kind kind;  // what a client makes of it
  std::string_view type;
  std::string_view body;
};

constexpr std::string_view kRecords =
    R"([{"id":1,"name":"Ina","status":{"name":"New"}},{"id":2,"name":"Jos\u00e9","status":{"name":"Open"}},)"
    R"({"id":3,"name":"","status":null}])";
constexpr std::string_view kRecord = R"({"id":1,"name":"Ina","status":{"name":"New"}})";
constexpr std::string_view kJsonType = "application/json";

const Meaning& meaning(Answer answer) {
  static constexpr Meaning meanings[] = {
      {"array", 200, LEAT_OK, kJsonType, kRecords},
      {"object", 200, LEAT_OK, kJsonType, kRecord},
      {"404", 404, LEAT_NOT_FOUND, kJsonType, R"({"message":"there is no such record"})"},
      {"429", 429, LEAT_BUSY, kJsonType, R"({"message":"too many requests"})"},
      {"401", 401, LEAT_DENIED, kJsonType, R"({"message":"who are you"})"},
      {"500", 500, LEAT_UNREACHABLE, "text/plain", "something broke"},
      {"HTML", 200, LEAT_OK, "text/html", "<!DOCTYPE html><html><body>Sign in</body></html>"},
      {"truncated JSON", 200, LEAT_OK, kJsonType, R"([{"id":1,"name":"Ina"},{"id":2,"na)"},
      {"bytes that are no UTF-8", 200, LEAT_OK, kJsonType, "[{\"id\":1,\"name\":\"\xc3\x28\xff\"}]"},
      {"unreachable", 0, LEAT_UNREACHABLE, "", ""},
      {"a refused send", 0, LEAT_BUSY, "", ""},
      {"silence", 0, LEAT_CANCELLED, "", ""},
  };
  return meanings[static_cast<std::size_t>(answer)];
}

leat_bytes bytes(std::string_view text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

}  // namespace

std::string_view to_string(Answer answer) { return meaning(answer).name; }

FarSide::FarSide() : worker_([this] { work(); }) { this_side = this; }

FarSide::~FarSide() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    changed_.notify_all();
  }
  worker_.join();
  this_side = nullptr;
}

void FarSide::begin(Answer answer) {
  const std::lock_guard lock(mutex_);
  answer_ = answer;
  requests_ = 0;
  lists_ = 0;
}

std::size_t FarSide::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

bool FarSide::wait_for_requests(std::size_t count, std::chrono::milliseconds limit) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, limit, [&] { return requests_ >= count; });
}

leat_kind FarSide::send(const void* owner, bool client, leat_ctx* ctx, const leat_http_request& request,
                        leat_http_done done, void* user, std::uint64_t* call) {
  const std::lock_guard lock(mutex_);
  ++requests_;
  changed_.notify_all();
  if (answer_ == Answer::refused) {
    static constexpr std::string_view text = "the far side of the check takes no request now";
    return ctx == nullptr ? LEAT_BUSY : ctx->fail(LEAT_BUSY, 0, text);
  }
  const std::string_view method = view(request.method);
  const bool get = method == "GET" || (request.flags & LEAT_HTTP_IDEMPOTENT) != 0;
  const std::uint64_t id = ++calls_;
  if (call != nullptr) *call = id;
  open_.emplace(id, Request{owner, done, user, answer_, get && lists_++ == 0, get, client, false});
  if (answer_ != Answer::silence) due_.push_back(id);
  return LEAT_OK;
}

void FarSide::cancel(std::uint64_t call) {
  const std::lock_guard lock(mutex_);
  const auto found = open_.find(call);
  if (found == open_.end() || found->second.cancelled) return;
  found->second.cancelled = true;
  if (found->second.answer == Answer::silence) due_.push_back(call);
  changed_.notify_all();
}

void FarSide::quiesce(const void* owner) {
  std::unique_lock lock(mutex_);
  for (auto& [call, request] : open_) {
    if (request.owner != owner || request.cancelled) continue;
    request.cancelled = true;
    if (request.answer == Answer::silence) due_.push_back(call);
  }
  changed_.notify_all();
  changed_.wait(lock, [&] {
    for (const auto& [call, request] : open_) {
      if (request.owner == owner) return false;
    }
    return completing_ != owner;
  });
}

void FarSide::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return ended_ || !due_.empty(); });
    if (ended_) return;
    const auto found = open_.find(due_.front());
    due_.pop_front();
    if (found == open_.end()) continue;
    const Request request = found->second;
    open_.erase(found);
    completing_ = request.owner;
    lock.unlock();
    complete(request);
    lock.lock();
    completing_ = nullptr;
    changed_.notify_all();
  }
}

void FarSide::complete(const Request& request) {
  const Meaning& means = meaning(request.answer);
  leat_outcome outcome{sizeof outcome, request.client || means.status == 0 ? means.kind : LEAT_OK, 0, {nullptr, 0}};
  if (request.cancelled) outcome.kind = LEAT_CANCELLED;
  const std::string text = "the far side of the check: " + std::string(means.name);
  if (outcome.kind != LEAT_OK) outcome.message = str(text);
  if (outcome.kind == LEAT_BUSY) outcome.retry_after_ms = 1500;

  std::string_view body = means.body;
  if (request.answer == Answer::array && !request.get) body = kRecord;
  if (request.answer == Answer::array && request.get && !request.first) body = "[]";
  const leat_header headers[] = {{str("Content-Type"), str(means.type)}, {str("Retry-After"), str("1")}};
  leat_http_response response{};
  response.struct_size = sizeof response;
  response.http_status = means.status;
  response.headers = headers;
  response.header_count = request.answer == Answer::busy ? 2 : 1;
  response.attempts = 1;
  response.body = bytes(body);
  const bool answered = means.status != 0 && outcome.kind != LEAT_CANCELLED;
  request.done(request.user, &outcome, answered ? &response : nullptr);
}

const leat_component& FarSide::client() {
  static constexpr leat_http_client table{
      sizeof(leat_http_client), 0,
      [](void* self, leat_ctx* ctx, const leat_http_request* request, leat_http_done done, void* user,
         std::uint64_t* call) {
        return static_cast<FarSide*>(self)->send(self, true, ctx, *request, done, user, call);
      },
      [](void* self, std::uint64_t call) { static_cast<FarSide*>(self)->cancel(call); },
      [](void* self) { static_cast<FarSide*>(self)->quiesce(self); }};
  static constexpr leat_component component{sizeof(leat_component),
                                            LEAT_KIND_CLIENT,
                                            LEAT_PARALLEL,
                                            0,
                                            "check",
                                            "",
                                            "",
                                            "",
                                            &table,
                                            [](const leat_host*, leat_ctx*, leat_str, void** self) -> leat_kind {
                                              *self = this_side;
                                              return LEAT_OK;
                                            },
                                            [](void*) {},
                                            nullptr};
  return component;
}

const leat_transport_api& FarSide::transport() {
  static constexpr auto of = [](leat_transport* raw) { return reinterpret_cast<Transport*>(raw); };
  static constexpr leat_transport_api table{
      sizeof(leat_transport_api),
      0,
      [](const leat_host*, leat_ctx*, leat_str, leat_transport** out) -> leat_kind {
        *out = reinterpret_cast<leat_transport*>(new Transport{this_side});
        return LEAT_OK;
      },
      [](leat_transport* raw) { delete of(raw); },
      [](leat_transport* raw, leat_ctx* ctx, const leat_http_request* request, leat_http_done done, void* user,
         std::uint64_t* call) { return of(raw)->side->send(raw, false, ctx, *request, done, user, call); },
      [](leat_transport* raw, std::uint64_t call) { of(raw)->side->cancel(call); },
      [](leat_transport* raw) { of(raw)->side->quiesce(raw); }};
  return table;
}

}  // namespace leat::host::check
