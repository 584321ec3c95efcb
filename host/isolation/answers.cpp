#include "host/isolation/answers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <memory>
#include <utility>

#include "host/base/utf8.hpp"
#include "host/isolation/batch_image.hpp"
#include "host/record/batch.hpp"

namespace leat::host {
namespace {

thread_local const Life* serving_now = nullptr;

Encoder refusal(ErrorKind kind, std::string message) {
  Encoder out;
  encode(out, Result<Done>(Error{kind, std::move(message), 0}));
  return out;
}

Encoder success() {
  Encoder out;
  encode(out, Result<Done>(Done{}));
  return out;
}

// A send on its way through a client of the host.
struct Waiting {
  std::shared_ptr<Life> life;
  std::uint64_t number;

  static void done(void* user, const leat_outcome* outcome, const leat_http_response* response) {
    const std::unique_ptr<Waiting> self(static_cast<Waiting*>(user));
    self->life->crossings.with([&](auto& crossings) { crossings.erase(self->number); });
    self->life->channel().completed(self->number, *outcome, response);
  }
};

}  // namespace

const Life* Answers::serving() { return serving_now; }

class Answers::Nested {
 public:
  Nested(Life& life, const Services& services, const std::string& name, std::uint64_t question)
      : before_(std::exchange(serving_now, &life)), exchange_(life.channel().find(question)) {
    if (exchange_ != nullptr) ++exchange_->nested;
    origin_ =
        life.origin_of(question).value_or(Life::Origin{{}, name, Call::SteadyPoint::max(), std::nullopt, nullptr});
    call_.emplace(services.clock, origin_.stop, origin_.origin, origin_.deadline);
    if (origin_.callee) call_->set_callee(&*origin_.callee);
    call_->set_events(origin_.events);
  }
  Nested(const Nested&) = delete;
  Nested& operator=(const Nested&) = delete;
  ~Nested() {
    if (exchange_ != nullptr) --exchange_->nested;
    serving_now = before_;
  }
  Call& call() { return *call_; }

