// Components as small function tables behind the real instances, and a world of one incoming and its routes around
// them.
#pragma once

#include <doctest/doctest.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "host/base/clock.hpp"
#include "host/base/guarded.hpp"
#include "host/base/log.hpp"
#include "host/base/secrets.hpp"
#include "host/plugin/services.hpp"
#include "host/record/batch.hpp"
#include "host/route/engine.hpp"
#include "host/store/sqlite_store.hpp"

namespace leat::host::test {

using namespace std::chrono_literals;

// A fake reaches its create() as its address in the configuration text.
inline leat_kind adopt(const leat_host*, leat_ctx*, leat_str config, void** self) noexcept {
  *self = reinterpret_cast<void*>(std::stoull(std::string(view(config))));
  return LEAT_OK;
}
inline std::string address(void* fake) { return std::to_string(reinterpret_cast<std::uintptr_t>(fake)); }

// The tables of a kind of fake outlive all of them: a World ends after the fakes that its tests declare below it.
inline leat_component component_of(std::uint32_t kind, const void* table, bool parallel = false) {
  leat_component component{};
  component.struct_size = sizeof(component);
  component.kind = kind;
  component.flags = parallel ? LEAT_PARALLEL : 0;
  component.id = component.title = component.summary = "fake";
  component.config_schema = "{}";
  component.vtable = table;
  component.create = adopt;
  component.destroy = [](void*) noexcept {};
  return component;
}

inline const leat_host& fake_host() {
  static const leat_host host = [] {
    leat_host raw{};
    raw.struct_size = sizeof(raw);
    return raw;
  }();
  return host;
}

// Something that tests wait for.
class Signal {
 public:
  void give() {
    const std::lock_guard lock(mutex_);
    given_ = true;
    changed_.notify_all();
  }
  void await() {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, 60s, [this] { return given_; })) throw std::runtime_error("waited for nothing");
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool given_ = false;
};

// Retries become due although nothing else happens.
class PassingTime {
 public:
  explicit PassingTime(ManualClock& clock)
      : thread_([&clock](const std::stop_token& stop) {
          while (!stop.stop_requested()) {
            clock.advance(1ms);
            std::this_thread::yield();
          }
        }) {}

 private:
  std::jthread thread_;
};

// Gives `records` in pages of `page`; its cursor is the number of records given.
struct FakeSubscriber {
  std::vector<std::string> records{};
  std::size_t page = 3;
  std::deque<Error> failures{};                       // one for each of the next polls
  std::function<void(std::size_t at)> before_poll{};  // may block
  std::atomic<int> opened{0};
  std::atomic<int> closed{0};
  std::atomic<int> settled{0};
  std::size_t at = 0;
  std::vector<std::string> cursors{};  // that open() was given
  std::size_t events_max = 0;          // so many events it reads in a poll, before its records
  Guarded<std::vector<int>> woken{};   // of each open(): did events begin it?

  static leat_kind open(void* self, leat_ctx* call, leat_bytes cursor) noexcept {
    auto& fake = *static_cast<FakeSubscriber*>(self);
    const std::string text(reinterpret_cast<const char*>(cursor.ptr), cursor.len);
    fake.cursors.push_back(text);
    fake.at = text.empty() ? 0 : std::stoull(text);
    ++fake.opened;
    fake.woken.with([&](auto& all) { all.push_back(events_api().woken(call)); });
    return LEAT_OK;
  }
  static leat_kind poll(void* self, leat_ctx* call, std::uint32_t, std::uint32_t, leat_batch* batch) noexcept {
    auto& fake = *static_cast<FakeSubscriber*>(self);
    if (fake.before_poll) fake.before_poll(fake.at);
    for (std::size_t i = 0; i < fake.events_max; ++i) {
      auto event = *make_record("null");
      if (events_api().next(call, event.get()) != LEAT_OK) break;
      batch->append(std::move(event));
    }
    const std::size_t end = std::min(fake.at + fake.page, fake.records.size());
    for (; fake.at < end; ++fake.at) batch->append(std::move(*make_record(fake.records[fake.at])));
    if (!fake.failures.empty()) {  // after it appended: those records are dropped
      const Error error = fake.failures.front();
      fake.failures.pop_front();
      return call->fail(error);
    }
    batch->set_cursor(std::to_string(fake.at));
    if (fake.at == fake.records.size()) batch->end();
    return LEAT_OK;
  }
  static leat_kind settle(void* self, leat_ctx*, leat_bytes, std::int32_t stored) noexcept {
    static_cast<FakeSubscriber*>(self)->settled += stored;
    return LEAT_OK;
  }
  static leat_kind close(void* self, leat_ctx*) noexcept {
    ++static_cast<FakeSubscriber*>(self)->closed;
    return LEAT_OK;
  }

  static leat_kind webhook(void*, leat_ctx*, const leat_webhook* request, leat_batch* events) noexcept {
    const std::string text(reinterpret_cast<const char*>(request->body.ptr), request->body.len);
    events->append(std::move(*make_record(text)));
    return LEAT_OK;
  }

