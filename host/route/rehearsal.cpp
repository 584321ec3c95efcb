#include "host/route/rehearsal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>

#include "host/base/request_gate.hpp"
#include "host/record/scan.hpp"
#include "host/route/delivery.hpp"
#include "host/route/identity.hpp"

namespace leat::host {
namespace {

constexpr auto read_limit = std::chrono::seconds(30);
constexpr auto attempt_limit = std::chrono::minutes(2);

std::string_view text_of(leat_bytes bytes) {
  return bytes.ptr == nullptr ? std::string_view()
                              : std::string_view(reinterpret_cast<const char*>(bytes.ptr), bytes.len);
}

std::string_view without_query(std::string_view path) { return path.substr(0, path.find('?')); }

// Keeps back what changes something, and remembers what was read of one task.
class Rehearsal final : public RequestGate {
 public:
  std::optional<Error> before(std::string_view client, const leat_http_request& request) override {
    if (only_reads(request)) return std::nullopt;
    WriteRequest kept{std::string(client), std::string(view(request.method)), std::string(view(request.url)),
                      std::string(text_of(request.body))};
    Error error{ErrorKind::cancelled, "a rehearsal: " + kept.line() + " was kept back", 0};
    const std::lock_guard lock(mutex_);
    kept_.push_back(std::move(kept));
    return error;
  }

  void after(std::string_view client, const leat_http_request& request, const leat_outcome& outcome,
             const leat_http_response* response) override {
    const std::string_view path = view(request.url);
    const bool whole = path.find("fields=") == std::string_view::npos;
    if (view(request.method) != "GET" || outcome.kind != LEAT_OK || response == nullptr || !whole) return;
    const std::lock_guard lock(mutex_);
    reads_[{std::string(client), std::string(without_query(path))}] = std::string(text_of(response->body));
  }

  // Of one task; forgets them.
  std::vector<WriteRequest> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(kept_, {});
  }
  std::optional<std::string> read(const std::string& client, std::string_view path) const {
    const std::lock_guard lock(mutex_);
    const auto found = reads_.find({client, std::string(path)});
    return found == reads_.end() ? std::nullopt : std::optional(found->second);
  }
  void forget_reads() {
    const std::lock_guard lock(mutex_);
    reads_.clear();
  }

 private:
  mutable std::mutex mutex_;
  std::vector<WriteRequest> kept_;
  std::map<std::pair<std::string, std::string>, std::string> reads_;  // by client and path
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
    planned.key = task.key;
    planned.record = record_hash(task);
    auto record = to_record(task);
    if (!record) {
      planned.failure = Error{ErrorKind::invalid, "stored payload: " + record.error().message, 0};
      return planned;
    }
    std::vector<Parcel> parcels;
    parcels.push_back({std::move(*record), task.stage});
    Call call(host_.clock, stop_, "route " + route_.config.name, std::chrono::steady_clock::now() + attempt_limit);
    Verdict verdict = std::move(delivery_.run(call, parcels).front());
    for (const WriteRequest& kept : gate_.take()) planned.requests.push_back(describe(kept));
    gate_.forget_reads();
    planned.skipped = verdict.kind == Verdict::Kind::dropped;
    if (planned.requests.empty() && verdict.kind == Verdict::Kind::failed) planned.failure = std::move(verdict.error);
    return planned;
  }

 private:
  PlannedRequest describe(const WriteRequest& kept) {
    PlannedRequest request{kept.client, kept.method, kept.path, kept.hash(), kept.body.size(), nullptr, {}};
    if (!kept.body.empty()) {
      request.body = Json::parse(kept.body, nullptr, false);
      if (request.body.is_discarded()) request.body = is_utf8(kept.body) ? Json(kept.body) : Json(nullptr);
    }
    std::optional<Json> before;
    if (kept.method == "PUT" || kept.method == "PATCH") before = current(kept);
    request.changes = changes_of(kept.method, kept.path, kept.body, before ? &*before : nullptr);
    return request;
  }

  // What is at the request's path now: as the publisher read it, or read here. Nothing: nobody knows.
  std::optional<Json> current(const WriteRequest& kept) {
    const std::string path(without_query(kept.path));
    auto text = gate_.read(kept.client, path);
    if (!text) text = read(kept.client, path);
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
      *static_cast<std::optional<std::string>*>(user) = std::string(text_of(response->body));
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
