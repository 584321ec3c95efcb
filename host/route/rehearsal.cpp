#include "host/route/rehearsal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <mutex>

#include "host/base/answering_thread.hpp"
#include "host/base/request_gate.hpp"
#include "host/base/utf8.hpp"
#include "host/route/delivery.hpp"
#include "host/route/identity.hpp"
#include "host/route/made_up.hpp"

namespace leat::host {
namespace {

constexpr auto read_limit = std::chrono::seconds(30);
constexpr auto attempt_limit = std::chrono::minutes(2);

// A change of one task that was kept back.
struct Kept {
  WriteRequest write;
  std::optional<std::string> was;  // what is at its path before it, as far as its sender read it
  bool from_answers = false;       // its sender had read what a kept request would have made
};

// Keeps back what changes something and answers it as if it had gone well, so that its sender goes on; remembers what
// was read of one task.
class Rehearsal final : public RequestGate {
 public:
  // From here on requests are those of this task.
  void begin(TaskId task) {
    const std::lock_guard lock(mutex_);
    task_ = task;
    kept_.clear();
    reads_.clear();
    asked_.clear();
    open_.clear();
    read_made_up_ = false;
  }

  Ruling before(std::string_view client, const leat_http_request& request) override {
    WriteRequest sent{std::string(client), std::string(view(request.method)), std::string(view(request.url)),
                      std::string(view(request.body))};
    const std::lock_guard lock(mutex_);
    return only_reads(request) ? read(sent) : write(std::move(sent));
  }

  void after(std::uint64_t mark, const leat_outcome& outcome, const leat_http_response* response) override {
    const std::lock_guard lock(mutex_);
    const auto asked = asked_.find(mark);
    if (asked == asked_.end() || outcome.kind != LEAT_OK || response == nullptr) return;
    reads_[asked->second] = std::string(view(response->body));
  }

  void answer(const Answer& answer, leat_http_done done, void* user) override {
    answering_.post([answer, done, user] {
      static constexpr std::string_view type[] = {"Content-Type", "application/json"};
      static constexpr std::string_view rehearsed[] = {"Leat-Rehearsed", "yes"};
      const leat_header headers[] = {{str(type[0]), str(type[1])}, {str(rehearsed[0]), str(rehearsed[1])}};
      leat_http_response response{};
      response.struct_size = sizeof response;
      response.http_status = answer.status;
      response.headers = headers;
      response.header_count = std::size(headers);
      response.body = {reinterpret_cast<const std::uint8_t*>(answer.body.data()), answer.body.size()};
      response.attempts = 1;
      leat_outcome outcome{sizeof outcome, LEAT_OK, 0, {}};
      if (answer.status == 404) {
        outcome.kind = LEAT_NOT_FOUND;
        outcome.message = str("a planned request deletes it");
      }
      done(user, &outcome, &response);
    });
  }

  std::vector<Kept> kept() const {
    const std::lock_guard lock(mutex_);
    return kept_;
  }
  // What the task asked for and nobody knows before its changes are made; empty: nothing.
  std::string open() const {
    const std::lock_guard lock(mutex_);
    return open_;
  }
  // What a kept change found, which its sender did not read.
  void learn(const WriteRequest& write, const std::string& now) {
    const std::lock_guard lock(mutex_);
    made_up_.learn(write, now);
  }
  const MadeUp& made_up() const { return made_up_; }  // between two tasks

 private:
  Ruling read(const WriteRequest& sent) {
    const std::string path(without_query(sent.path));
    if (auto answer = sent.method == "GET" ? made_up_.read(sent.client, path) : std::nullopt) {
      read_made_up_ = read_made_up_ || made_up_.has_id(path);
      return std::move(*answer);
    }
    if (made_up_.has_id(sent.path) || made_up_.has_id(sent.body)) {
      open_ = made_up_.told(sent.line()) + " can be asked only then";
      return Error{ErrorKind::cancelled, "a rehearsal: " + open_, 0};
    }
    const bool whole = sent.method == "GET" && sent.path.find("fields=") == std::string::npos;
    if (!whole) return Go{};
    asked_.emplace(++marks_, std::pair(sent.client, path));
    return Go{marks_};
  }