  static const leat_subscriber table;
  static const leat_component component;
};
inline const leat_subscriber FakeSubscriber::table{sizeof(leat_subscriber), 0,
                                                   FakeSubscriber::open,    FakeSubscriber::poll,
                                                   FakeSubscriber::settle,  FakeSubscriber::close,
                                                   FakeSubscriber::webhook};
inline const leat_component FakeSubscriber::component = component_of(LEAT_KIND_SUBSCRIBER, &FakeSubscriber::table);

// Keeps what it was given; `behave` decides about each record (LEAT_OK: delivered).
struct FakePublisher {
  struct Verdict {
    leat_kind kind = LEAT_OK;
    std::uint64_t retry_after_ms = 0;
  };
  std::function<Verdict(const std::string& json, leat_ctx& call)> behave{};
  std::function<leat_kind(leat_ctx& call, leat_batch& batch)> whole{};  // instead of record by record
  leat_kind open_as = LEAT_OK;
  int open_fails = 1 << 30;  // so many times as open_as
  bool replay_safe = true;
  std::uint32_t batch_max = 0;
  std::atomic<int> opened{0};
  std::atomic<int> closed{0};
  std::atomic<int> at_once{0};
  std::atomic<int> at_once_most{0};
  std::mutex mutex;
  std::vector<std::string> got;  // delivered, in order

  explicit FakePublisher(bool parallel = false) : component(parallel ? of_many_calls : of_one_call) {}

  std::vector<std::string> delivered() {
    const std::lock_guard lock(mutex);
    return got;
  }
  static leat_kind publish(void* self, leat_ctx* call, leat_batch* batch) noexcept {
    auto& fake = *static_cast<FakePublisher*>(self);
    const int now = ++fake.at_once;
    for (int most = fake.at_once_most; now > most && !fake.at_once_most.compare_exchange_weak(most, now);) {
    }
    if (fake.whole) {
      const leat_kind kind = fake.whole(*call, *batch);
      --fake.at_once;
      return kind;
    }
    for (std::size_t i = 0; i < batch->size(); ++i) {
      if (batch->fate(i) != Fate::live) continue;
      const std::string json(batch->record(i)->json());
      const Verdict verdict = fake.behave ? fake.behave(json, *call) : Verdict{};
      if (verdict.kind != LEAT_OK) {
        batch->reject(i, {to_error_kind(verdict.kind), "the far side says no", verdict.retry_after_ms});
        continue;
      }
      {
        const std::lock_guard lock(fake.mutex);
        fake.got.push_back(json);
      }
      batch->deliver(i, R"({"ok":true})");
    }
    --fake.at_once;
    return LEAT_OK;
  }

  static const leat_publisher table;
  static const leat_component of_one_call, of_many_calls;
  const leat_component& component;
};
inline const leat_publisher FakePublisher::table{
    sizeof(leat_publisher),
    0,
    [](void* self, leat_ctx* call) noexcept -> leat_kind {
      auto& fake = *static_cast<FakePublisher*>(self);
      const bool fails = fake.opened++ < fake.open_fails && fake.open_as != LEAT_OK;
      return fails ? call->fail(fake.open_as, 0, "no way in") : LEAT_OK;
    },
    FakePublisher::publish,
    [](void* self, leat_ctx*) noexcept -> leat_kind {
      ++static_cast<FakePublisher*>(self)->closed;
      return LEAT_OK;
    },
    [](void* self) noexcept -> std::int32_t { return static_cast<FakePublisher*>(self)->replay_safe; },
    [](void* self) noexcept -> std::uint32_t { return static_cast<FakePublisher*>(self)->batch_max; }};
inline const leat_component FakePublisher::of_one_call = component_of(LEAT_KIND_PUBLISHER, &FakePublisher::table);
inline const leat_component FakePublisher::of_many_calls =
    component_of(LEAT_KIND_PUBLISHER, &FakePublisher::table, true);

struct FakeTransformer {
  std::function<leat_kind(leat_ctx& call, leat_batch& batch)> act;

  static const leat_transformer table;
  static const leat_component component;
};
inline const leat_transformer FakeTransformer::table{sizeof(leat_transformer), 0,
                                                     [](void* self, leat_ctx* call, leat_batch* batch) noexcept {
                                                       return static_cast<FakeTransformer*>(self)->act(*call, *batch);
                                                     },
                                                     nullptr};
inline const leat_component FakeTransformer::component =
    component_of(LEAT_KIND_TRANSFORMER, &FakeTransformer::table, true);

// Rejects records with this text, while `refuses` is set.
struct Refusing : FakeTransformer {
  explicit Refusing(std::string text) {
    act = [this, text = std::move(text)](leat_ctx&, leat_batch& batch) {
      for (std::size_t i = 0; i < batch.size(); ++i) {
        if (batch.fate(i) != Fate::live) continue;
        if (refuses && batch.record(i)->json() == text) {
          static_cast<void>(batch.record(i)->set_json("\"spoilt\""));
          batch.reject(i, {ErrorKind::invalid, "cannot read it", 0});
        }
      }
      return LEAT_OK;
    };
  }
  std::atomic<bool> refuses{true};
};

