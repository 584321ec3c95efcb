// The components of a plugin as a test drives them: made as the host makes them, called as the host calls them.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "leat/testing/host.hpp"

namespace leat __attribute__((visibility("hidden"))) {
  namespace testing {

  // A record after a call.
  struct Out {
    Fate fate = Fate::live;
    std::string json;
    Error error{ErrorKind::broken, {}, 0};  // of a rejected one
    std::string answer;                     // of a delivered one: JSON, or empty
    std::map<std::string, std::string, std::less<>> attributes;
  };

  // What a call made of its batch.
  struct Output {
    Result<Done> outcome = Done{};
    std::vector<Out> records;  // in order, of every fate
    std::optional<std::string> cursor;
    bool ended = false;

    // Those that are on their way, as JSON text.
    std::vector<std::string> live() const {
      std::vector<std::string> out;
      for (const Out& record : records) {
        if (record.fate == Fate::live) out.push_back(record.json);
      }
      return out;
    }
  };

  using Jsons = std::vector<std::string>;

  // What all kinds share. Ends before its Host.
  class Component {
   public:
    Component(const Component&) = delete;
    Component& operator=(const Component&) = delete;
    const std::string& place() const { return place_; }
    // Its findings: a JSON array, "[]" when it has no doctor. known: of a publisher, what its records are known to have.
    // Throws Refused when it could not look.
    std::string doctor(std::string_view known = "null") {
      if (!LEAT_HAS(&component_, leat_component, doctor)) return "[]";
      detail::Record given;
      detail::Record out;
      if (auto wrong = detail::replace_json(*given.root, known)) throw std::invalid_argument("known is " + *wrong);
      check(run([&](leat_ctx* ctx) { return component_.doctor(self_, ctx, detail::raw(&given), detail::raw(&out)); }));
      return std::string(out.written(*out.root));
    }

   protected:
    // Throws Refused when create fails.
    Component(Host& host, std::uint32_t kind, std::string_view id, std::string_view options, std::string place)
        : host_(host),
          component_(host.find(kind, id)),
          place_(place.empty() ? "test." + std::string(id) : std::move(place)) {
      const std::string config = host.options(component_, place_, options);
      check(run([&](leat_ctx* ctx) { return component_.create(&host_.raw(), ctx, detail::str(config), &self_); }));
      made_ = true;
    }
    ~Component() {
      if (made_) component_.destroy(self_);
    }

    template <class Table>
    const Table& table() const {
      return *static_cast<const Table*>(component_.vtable);
    }
    template <class Body>
    Result<Done> run(Body&& body) {
      detail::Call call = host_.call(place_);
      call.host = &host_;
      const leat_kind kind = body(detail::raw(&call));
      host_.check();
      if (kind == LEAT_OK) return Done{};
      const bool said = call.kind != LEAT_OK;
      return Error{to_error_kind(kind), said ? call.message : "(no reason given)", said ? call.retry_after_ms : 0};
    }
    static void check(const Result<Done>& done) {
      if (!done) throw Refused(done.error());
    }
    // Runs body over a batch with these records.
    template <class Body>
    Output run_batch(const Jsons& jsons, Body&& body, bool tasks = false) {
      detail::Batch batch;
      for (const std::string& json : jsons) {
        auto record = std::make_unique<detail::Record>();
        if (auto wrong = detail::replace_json(*record->root, json))
          throw std::invalid_argument("a record is " + *wrong);
        if (tasks) {
          record->attributes["leat.task"] = std::to_string(++tasks_);
          record->attributes["leat.route"] = "test";
        }
        batch.append(std::move(record));
      }
      Output out;
      out.outcome = run([&](leat_ctx* ctx) { return body(ctx, detail::raw(&batch)); });
      for (detail::Slot& slot : batch.slots) {
        out.records.push_back({slot.fate, std::string(slot.record->written(*slot.record->root)), slot.error,
                               slot.answer, slot.record->attributes});
      }
      out.cursor = batch.cursor;
      out.ended = batch.ended;
      return out;
    }

    Host& host_;
    const leat_component& component_;
    std::string place_;
    void* self_ = nullptr;
    bool made_ = false;
    std::uint64_t tasks_ = 0;
  };

  class Transformer : public Component {
   public:
    Transformer(Host& host, std::string_view id, std::string_view options = "{}", std::string place = {})
        : Component(host, LEAT_KIND_TRANSFORMER, id, options, std::move(place)) {}