  Ruling write(WriteRequest sent) {
    std::optional<std::string> was;
    if (auto made = made_up_.read(sent.client, sent.path)) {
      if (made->status == 200) was = std::move(made->body);
    } else if (const auto known = reads_.find({sent.client, std::string(without_query(sent.path))});
               known != reads_.end()) {
      was = known->second;
    }
    Answer answer = made_up_.write(sent, task_, kept_.size(), was ? &*was : nullptr);
    kept_.push_back({std::move(sent), std::move(was), read_made_up_});
    return answer;
  }

  mutable std::mutex mutex_;
  TaskId task_ = 0;
  MadeUp made_up_;
  std::vector<Kept> kept_;
  std::map<std::pair<std::string, std::string>, std::string> reads_;    // by client and path
  std::map<std::uint64_t, std::pair<std::string, std::string>> asked_;  // by mark
  std::uint64_t marks_ = 0;
  std::string open_;
  bool read_made_up_ = false;
  AnsweringThread answering_;  // last: ends first
};

class Planner {
 public:
  Planner(const Rehearsed& route, HostState& host, const std::stop_token& stop)
      : route_(route),
        host_(host),
        stop_(stop),
        in_place_(host, gate_),
        delivery_(route.incoming, route.transformers, route.outgoing, false) {}

  PlannedTask plan(const Task& task) {
    PlannedTask planned;
    planned.id = task.id;
    if (task.key) planned.key = host_.secrets.mask(*task.key);
    planned.record = record_hash(task);
    auto record = to_record(task);
    if (!record) {
      planned.failure = masked({ErrorKind::invalid, "stored payload: " + record.error().message, 0});
      return planned;
    }
    std::vector<Parcel> parcels;
    parcels.push_back({std::move(*record), task.stage});
    Call call(host_.clock, stop_, "route " + route_.config.name, std::chrono::steady_clock::now() + attempt_limit);
    gate_.begin(task.id);
    Verdict verdict = std::move(delivery_.run(call, parcels).front());
    bool shows_secret = false;
    for (const Kept& kept : gate_.kept()) {
      PlannedRequest request = describe(kept);
      std::string path = host_.secrets.mask(request.path);
      shows_secret = shows_secret || path != request.path;
      request.path = std::move(path);
      planned.requests.push_back(std::move(request));
    }
    planned.skipped = verdict.kind == Verdict::Kind::dropped;
    if (shows_secret) {
      planned.failure = Error{ErrorKind::unsupported, "a secret is in the path of its request: no plan may hold it", 0};
    }
    if (verdict.kind != Verdict::Kind::failed || planned.failure) return planned;
    planned.open = gate_.open();
    if (planned.open.empty() && !planned.requests.empty()) planned.open = gate_.made_up().told(verdict.error.message);
    planned.open = host_.secrets.mask(planned.open);
    if (planned.open.empty()) planned.failure = masked(std::move(verdict.error));
    return planned;
  }

 private:
  Error masked(Error error) const {
    error.message = host_.secrets.mask(error.message);
    return error;
  }

  Json shown(const Json& value) const {
    Json out = gate_.made_up().told_in(value);
    mask(out);
    return out;
  }

  void mask(Json& value) const {
    if (value.is_string()) {
      value = host_.secrets.mask(value.get_ref<const std::string&>());
    } else if (value.is_structured()) {
      for (auto& item : value) mask(item);
    }
  }

  PlannedRequest describe(const Kept& kept) {
    const MadeUp& made_up = gate_.made_up();
    const WriteRequest& write = kept.write;
    WriteRequest told = write;
    told.path = made_up.told(write.path);
    PlannedRequest request;
    request.client = told.client;
    request.method = told.method;
    request.path = told.path;
    request.hash = told.hash();
    request.bytes = write.body.size();
    request.body_follows = kept.from_answers || made_up.has_id(write.body);
    if (!write.body.empty()) {
      const Json body = Json::parse(write.body, nullptr, false);
      request.body = !body.is_discarded() ? shown(body) : is_utf8(write.body) ? shown(write.body) : Json(nullptr);
    }
    std::optional<Json> before;
    if (write.method == "PUT" || write.method == "PATCH") before = found(kept);
    request.changes = changes_of(write.method, write.path, write.body, before ? &*before : nullptr);
    for (FieldChange& change : request.changes) {
      if (change.before) change.before = shown(*change.before);
      if (change.after) change.after = shown(*change.after);
    }
    return request;
  }

