#include "host/route/plan.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>

#include "host/route/identity.hpp"

namespace leat::host {
namespace {

constexpr int version = 1;

Json to_json(const PlannedRequest& request) {
  Json changes = Json::array();
  for (const FieldChange& change : request.changes) {
    Json line{{"field", change.field}};
    if (change.known) line["before"] = change.before.value_or(nullptr);
    if (change.after) line["after"] = *change.after;
    changes.push_back(std::move(line));
  }
  Json out{{"client", request.client},      {"method", request.method}, {"path", request.path},
           {"changes", std::move(changes)}, {"body", request.body},     {"bytes", request.bytes},
           {"hash", request.hash}};
  if (request.body_follows) out["body_follows"] = true;
  return out;
}

Json to_json(const PlannedTask& task) {
  Json requests = Json::array();
  for (const PlannedRequest& request : task.requests) requests.push_back(to_json(request));
  Json out{{"task", task.id}, {"key", task.key ? Json(*task.key) : Json(nullptr)}, {"record", task.record}};
  if (task.failure) out["failure"] = {{"kind", to_string(task.failure->kind)}, {"message", task.failure->message}};
  if (task.skipped) out["skipped"] = true;
  if (!task.open.empty()) out["open"] = task.open;
  out["requests"] = std::move(requests);
  return out;
}

Error wrong(std::string what) { return {ErrorKind::invalid, "the plan: " + std::move(what), 0}; }

// What was read by somebody else's hand may be anything.
class Reader {
 public:
  std::string text(const Json& object, const char* member, const std::string& where) {
    const auto found = object.is_object() ? object.find(member) : object.end();
    if (object.is_object() && found != object.end() && found->is_string()) return found->get<std::string>();
    fail(fmt::format("{}.{}: expected a text", where, member));
    return {};
  }
  const Json& list(const Json& object, const char* member, const std::string& where) {
    static const Json none = Json::array();
    if (object.is_object() && object.contains(member) && object[member].is_array()) return object[member];
    fail(fmt::format("{}.{}: expected an array", where, member));
    return none;
  }
  void fail(std::string what) {
    if (first_.empty()) first_ = std::move(what);
  }
  const std::string& first() const { return first_; }

 private:
  std::string first_;
};

}  // namespace

std::string WriteRequest::hash() const {
  return hex(fingerprint_of(fmt::format("{}\n{}\n{}\n{}", client, method, path, body)));
}

std::string record_hash(const Task& task) {
  return hex(fingerprint_of(fmt::format("{}\n{}\n{}", static_cast<int>(task.stage), task.attributes, task.payload)));
}

Json to_json(const Plan& plan) {
  Json tasks = Json::array();
  for (const PlannedTask& task : plan.tasks) tasks.push_back(to_json(task));
  const auto made = static_cast<std::time_t>(plan.made.count() / 1000);
  return {{"leat_plan", version},
          {"route", plan.route},
          {"made", fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(made))},
          {"further", plan.further},
          {"waiting", plan.waiting},
          {"tasks", std::move(tasks)}};
}

Result<Plan> parse_plan(std::string_view text) {
  const Json document = Json::parse(text, nullptr, false);
  if (!document.is_object() || !document.contains("leat_plan")) return wrong("this is no plan of `leat plan --out`");
  if (document["leat_plan"] != version) {
    return wrong(
        fmt::format("of version {}, this program knows {}; make it anew", document["leat_plan"].dump(), version));
  }
  Reader reader;
  Plan plan;
  plan.route = reader.text(document, "route", "plan");
  const Json& tasks = reader.list(document, "tasks", "plan");
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const std::string where = fmt::format("tasks[{}]", i);
    PlannedTask& task = plan.tasks.emplace_back();
    if (tasks[i].is_object() && tasks[i].contains("task") && tasks[i]["task"].is_number_integer()) {
      task.id = tasks[i]["task"].get<TaskId>();
    } else {
      reader.fail(where + ".task: expected a task's number");
    }
    task.record = reader.text(tasks[i], "record", where);
    task.skipped = tasks[i].is_object() && tasks[i].contains("skipped");
    if (tasks[i].is_object() && tasks[i].contains("open")) task.open = reader.text(tasks[i], "open", where);
    if (tasks[i].is_object() && tasks[i].contains("failure")) {
      task.failure = Error{ErrorKind::invalid, reader.text(tasks[i]["failure"], "message", where + ".failure"), 0};
    }
    const Json& requests = reader.list(tasks[i], "requests", where);
    for (std::size_t r = 0; r < requests.size(); ++r) {
      const std::string at = fmt::format("{}.requests[{}]", where, r);
      PlannedRequest& request = task.requests.emplace_back();
      request.client = reader.text(requests[r], "client", at);
      request.method = reader.text(requests[r], "method", at);
      request.path = reader.text(requests[r], "path", at);
      request.hash = reader.text(requests[r], "hash", at);
      request.body_follows = requests[r].is_object() && requests[r].contains("body_follows");
    }
  }
  if (!reader.first().empty()) return wrong(reader.first());
  return plan;
}

}  // namespace leat::host