    Output process(const Jsons& records) {
      return run_batch(records, [&](leat_ctx* ctx, leat_batch* batch) {
        return table<leat_transformer>().process(self_, ctx, batch);
      });
    }
    // What is known of every record behind it, of what is known before it; nothing when it does not say.
    std::string constants(std::string_view known) {
      if (!LEAT_HAS(&table<leat_transformer>(), leat_transformer, constants)) return "null";
      detail::Record record;
      if (auto wrong = detail::replace_json(*record.root, known)) throw std::invalid_argument("known is " + *wrong);
      check(run([&](leat_ctx* ctx) { return table<leat_transformer>().constants(self_, ctx, detail::raw(&record)); }));
      return std::string(record.written(*record.root));
    }
    // One record.
    Out operator()(std::string json) {
      Output out = process({std::move(json)});
      check(out.outcome);
      return out.records.front();
    }
  };

  class Publisher : public Component {
   public:
    Publisher(Host& host, std::string_view id, std::string_view options = "{}", std::string place = {})
        : Component(host, LEAT_KIND_PUBLISHER, id, options, std::move(place)) {}

    Result<Done> open() {
      if (!LEAT_HAS(&table<leat_publisher>(), leat_publisher, open)) return Done{};
      return run([&](leat_ctx* ctx) { return table<leat_publisher>().open(self_, ctx); });
    }
    // Opens it first when it is not open. Records carry leat.task and leat.route. What the call decides for those that
    // it did not settle one by one is in their fates, as the host would take it.
    Output publish(const Jsons& records) {
      if (!opened_) check(open());
      opened_ = true;
      Output out = run_batch(
          records, [&](leat_ctx* ctx, leat_batch* batch) { return table<leat_publisher>().publish(self_, ctx, batch); },
          true);
      for (Out& record : out.records) {
        if (record.fate != Fate::live) continue;
        record.fate = out.outcome ? Fate::delivered : Fate::rejected;
        if (!out.outcome) record.error = out.outcome.error();
      }
      return out;
    }
    Result<Done> close() {
      opened_ = false;
      if (!LEAT_HAS(&table<leat_publisher>(), leat_publisher, close)) return Done{};
      return run([&](leat_ctx* ctx) { return table<leat_publisher>().close(self_, ctx); });
    }
    bool replay_safe() const {
      const auto& all = table<leat_publisher>();
      return LEAT_HAS(&all, leat_publisher, replay_safe) && all.replay_safe(self_) != 0;
    }

   private:
    bool opened_ = false;
  };

  class Subscriber : public Component {
   public:
    Subscriber(Host& host, std::string_view id, std::string_view options = "{}", std::string place = {})
        : Component(host, LEAT_KIND_SUBSCRIBER, id, options, std::move(place)) {}

    Result<Done> open(std::string_view cursor = {}) {
      host_.rewind_events();
      return run([&](leat_ctx* ctx) { return table<leat_subscriber>().open(self_, ctx, bytes(cursor)); });
    }
    // A request to its webhook address; its events are the records that come out. Throws Refused when it takes none.
    Output webhook(std::string_view target, std::string_view body,
                   const std::vector<std::pair<std::string, std::string>>& headers = {}) {
      if (!LEAT_HAS(&table<leat_subscriber>(), leat_subscriber, webhook)) {
        throw Refused({ErrorKind::unsupported, "the subscriber takes no webhooks", 0});
      }
      std::vector<leat_header> raw;
      for (const auto& [name, value] : headers) raw.push_back({detail::str(name), detail::str(value)});
      leat_webhook request{};
      request.struct_size = sizeof request;
      request.method = detail::str("POST");
      request.target = detail::str(target);
      request.headers = raw.data();
      request.header_count = raw.size();
      request.body = bytes(body);
      return run_batch({}, [&](leat_ctx* ctx, leat_batch* batch) {
        return table<leat_subscriber>().webhook(self_, ctx, &request, batch);
      });
    }
    Output poll(std::uint32_t max = 1000, std::uint32_t wait_ms = 1000) {
      return run_batch({}, [&](leat_ctx* ctx, leat_batch* batch) {
        return table<leat_subscriber>().poll(self_, ctx, max, wait_ms, batch);
      });
    }
    Result<Done> settle(std::string_view cursor, bool stored) {
      if (stored) host_.forget_events();
      if (!LEAT_HAS(&table<leat_subscriber>(), leat_subscriber, settle)) return Done{};
      return run(
          [&](leat_ctx* ctx) { return table<leat_subscriber>().settle(self_, ctx, bytes(cursor), stored ? 1 : 0); });
    }
    Result<Done> close() {
      if (!LEAT_HAS(&table<leat_subscriber>(), leat_subscriber, close)) return Done{};
      return run([&](leat_ctx* ctx) { return table<leat_subscriber>().close(self_, ctx); });
    }
    // Opens, polls until the end, settles and closes; the records of all pages. Throws Refused where a call fails.
    Jsons read_all(std::string_view cursor = {}, std::uint32_t max = 1000) {
      check(open(cursor));
      Jsons all;
      for (int polls = 0;; ++polls) {
        if (polls == 1000) throw ContractBroken("the subscriber was polled 1000 times and did not end");
        const Output page = poll(max);
        check(page.outcome);
        for (std::string& json : page.live()) all.push_back(std::move(json));
        if (page.cursor) check(settle(*page.cursor, true));
        if (page.ended) break;
      }
      check(close());
      return all;
    }