  // What the request finds at its path: as its publisher read it, or read here. Nothing: nobody knows.
  std::optional<Json> found(const Kept& kept) {
    const std::string path(without_query(kept.write.path));
    auto text = kept.was;
    if (!text && !gate_.made_up().has_id(path)) {
      text = read(kept.write.client, path);
      if (text) gate_.learn(kept.write, *text);
    }
    if (!text) return std::nullopt;
    Json document = Json::parse(*text, nullptr, false);
    return document.is_object() ? std::optional(std::move(document)) : std::nullopt;
  }

  std::optional<std::string> read(const std::string& name, const std::string& path) {
    ClientInstance* client = route_.client(name);
    if (client == nullptr) return std::nullopt;
    leat_http_request request{};
    request.struct_size = sizeof request;
    request.method = str("GET");
    request.url = str(path);
    Call call(host_.clock, stop_, "route " + route_.config.name, std::chrono::steady_clock::now() + read_limit);
    std::optional<std::string> body;
    const auto keep = [](void* user, const leat_outcome* outcome, const leat_http_response* response) {
      if (outcome->kind != LEAT_OK || response == nullptr) return;
      *static_cast<std::optional<std::string>*>(user) = std::string(view(response->body));
    };
    static_cast<void>(client->call(call, request, keep, &body));  // without it the fields are shown alone
    return body;
  }

  const Rehearsed& route_;
  HostState& host_;
  const std::stop_token stop_;
  Rehearsal gate_;
  const GateInPlace in_place_;
  const Delivery delivery_;
};

bool is_pending(TaskStatus status) { return status == TaskStatus::fresh || status == TaskStatus::retry; }

}  // namespace

Result<Plan> rehearse(const Rehearsed& route, TaskStore& store, HostState& host, std::uint32_t count_max,
                      const std::stop_token& stop) {
  PublisherInstance& publisher = *route.outgoing.publisher;
  if (!publisher.rehearsable()) {
    return Error{
        ErrorKind::unsupported,
        fmt::format("{} cannot be rehearsed: it does not say that all it changes goes through clients, so nobody "
                    "could keep it back",
                    publisher.name()),
        0};
  }
  Plan plan;
  plan.route = route.config.name;
  plan.made = host.clock.now();
  Planner planner(route, host, stop);
  Call opening(host.clock, stop, "route " + route.config.name);
  if (auto opened = publisher.open(opening); !opened) return opened.error();
  const TaskFilter pending{.route = route.config.name, .statuses = {TaskStatus::fresh, TaskStatus::retry}};
  Result<Done> done = Done{};
  for (TaskId after = 0; done && plan.tasks.size() < count_max && !stop.stop_requested();) {
    const auto left = static_cast<std::uint32_t>(count_max - plan.tasks.size());
    const auto page = store.list(pending, after, std::min<std::uint32_t>(left, 100));
    if (!page) done = page.error();
    if (!page || page->empty()) break;
    for (const Task& listed : *page) {
      if (stop.stop_requested()) break;
      after = listed.id;
      auto details = store.show(listed.id);
      // Somebody else may have taken it meanwhile.
      if (!details && details.error().kind != ErrorKind::not_found) {
        done = details.error();
        break;
      }
      if (details && is_pending(details->task.status)) plan.tasks.push_back(planner.plan(details->task));
    }
  }
  Call closing(host.clock, {}, "route " + route.config.name);
  static_cast<void>(publisher.close(closing));
  if (!done) return done.error();
  if (stop.stop_requested()) return Error{ErrorKind::cancelled, "asked to stop; there is no plan", 0};
  const auto counts = store.counts();
  if (!counts) return counts.error();
  for (const RouteCounts& of : *counts) {
    if (of.route != route.config.name) continue;
    const std::uint64_t all = of.of(TaskStatus::fresh) + of.of(TaskStatus::retry);
    plan.further = all > plan.tasks.size() ? all - plan.tasks.size() : 0;
    plan.waiting = of.of(TaskStatus::waiting);
  }
  return plan;
}

}  // namespace leat::host
