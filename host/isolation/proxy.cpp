#include "host/isolation/proxy.hpp"

#include <fmt/format.h>

#include <utility>

#include "host/base/request_gate.hpp"
#include "host/isolation/batch_image.hpp"

namespace leat::host {
namespace {

void copy_fate(const Batch& from, std::size_t i, Batch& to, std::size_t at) {
  switch (from.fate(i)) {
    case Fate::live: break;
    case Fate::dropped: to.drop(at); break;
    case Fate::rejected: to.reject(at, from.error(i)); break;
    case Fate::delivered: static_cast<void>(to.deliver(at, from.answer(i))); break;
  }
}

}  // namespace

Proxy::Proxy(const IsolatedComponent& component, const Callee& callee, std::string_view config)
    : component_(component),
      supervisor_(component.supervisor),
      place_(callee.place),
      name_(callee.name),
      config_(config),
      number_(supervisor_.next_number()) {}

Result<std::unique_ptr<Proxy>> Proxy::create(const IsolatedComponent& component, Call& call, std::string_view config) {
  if (call.callee() == nullptr) return Error{ErrorKind::broken, "an isolated component is made by an Instance only", 0};
  std::unique_ptr<Proxy> made(new Proxy(component, *call.callee(), config));
  if (auto lease = made->enter(call); !lease) return lease.error();
  return made;
}

Proxy::~Proxy() {
  const auto life = this->life();
  if (life == nullptr || life->ended() || !lives_in(*life)) return;
  Call call(supervisor_.services().clock, std::stop_token(), name_);
  Encoder body = question(call);
  const Lease lease(supervisor_, life);
  ask(lease, call, Verb::destroy, body);
}

std::shared_ptr<Life> Proxy::life() const {
  const std::lock_guard lock(mutex_);
  return life_.lock();
}

bool Proxy::lives_in(const Life& life) const {
  const std::lock_guard lock(mutex_);
  return made_in_ == life.number();
}

Result<Supervisor::Lease> Proxy::enter(Call& call) {
  auto lease = supervisor_.enter(call);
  if (!lease || lives_in(**lease)) return lease;
  const std::lock_guard making(making_);
  if (lives_in(**lease)) return lease;
  if (auto made = make_in(*lease, call); !made) return made.error();
  if (opened_) {
    if (auto opened = open_in(*lease, call); !opened) return opened.error();
  }
  const std::lock_guard lock(mutex_);
  life_ = (*lease)->shared_from_this();
  made_in_ = (*lease)->number();
  return lease;
}

Result<Done> Proxy::make_in(const Lease& lease, Call& call) {
  Encoder body = question(call);
  body.number(component_.index);
  body.text(place_);
  body.text(config_);
  const Reply reply = ask(lease, call, Verb::create, body);
  if (reply.state != Reply::State::answered) return lost(reply, Verb::create, ErrorKind::unreachable);
  Decoder in(reply.answer.bytes());
  if (auto done = decode_result(in); !done || made_in_ != 0) return done;
  replay_safe_ = in.flag();
  batch_max_ = in.number<std::uint32_t>();
  return Done{};
}

Encoder Proxy::question(const Call& call) const {
  Encoder body;
  encode(body, call);
  body.number(number_);
  return body;
}

Proxy::Reply Proxy::ask(const Lease& lease, Call& call, Verb verb, const Encoder& body,
                        std::chrono::milliseconds more) const {
  const auto limit = supervisor_.policy().call_limit;
  return lease->converse(call, verb, body.bytes(), limit.count() > 0 ? limit + more : limit,
                         fmt::format("{} of {}", to_string(verb), name_));
}

Error Proxy::lost(const Reply& reply, Verb verb, ErrorKind begun) const {
  const ErrorKind kind = reply.state == Reply::State::lost ? begun : ErrorKind::unreachable;
  return Error{kind, fmt::format("{}: {}: {}: its process {}", name_, to_string(verb), supervisor_.name(), reply.why),
               0};
}

Result<Done> Proxy::outcome(const Reply& reply, Verb verb) const {
  if (reply.state != Reply::State::answered) return lost(reply, verb, ErrorKind::unreachable);
  Decoder in(reply.answer.bytes());
  return decode_result(in);
}

Result<Done> Proxy::outcome(const Reply& reply, const Lease& lease, Verb verb, Batch& batch, ErrorKind begun) const {
  if (reply.state != Reply::State::answered) return lost(reply, verb, begun);
  Decoder in(reply.answer.bytes());
  auto done = decode_result(in);
  if (!in.complete() && !apply_changes(in, reply.answer.body, batch)) {
    lease->kill(fmt::format("was killed because its answer to {} was damaged", to_string(verb)));
    return Error{begun, fmt::format("{}: {}: {} gave a damaged answer", name_, to_string(verb), supervisor_.name()), 0};
  }
  return done;
}

// ---- transformer

Result<Done> Proxy::process_once(Call& call, Batch& batch, bool& was_lost) {
  was_lost = false;
  const auto lease = enter(call);
  if (!lease) return lease.error();
  Encoder body = question(call);
  encode(body, batch);
  const Reply reply = ask(*lease, call, Verb::process, body);
  was_lost = reply.state == Reply::State::lost;
  return outcome(reply, *lease, Verb::process, batch, ErrorKind::unreachable);
}

Result<Done> Proxy::process(Call& call, Batch& batch) {
  bool was_lost = false;
  auto done = process_once(call, batch, was_lost);
  if (!was_lost) return done;
  const std::size_t count = batch.size();
  for (std::size_t i = 0; i < count; ++i) {
    if (batch.fate(i) != Fate::live) continue;
    if (auto alone = process_alone(call, batch, i); !alone) return alone;
  }
  return Done{};
}

// The others of its batch must not suffer for a record that ends the process.
Result<Done> Proxy::process_alone(Call& call, Batch& batch, std::size_t index) {
  Record& record = *batch.record(index);
  for (int chance = 1;; ++chance) {
    Batch one;
    one.append(record.clone());
    bool was_lost = false;
    auto done = process_once(call, one, was_lost);
    if (!done && was_lost && chance == 1) continue;
    if (!done && was_lost) {
      Error error = done.error();
      error.kind = ErrorKind::invalid;
      error.message += ", twice, with this record alone";
      batch.reject(index, std::move(error));
      return Done{};
    }
    if (!done) return done;
    const auto changed = one.take(0);
    if (auto set = record.set_json(changed->json()); !set) return set;
    for (const auto& [key, value] : changed->attributes()) record.set_attr(key, value);
    copy_fate(one, 0, batch, index);
    for (std::size_t i = 1; i < one.size(); ++i) {
      batch.append(one.take(i));
      copy_fate(one, i, batch, batch.size() - 1);
    }
    return Done{};
  }
}

// What is known crosses, and comes back behind the outcome; so does what was found, if there is a place for it.
Result<Done> Proxy::ask_about(Call& call, Verb verb, Record& known, Record* found) {
  const auto lease = enter(call);
  if (!lease) return lease.error();
  Encoder body = question(call);
  body.text(known.json());
  const Reply reply = ask(*lease, call, verb, body);
  if (reply.state != Reply::State::answered) return lost(reply, verb, ErrorKind::unreachable);
  Decoder in(reply.answer.bytes());
  if (auto done = decode_result(in); !done) return done;
  if (auto set = known.set_json(in.text()); !set) return set;
  return found == nullptr ? Result<Done>(Done{}) : found->set_json(in.text());
}

Result<Done> Proxy::constants(Call& call, Record& known) { return ask_about(call, Verb::constants, known, nullptr); }

Result<Done> Proxy::doctor(Call& call, Record& known, Record& findings) {
  return ask_about(call, Verb::doctor, known, &findings);
}

// ---- subscriber

Result<Done> Proxy::open(Call& call, std::string_view cursor) {
  const auto lease = enter(call);
  if (!lease) return lease.error();
  Encoder body = question(call);
  body.text(cursor);
  auto done = outcome(ask(*lease, call, Verb::open, body), Verb::open);
  if (!done) return done;
  const std::lock_guard lock(mutex_);
  opened_in_ = (*lease)->number();
  return done;
}

Result<Done> Proxy::poll(Call& call, std::uint32_t max, std::uint32_t wait_ms, Batch& batch) {
  const auto lease = enter(call);
  if (!lease) return lease.error();
  {
    const std::lock_guard lock(mutex_);
    if (opened_in_ != (*lease)->number()) {
      return Error{ErrorKind::unreachable,
                   fmt::format("{}: {} was started anew since it was opened", name_, supervisor_.name()), 0};
    }
  }
  Encoder body = question(call);
  body.number(max);
  body.number(wait_ms);
  const Reply reply = ask(*lease, call, Verb::poll, body, std::chrono::milliseconds(wait_ms));
  return outcome(reply, *lease, Verb::poll, batch, ErrorKind::unreachable);
}

Result<Done> Proxy::settle(Call& call, std::string_view cursor, bool stored) {
  const auto life = this->life();
  if (life == nullptr || life->ended()) return Done{};  // it knows nothing of that page
  Encoder body = question(call);
  body.text(cursor);
  body.flag(stored);
  return outcome(ask(Lease(supervisor_, life), call, Verb::settle, body), Verb::settle);
}

// Also between two lives of the process: the next one judges it.
Result<Done> Proxy::webhook(Call& call, const leat_webhook& request, Batch& events) {
  const auto lease = enter(call);
  if (!lease) return lease.error();
  leat_http_request image{};
  image.struct_size = sizeof image;
  image.method = request.method;
  image.url = request.target;
  image.headers = request.headers;
  image.header_count = request.header_count;
  image.body = request.body;
  Encoder body = question(call);
  encode(body, image);
  return outcome(ask(*lease, call, Verb::webhook, body), *lease, Verb::webhook, events, ErrorKind::unreachable);
}

Result<Done> Proxy::close(Call& call) {
  {
    const std::lock_guard making(making_);
    opened_ = false;
  }
  const auto life = this->life();
  if (life == nullptr || life->ended()) return Done{};  // closed with its process
  const Encoder body = question(call);
  return outcome(ask(Lease(supervisor_, life), call, Verb::close, body), Verb::close);
}

// ---- publisher

Result<Done> Proxy::open_in(const Lease& lease, Call& call) {
  Encoder body = question(call);
  body.text({});
  return outcome(ask(lease, call, Verb::open, body), Verb::open);
}

Result<Done> Proxy::open(Call& call) {
  const auto lease = enter(call);
  if (!lease) return lease.error();
  auto done = open_in(*lease, call);
  const std::lock_guard making(making_);
  opened_ = opened_ || done;
  return done;
}

Result<Done> Proxy::publish(Call& call, Batch& batch) {
  const auto lease = enter(call);
  if (!lease) return lease.error();
  Encoder body = question(call);
  encode(body, batch);
  const Reply reply = ask(*lease, call, Verb::publish, body);
  for (const Message& report : reply.reports) {
    Decoder in(report.bytes());
    apply_settled(in, batch);
  }
  return outcome(reply, *lease, Verb::publish, batch, replay_safe_ ? ErrorKind::unreachable : ErrorKind::uncertain);
}

// ---- client

void Proxy::finished_send() {
  const std::lock_guard lock(mutex_);
  --sends_;
  changed_.notify_all();
}

Result<std::uint64_t> Proxy::send(Call& call, const leat_http_request& request, leat_http_done done, void* user) {
  const auto lease = enter(call);
  if (!lease) return lease.error();
  Life& life = **lease;
  const bool again = repeatable(request);
  {
    const std::lock_guard lock(mutex_);
    ++sends_;
  }
  const std::shared_ptr<void> finished(
      this, [kept = lease->token()](void* self) { static_cast<Proxy*>(self)->finished_send(); });
  const std::uint64_t number = life.sends.add({done, user, again, finished});
  Encoder body = question(call);
  body.number(number);
  encode(body, request);
  const Reply reply = ask(*lease, call, Verb::send, body);
  const auto sent = reply.state == Reply::State::answered
                        ? outcome(reply, Verb::send)
                        : Result<Done>(lost(reply, Verb::send, again ? ErrorKind::unreachable : ErrorKind::uncertain));
  if (sent) return number;
  if (!life.sends.take(number)) return number;  // completed all the same: at the end of the process
  return sent.error();
}

void Proxy::cancel(std::uint64_t number) {
  if (const auto life = this->life()) life->channel().tell(Verb::cancel_send, number, {});
}

void Proxy::quiesce() {
  constexpr auto patience = std::chrono::seconds(10);
  const auto life = this->life();
  if (life != nullptr && !life->ended()) {
    Call call(supervisor_.services().clock, std::stop_token(), name_);
    const Encoder body = question(call);
    ask(Lease(supervisor_, life), call, Verb::quiesce, body);
  }
  std::unique_lock lock(mutex_);
  const auto none = [this] { return sends_ == 0; };
  if (changed_.wait_for(lock, patience, none)) return;
  lock.unlock();
  if (life != nullptr) life->kill(fmt::format("was killed because {} did not complete its requests", name_));
  lock.lock();
  changed_.wait(lock, none);
}

}  // namespace leat::host