inline std::filesystem::path temporary_folder() {
  std::string name = (std::filesystem::temp_directory_path() / "leat-route-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder");
  return name;
}

class World {
 public:
  World() : World(temporary_folder()) { owns_folder_ = true; }
  // Over the store of an earlier one; the folder stays.
  explicit World(std::filesystem::path folder) : folder_(std::move(folder)) {
    store = open();
    options.once = true;
    options.look = 2ms;
  }
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  ~World() {
    store.reset();
    if (owns_folder_) std::filesystem::remove_all(folder_);
  }

  std::unique_ptr<TaskStore> open() {
    auto opened = open_sqlite_store({.path = folder_ / "leat.db"}, clock);
    if (!opened) throw std::runtime_error(opened.error().message);
    return std::move(*opened);
  }

  void add_incoming(const std::string& name, FakeSubscriber& subscriber,
                    std::vector<FakeTransformer*> transformers = {}) {
    IncomingConfig& incoming = config.incoming.emplace_back();
    incoming.name = name;
    Call call(clock, {}, name);
    incomings_[name] = {
        std::move(*SubscriberInstance::create(subscriber.component, fake_host(), call, address(&subscriber), name)),
        chain(transformers)};
  }
  // A route to an outgoing of its own.
  RouteConfig& add_route(const std::string& name, const std::string& incoming, FakePublisher& publisher,
                         std::vector<FakeTransformer*> transformers = {}, std::vector<FakeTransformer*> outgoing = {}) {
    RouteConfig& route = config.routes.emplace_back();
    route.name = name;
    route.incoming = incoming;
    route.outgoing = "to-" + name;
    route.retry.backoff_first = 1ms;
    route.retry.backoff_max = 5ms;
    Call call(clock, {}, name);
    outgoings_[route.outgoing] = {
        chain(outgoing),
        std::move(*PublisherInstance::create(publisher.component, fake_host(), call, address(&publisher), name))};
    routes_.emplace(name, chain(transformers));
    return route;
  }

  // A route that goes on after another one.
  RouteConfig& add_after(const std::string& name, const std::string& before, FakePublisher& publisher,
                         std::vector<FakeTransformer*> transformers = {}, std::vector<FakeTransformer*> outgoing = {}) {
    RouteConfig& route = add_route(name, "", publisher, std::move(transformers), std::move(outgoing));
    route.after = before;
    return route;
  }
  // Cross-references of a route's outgoing.
  void write_xrefs(const std::string& route, XrefConfig xref) {
    OutgoingConfig& outgoing = config.outgoing.emplace_back();
    outgoing.name = "to-" + route;
    outgoing.xref = std::move(xref);
  }

  EngineParts parts() {
    return {[this](std::string_view name) -> IncomingParts& { return incomings_.at(std::string(name)); },
            [this](std::string_view name) -> OutgoingParts& { return outgoings_.at(std::string(name)); },
            [this](std::string_view name) -> const Chain& { return routes_.at(std::string(name)); }};
  }
  std::unique_ptr<Engine> engine(TaskStore& a_store) {
    auto made = Engine::make(config, parts(), a_store, log, clock, options);
    if (!made) throw std::runtime_error(made.error().message);
    return std::move(*made);
  }
  // A run from start to end; its numbers.
  EngineStats run() {
    auto made = engine(*store);
    const auto done = made->run({});
    if (!done) throw std::runtime_error(done.error().message);
    return made->statistics();
  }

  std::vector<Task> tasks(TaskStatus status) {
    TaskFilter filter;
    filter.statuses = {status};
    auto listed = store->list(filter, 0, 100'000);
    if (!listed) throw std::runtime_error(listed.error().message);
    return std::move(*listed);
  }
  std::string cursor(std::string_view incoming = "in") { return store->cursor(incoming).value().value_or(""); }

  ManualClock clock{Millis{1'700'000'000'000}};
  Secrets secrets;
  std::mutex log_mutex;
  std::vector<std::string> lines;
  Log log{secrets, Level::info, [this](Level, std::string_view line) {
            const std::lock_guard lock(log_mutex);
            lines.emplace_back(line);
          }};
  Config config;
  EngineOptions options;
  std::unique_ptr<TaskStore> store;

 private:
  Chain chain(const std::vector<FakeTransformer*>& fakes) {
    std::vector<std::unique_ptr<TransformerInstance>> transformers;
    Call call(clock, {}, "chain");
    for (FakeTransformer* fake : fakes) {
      transformers.push_back(
          std::move(*TransformerInstance::create(fake->component, fake_host(), call, address(fake), "transformer")));
    }
    return Chain(std::move(transformers));
  }

  std::filesystem::path folder_;
  bool owns_folder_ = false;
  std::map<std::string, IncomingParts> incomings_;
  std::map<std::string, OutgoingParts> outgoings_;
  std::map<std::string, Chain> routes_;
};

// {"id":0,"key":"k0"}, ...
inline std::vector<std::string> documents(std::size_t count, std::size_t keys = 1) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < count; ++i) {
    all.push_back(R"({"id":)" + std::to_string(i) + R"(,"key":"k)" + std::to_string(i % keys) + "\"}");
  }
  return all;
}

}  // namespace leat::host::test