 private:
  const Life* before_;
  std::shared_ptr<Exchange> exchange_;
  Life::Origin origin_;
  std::optional<Call> call_;
};

bool Answers::note(Message& message) {
  Decoder in(message.bytes());
  switch (message.verb) {
    case Verb::log: {
      const auto level = in.number<std::int32_t>();
      const std::string_view origin = in.text();
      const std::string_view line = in.text();
      if (!in.complete() || !is_utf8(origin) || !is_utf8(line)) break;
      services_.log.write(static_cast<Level>(std::clamp(level, LEAT_TRACE, LEAT_ERROR)), origin, line);
      return true;
    }
    case Verb::metric: {
      const std::string_view origin = in.text();
      const std::string_view metric = in.text();
      const auto delta = in.number<std::int64_t>();
      if (!in.complete() || !is_utf8(origin) || !is_utf8(metric)) break;
      services_.metrics.add(origin, metric, delta);
      return true;
    }
    case Verb::settled: {
      const auto exchange = life_.channel().find(message.id);
      if (exchange == nullptr) return true;  // after its call has returned: too late to count
      const std::lock_guard lock(exchange->mutex);
      exchange->reports.push_back(std::move(message));
      return true;
    }
    case Verb::client_cancel: {
      const auto crossing = life_.crossings.with([&](const auto& crossings) -> Life::Crossing {
        const auto found = crossings.find(message.id);
        return found == crossings.end() ? Life::Crossing{} : found->second;
      });
      if (const auto client = crossing.client.lock()) client->cancel(crossing.ticket);
      return true;
    }
    case Verb::completed: return false;
    default: break;
  }
  damaged(message.verb);
  return true;
}

void Answers::serve(const Message& message) noexcept {
  try {
    Decoder in(message.bytes());
    if (message.verb == Verb::completed) {
      const CompletionImage completion(in, message.body);
      if (!in.complete()) return damaged(message.verb);
      const auto send = life_.sends.take(message.id);
      if (send) completion.run(send->done, send->user);
      return;
    }
    const Encoder answer = reply(message, in);
    if (in.sound()) life_.channel().answer(message, answer.bytes());
    if (!in.sound()) damaged(message.verb);
  } catch (const std::exception& error) {
    life_.kill(fmt::format("was killed because its question {} could not be answered: {}", to_string(message.verb),
                           error.what()));
  }
}

void Answers::refuse(const Message& question) {
  const Encoder answer = refusal(ErrorKind::busy, fmt::format("{}: too many questions at the same time", name_));
  life_.channel().answer(question, answer.bytes());
}

Encoder Answers::reply(const Message& message, Decoder& in) {
  Nested nested(life_, services_, name_, in.number<std::uint64_t>());
  switch (message.verb) {
    case Verb::client_open: {
      const std::string_view client = in.text();
      if (services_.clients.find(client).expired()) {
        return refusal(ErrorKind::not_found, fmt::format("there is no client '{}'", client));
      }
      return success();
    }
    case Verb::client_send: return client_send(nested, in);
    case Verb::client_call: return client_call(nested, in);
    case Verb::chain_open: {
      const std::string_view reference = in.text();
      if (services_.chains.find(reference).expired()) {
        return refusal(ErrorKind::not_found, fmt::format("there are no transformers '{}'", reference));
      }
      return success();
    }
    case Verb::chain_process: return chain_process(nested, in, message.body);
    case Verb::resolve_secret: {
      const std::string_view reference = in.text();
      const auto value = services_.secrets.find(reference);
      if (!value) return refusal(ErrorKind::not_found, fmt::format("there is no secret '{}'", reference));
      Encoder out = success();
      out.text(*value);
      return out;
    }
    case Verb::state_get:
    case Verb::state_set:
    case Verb::state_erase:
    case Verb::state_keys: return state(nested, message.verb, in);
    case Verb::events_url:
    case Verb::events_next:
    case Verb::events_woken: return events(nested, message.verb);
    case Verb::xref_find:
    case Verb::xref_source_of: return look_up(nested, message.verb, in);
    default: in.fail(); return {};
  }
}

// "leat.kv/1" of the component that asks.
Encoder Answers::state(Nested& nested, Verb verb, Decoder& in) {
  const leat_kv_api& api = kv_api();
  Call& call = nested.call();
  const leat_str key = str(in.text());
  Encoder value;
  leat_kind kind = LEAT_OK;
  if (verb == Verb::state_get) {
    leat_bytes found{};
    kind = api.get(&call, key, &found);
    if (kind == LEAT_OK) value.text({reinterpret_cast<const char*>(found.ptr), found.len});
  } else if (verb == Verb::state_set) {
    const std::string_view given = in.text();
    if (in.sound()) kind = api.set(&call, key, {reinterpret_cast<const std::uint8_t*>(given.data()), given.size()});
  } else if (verb == Verb::state_erase) {
    kind = api.erase(&call, key);
  } else {
    Record keys;
    kind = api.keys(&call, key, &keys);
    if (kind == LEAT_OK) value.text(keys.json());
  }
  Encoder out;
  encode(out, kind == LEAT_OK ? Result<Done>(Done{}) : Result<Done>(call.failure(kind)));
  out.raw(value.bytes());
  return out;
}

// "leat.events/1" of the component that asks.
Encoder Answers::events(Nested& nested, Verb verb) {
  const leat_events_api& api = events_api();
  Call& call = nested.call();
  Encoder value;
  leat_kind kind = LEAT_OK;
  if (verb == Verb::events_url) {
    leat_str url{};
    kind = api.url(&call, &url);
    if (kind == LEAT_OK) value.text(view(url));
  } else if (verb == Verb::events_next) {
    Batch event;
    event.append(std::make_unique<Record>());
    kind = api.next(&call, event.record(0));
    if (kind == LEAT_OK) encode(value, event);
  } else {
    value.flag(api.woken(&call) != 0);
  }
  Encoder out;
  encode(out, kind == LEAT_OK ? Result<Done>(Done{}) : Result<Done>(call.failure(kind)));
  out.raw(value.bytes());
  return out;
}

// "leat.xref/1".
Encoder Answers::look_up(Nested& nested, Verb verb, Decoder& in) {
  const std::string_view set = in.text();
  const std::string_view key = in.text();
  if (!in.complete()) {
    in.fail();
    return {};
  }
  const leat_xref_api& api = xref_api();
  Call& call = nested.call();
  leat_str found{};
  const leat_kind kind = (verb == Verb::xref_find ? api.find : api.source_of)(&call, str(set), str(key), &found);
  Encoder out;
  encode(out, kind == LEAT_OK ? Result<Done>(Done{}) : Result<Done>(call.failure(kind)));
  if (kind == LEAT_OK) out.text(view(found));
  return out;
}

Encoder Answers::client_send(Nested& nested, Decoder& in) {
  const auto number = in.number<std::uint64_t>();
  const auto client = services_.clients.find(in.text()).lock();
  const RequestImage request(in);
  if (!in.complete()) {
    in.fail();
    return {};
  }
  if (client == nullptr) return refusal(ErrorKind::invalid, "the client is closed");
  life_.crossings.with([&](auto& crossings) { crossings.insert_or_assign(number, Life::Crossing{client, 0}); });
  auto waiting = std::make_unique<Waiting>(Waiting{life_.shared_from_this(), number});
  const auto sent = client->send(nested.call(), request.raw(), &Waiting::done, waiting.get());
  if (!sent) {
    life_.crossings.with([&](auto& crossings) { crossings.erase(number); });
    Encoder out;
    encode(out, Result<Done>(sent.error()));
    return out;
  }
  waiting.release();  // NOLINT(bugprone-unused-return-value): done owns it
  life_.crossings.with([&](auto& crossings) {
    if (const auto found = crossings.find(number); found != crossings.end()) found->second.ticket = *sent;
  });
  return success();
}

Encoder Answers::client_call(Nested& nested, Decoder& in) {
  const auto client = services_.clients.find(in.text()).lock();
  const RequestImage request(in);
  if (!in.complete()) {
    in.fail();
    return {};
  }
  if (client == nullptr) return refusal(ErrorKind::invalid, "the client is closed");
  Encoder completion;
  const auto keep = [](void* user, const leat_outcome* outcome, const leat_http_response* response) {
    encode(*static_cast<Encoder*>(user), *outcome, response);
  };
  const auto done = client->call(nested.call(), request.raw(), keep, &completion);
  Encoder out;
  out.grow(completion.bytes().size() + 1024);
  encode(out, done);
  out.raw(completion.bytes());
  return out;
}

Encoder Answers::chain_process(Nested& nested, Decoder& in, const Buffer& message) {
  const auto chain = services_.chains.find(in.text()).lock();
  Batch batch;
  if (!decode_batch(in, message, Trust::plugin, batch) || !in.complete()) {
    in.fail();
    return {};
  }
  if (chain == nullptr) return refusal(ErrorKind::invalid, "the transformers are closed");
  const BatchBefore before(batch);
  const auto done = chain->process(nested.call(), batch);
  Encoder out;
  encode(out, done);
  before.encode_changes(out, batch);
  return out;
}

void Answers::damaged(Verb verb) {
  life_.kill(fmt::format("was killed because it sent a damaged message ({})", to_string(verb)));
}

}  // namespace leat::host