   private:
    static leat_bytes bytes(std::string_view text) {
      return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
    }
  };

  // How a request ended.
  struct Reply {
    Result<Done> outcome = Done{};
    int status = 0;  // 0: no answer
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
  };

  class HttpClient : public Component {
   public:
    HttpClient(Host& host, std::string_view id, std::string_view options = "{}", std::string place = {})
        : Component(host, LEAT_KIND_CLIENT, id, options, std::move(place)) {}
    ~HttpClient() {
      if (made_) table<leat_http_client>().quiesce(self_);
    }

    // Sends and waits for done. The far side is host.transport().
    Reply send(std::string_view method, std::string_view url, std::string_view body = {},
               const std::vector<std::pair<std::string, std::string>>& headers = {}) {
      return send(method, url, body, headers, false);
    }
    // Cancels as soon as it is sent.
    Reply send_and_cancel(std::string_view method, std::string_view url) { return send(method, url, {}, {}, true); }

   private:
    struct Waiting {
      std::mutex mutex;
      std::condition_variable changed;
      std::thread::id sender = std::this_thread::get_id();
      bool sending = true;
      int completions = 0;
      Reply reply;
      static void done(void* user, const leat_outcome* outcome, const leat_http_response* response) noexcept {
        auto& waiting = *static_cast<Waiting*>(user);
        const std::lock_guard lock(waiting.mutex);
        if (waiting.sending && waiting.sender == std::this_thread::get_id())
          detail::Problems::all().add("done ran inside send");
        if (++waiting.completions > 1) detail::Problems::all().add("done ran twice for one request");
        if (outcome->kind != LEAT_OK) {
          waiting.reply.outcome =
              Error{to_error_kind(outcome->kind), std::string(detail::view(outcome->message)), outcome->retry_after_ms};
        }
        if (response != nullptr) {
          waiting.reply.status = response->http_status;
          waiting.reply.body = std::string(detail::view(response->body));
          for (std::size_t i = 0; i < response->header_count; ++i) {
            waiting.reply.headers.emplace_back(detail::view(response->headers[i].name),
                                               detail::view(response->headers[i].value));
          }
        }
        waiting.changed.notify_all();
      }
    };

    Reply send(std::string_view method, std::string_view url, std::string_view body,
               const std::vector<std::pair<std::string, std::string>>& headers, bool cancelled) {
      std::vector<leat_header> lent;
      for (const auto& [name, value] : headers) lent.push_back({detail::str(name), detail::str(value)});
      leat_http_request request{};
      request.struct_size = sizeof request;
      request.method = detail::str(method);
      request.url = detail::str(url);
      request.headers = lent.data();
      request.header_count = lent.size();
      request.body = {reinterpret_cast<const std::uint8_t*>(body.data()), body.size()};
      // Its life is that of the last done, however often a wrong client runs it.
      auto* waiting = waiting_.emplace_back(std::make_unique<Waiting>()).get();
      std::uint64_t ticket = 0;
      const auto& all = table<leat_http_client>();
      const Result<Done> started =
          run([&](leat_ctx* ctx) { return all.send(self_, ctx, &request, &Waiting::done, waiting, &ticket); });
      if (!started) return {started, 0, {}, {}};
      if (cancelled) all.cancel(self_, ticket);
      std::unique_lock lock(waiting->mutex);
      waiting->sending = false;
      const auto ended = [&] { return waiting->completions > 0; };
      if (!waiting->changed.wait_for(lock, std::chrono::seconds(10), ended)) {
        throw ContractBroken("done did not run within ten seconds");
      }
      lock.unlock();
      host_.check();
      return waiting->reply;
    }

    std::vector<std::unique_ptr<Waiting>> waiting_;
  };

  }  // namespace testing
}  // namespace leat
