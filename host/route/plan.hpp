// What a route would send for its pending tasks, for a person to read and agree to: the tasks, and of each the requests in
// their order. As a file it is JSON with a version; a request is told again by its hash, because what is written of its
// body has no secrets in it: they are masked where the plan is made.
// Threads  plain values.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/config/component.hpp"
#include "host/route/changes.hpp"
#include "host/store/task.hpp"
#include "leat/result.hpp"

namespace leat::host {

// A request to a client of the configuration.
struct WriteRequest {
  std::string client;  // its name
  std::string method;
  std::string path;  // with its query
  std::string body;  // as it is sent

  // Equal for equal requests.
  std::string hash() const;
  // "PATCH /service/tickets/7601"
  std::string line() const { return method + " " + path; }
};

inline std::string_view without_query(std::string_view path) { return path.substr(0, path.find('?')); }

struct PlannedRequest {
  std::string client;
  std::string method;
  std::string path;  // "/service/tickets/{id of task 7}/notes": an id that an earlier request will be answered with
  std::string hash;  // of WriteRequest with that path
  std::uint64_t bytes = 0;  // of its body
  Json body;                // for people; null: none, or no text
  std::vector<FieldChange> changes;
  bool body_follows = false;  // it is made from answers to earlier requests: what is known of it here is a guess

  std::string line() const { return method + " " + path; }
};

struct PlannedTask {
  TaskId id = 0;
  std::optional<std::string> key;
  std::string record;  // hash of what is stored: another one is another task
  std::vector<PlannedRequest> requests;
  // It would end so, without a request. Nothing and no requests: it would finish, since nothing is to be changed.
  std::optional<Error> failure;
  // What becomes of it behind its requests depends on their answers, and why; empty: these are all.
  std::string open{};
  bool skipped = false;  // a transformer leaves it out

  // It can be applied: with its requests, or because it needs none.
  bool ready() const { return !failure; }
};

struct Plan {
  std::string route;
  Millis made{0};
  std::vector<PlannedTask> tasks;
  std::uint64_t further = 0;  // pending tasks beyond the limit
  std::uint64_t waiting = 0;  // tasks behind an earlier one of their key, whose turn comes later
};

std::string record_hash(const Task& task);

Json to_json(const Plan& plan);
// invalid: no plan, or one of another version; says where.
Result<Plan> parse_plan(std::string_view text);

}  // namespace leat::host
