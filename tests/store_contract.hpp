// What every TaskStore must do. An engine's test includes this once and names its fixture:
//   LEAT_STORE_CONTRACT(SqliteFixture)
// Fixture: `ManualClock clock`, and `std::unique_ptr<TaskStore> open()`, a further worker on the same queue.
#pragma once

#include <doctest/doctest.h>

#include <atomic>
#include <map>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "host/base/clock.hpp"
#include "host/store/task_store.hpp"
#include "store_model.hpp"

namespace leat::host::test {

using namespace std::chrono_literals;
using Ids = std::vector<TaskId>;

inline constexpr auto lease = 60s;
inline constexpr std::uint64_t much = 1ULL << 40U;

// By value: what a range-for goes through must outlive the call.
template <class T>
T value_of(Result<T> result) {
  REQUIRE(result);
  return std::move(*result);
}

inline NewTask task_of(std::string_view route, std::optional<std::string_view> key = {},
                       std::string_view payload = R"({"id":1})") {
  NewTask task;
  task.route = route;
  task.key = key;
  task.payload = payload;
  return task;
}

// Stores tasks of one route, by key ("" for none), and gives their ids.
inline Ids put_keys(TaskStore& store, std::string_view route, const std::vector<std::string>& keys) {
  std::vector<NewTask> tasks;
  for (const auto& key : keys) {
    tasks.push_back(task_of(route, key.empty() ? std::nullopt : std::optional<std::string_view>(key)));
  }
  TaskId before = 0;
  for (const Task& task : value_of(store.list({}, 0, 1'000'000))) before = task.id;
  REQUIRE(store.put({"", tasks, {}}));
  Ids ids;
  for (const Task& task : value_of(store.list({}, before, 1'000'000))) ids.push_back(task.id);
  return ids;
}

inline Ids ids_of(const std::vector<Task>& tasks) {
  Ids ids;
  for (const Task& task : tasks) ids.push_back(task.id);
  return ids;
}

inline Ids claim_ids(TaskStore& store, std::string_view route, std::uint32_t max = 100) {
  return ids_of(store.claim(route, max, much, lease).value());
}

inline Outcome ends(TaskId id, TaskStatus status, std::uint32_t attempt = 1) {
  Outcome outcome;
  outcome.task = id;
  outcome.attempt = attempt;
  outcome.status = status;
  if (status != TaskStatus::finished && status != TaskStatus::skipped) outcome.error = ErrorKind::busy;
  return outcome;
}

inline void finish_one(TaskStore& store, const Outcome& outcome) {
  const auto report = store.finish(std::span(&outcome, 1));
  REQUIRE(report);
  REQUIRE(report->lost.empty());
}

inline TaskStatus status_of(TaskStore& store, TaskId id) { return store.show(id).value().task.status; }

// The tallies say what the tasks say.
inline void check_counts(TaskStore& store) {
  std::map<std::string, std::array<std::uint64_t, task_status_count>> counted;
  for (const Task& task : value_of(store.list({}, 0, 1'000'000)))
    ++counted[task.route][static_cast<std::size_t>(task.status)];
  for (const RouteCounts& counts : value_of(store.counts())) CHECK(counts.tasks == counted[counts.route]);
}

TEST_CASE_TEMPLATE_DEFINE("a page and its cursor are stored together, in order", Fixture, store_put) {
  Fixture fixture;
  auto store = fixture.open();
  REQUIRE(store->hold("tickets", lease).value());
  CHECK_FALSE(store->cursor("tickets").value());
  const NewTask tasks[] = {task_of("a", "k1", "[1]"), task_of("b", {}, "[2]"), task_of("a", {}, "[3]")};
  const auto report = store->put({"tickets", tasks, "page 2"});
  REQUIRE(report);
  REQUIRE(report->routes.size() == 2);
  CHECK(report->routes[0].route == "a");
  CHECK(report->routes[0].stored == 2);
  CHECK(report->routes[0].pending.tasks == 2);
  CHECK(report->routes[0].pending.bytes == 6);
  CHECK(store->cursor("tickets").value() == "page 2");
  const auto claimed = store->claim("a", 100, much, lease);
  REQUIRE(claimed->size() == 2);
  CHECK(claimed->at(0).payload == "[1]");
  CHECK(claimed->at(0).key == "k1");
  CHECK(claimed->at(1).payload == "[3]");
  CHECK_FALSE(claimed->at(1).key);
  CHECK(claimed->at(0).attempts == 1);
}

TEST_CASE_TEMPLATE_DEFINE("who does not hold the incoming stores nothing and moves no cursor", Fixture, store_fence) {
  Fixture fixture;
  auto store = fixture.open();
  auto other = fixture.open();
  REQUIRE(store->hold("tickets", lease).value());
  CHECK(store->hold("tickets", lease).value());
  CHECK_FALSE(other->hold("tickets", lease).value());
  const NewTask tasks[] = {task_of("a")};
  const auto refused = other->put({"tickets", tasks, "x"});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::cancelled);
  CHECK_FALSE(store->cursor("tickets").value());
  CHECK(store->list({}, 0, 10)->empty());

  SUBCASE("a cursor that a person sets takes the incoming from its worker") {
    REQUIRE(other->set_cursor("tickets", "from here"));
    CHECK_FALSE(store->put({"tickets", tasks, "x"}));
    CHECK(store->cursor("tickets").value() == "from here");
    CHECK(store->hold("tickets", lease).value());
    CHECK(store->put({"tickets", tasks, "x"}));
    REQUIRE(other->set_cursor("tickets", std::nullopt));
    CHECK_FALSE(store->cursor("tickets").value());
  }
  SUBCASE("released, it is another one's") {
    REQUIRE(store->release("tickets"));
    CHECK(other->hold("tickets", lease).value());
    CHECK_FALSE(store->hold("tickets", lease).value());
  }
  SUBCASE("once its lease is over, too; renewed, not") {
    fixture.clock.advance(50s);
    REQUIRE(store->renew(lease));
    fixture.clock.advance(50s);
    CHECK_FALSE(other->hold("tickets", lease).value());
    CHECK(store->cursors()->at(0).held);
    fixture.clock.advance(11s);
    CHECK(other->hold("tickets", lease).value());
  }
}

TEST_CASE_TEMPLATE_DEFINE("claims take the oldest due tasks, within count and bytes, and hide them", Fixture,
                          store_claim) {
  Fixture fixture;
  auto store = fixture.open();
  auto other = fixture.open();
  const Ids ids = put_keys(*store, "a", {"", "", "", "", ""});
  put_keys(*store, "b", {""});
  CHECK(claim_ids(*store, "a", 2) == Ids{ids[0], ids[1]});
  CHECK(ids_of(other->claim("a", 100, 9, lease).value()) == Ids{ids[2], ids[3]});  // 8 bytes each
  CHECK(ids_of(other->claim("a", 100, 1, lease).value()) == Ids{ids[4]});
  CHECK(claim_ids(*store, "a").empty());
  CHECK_FALSE(store->next_due("a").value());
  CHECK(store->next_due("b").value() == fixture.clock.now());
  CHECK(store->pending("a")->tasks == 5);
  check_counts(*store);
}

TEST_CASE_TEMPLATE_DEFINE("an outcome decides about status, payload and history", Fixture, store_finish) {
  struct Row {
    TaskStatus to;
    bool payload, counted, listed;
  };
  const Row rows[] = {{TaskStatus::finished, false, true, true}, {TaskStatus::skipped, false, true, true},
                      {TaskStatus::failed, true, true, true},    {TaskStatus::uncertain, true, true, true},
                      {TaskStatus::retry, true, true, true},     {TaskStatus::fresh, true, false, false}};
  for (const Row& row : rows) {
    CAPTURE(to_string(row.to));
    Fixture fixture;
    auto store = fixture.open();
    const TaskId id = put_keys(*store, "a", {""})[0];
    fixture.clock.advance(1s);
    REQUIRE(claim_ids(*store, "a") == Ids{id});
    fixture.clock.advance(1s);
    Outcome outcome = ends(id, row.to);
    outcome.message = "what happened";
    outcome.answer = R"({"id":9})";
    outcome.due = fixture.clock.now() + 5s;
    finish_one(*store, outcome);
    const auto details = store->show(id).value();
    CHECK(details.task.status == row.to);
    CHECK(details.task.payload.empty() == !row.payload);
    CHECK(details.task.attempts == (row.counted ? 1 : 0));
    CHECK(details.task.message == "what happened");
    CHECK(details.task.answer == R"({"id":9})");
    REQUIRE(details.attempts.size() == (row.listed ? 1 : 0));
    if (row.listed) {
      CHECK(details.attempts[0].number == 1);
      CHECK(details.attempts[0].started == fixture.clock.now() - 1s);
      CHECK(details.attempts[0].ended == fixture.clock.now());
      CHECK(details.attempts[0].error == outcome.error);
    }
    check_counts(*store);
    // The outcome of a lease that is over is dropped.
    CHECK(store->finish(std::span(&outcome, 1))->lost == Ids{id});
  }
  Fixture fixture;
  auto store = fixture.open();
  const Outcome never = ends(1, TaskStatus::waiting);
  CHECK(store->finish(std::span(&never, 1)).error().kind == ErrorKind::invalid);
}

TEST_CASE_TEMPLATE_DEFINE("a task in retry waits until it is due", Fixture, store_retry) {
  Fixture fixture;
  auto store = fixture.open();
  const TaskId id = put_keys(*store, "a", {""})[0];
  REQUIRE(claim_ids(*store, "a") == Ids{id});
  Outcome outcome = ends(id, TaskStatus::retry);
  outcome.due = fixture.clock.now() + 10s;
  finish_one(*store, outcome);
  CHECK(store->next_due("a").value() == fixture.clock.now() + 10s);
  CHECK(claim_ids(*store, "a").empty());
  fixture.clock.advance(10s);
  const auto claimed = store->claim("a", 1, much, lease).value();
  REQUIRE(claimed.size() == 1);
  CHECK(claimed[0].attempts == 2);
  CHECK(claimed[0].error == ErrorKind::busy);
  finish_one(*store, ends(id, TaskStatus::finished, 2));
  CHECK(store->show(id)->attempts.size() == 2);
}

TEST_CASE_TEMPLATE_DEFINE("tasks of one key go one at a time, in their order", Fixture, store_keys) {
  Fixture fixture;
  auto store = fixture.open();
  const Ids ids = put_keys(*store, "a", {"x", "x", "y", "x"});
  put_keys(*store, "b", {"x"});
  CHECK(claim_ids(*store, "a") == Ids{ids[0], ids[2]});
  CHECK(status_of(*store, ids[1]) == TaskStatus::waiting);

  SUBCASE("a settled one lets the next one go") {
    for (const TaskStatus status : {TaskStatus::finished, TaskStatus::failed, TaskStatus::skipped}) {
      CAPTURE(to_string(status));
      const Ids more = put_keys(*store, "c", {"z", "z"});
      REQUIRE(claim_ids(*store, "c") == Ids{more[0]});
      finish_one(*store, ends(more[0], status));
      CHECK(claim_ids(*store, "c") == Ids{more[1]});
      finish_one(*store, ends(more[1], TaskStatus::finished));
    }
  }
  SUBCASE("one in retry or uncertain, or given back, keeps the others waiting") {
    for (const TaskStatus status : {TaskStatus::retry, TaskStatus::uncertain, TaskStatus::fresh}) {
      CAPTURE(to_string(status));
      const std::string route = "d" + std::string(to_string(status));
      const Ids more = put_keys(*store, route, {"z", "z"});
      REQUIRE(claim_ids(*store, route) == Ids{more[0]});
      Outcome outcome = ends(more[0], status);
      outcome.due = fixture.clock.now() + 10s;
      finish_one(*store, outcome);
      CHECK(claim_ids(*store, route) == (status == TaskStatus::fresh ? Ids{more[0]} : Ids{}));
    }
  }
  SUBCASE("a failed one that is tried again goes before younger ones that have not begun") {
    finish_one(*store, ends(ids[0], TaskStatus::failed));
    REQUIRE(store->move({.ids = {ids[0]}}, TaskStatus::fresh, "")->moved == 1);
    CHECK(status_of(*store, ids[1]) == TaskStatus::waiting);
    CHECK(claim_ids(*store, "a") == Ids{ids[0]});
  }
  SUBCASE("and behind one that has") {
    finish_one(*store, ends(ids[0], TaskStatus::failed));
    REQUIRE(claim_ids(*store, "a") == Ids{ids[1]});
    REQUIRE(store->move({.ids = {ids[0]}}, TaskStatus::fresh, "")->moved == 1);
    CHECK(claim_ids(*store, "a").empty());
    finish_one(*store, ends(ids[1], TaskStatus::finished));
    CHECK(claim_ids(*store, "a") == Ids{ids[0]});
  }
  check_counts(*store);
}

TEST_CASE_TEMPLATE_DEFINE("tasks of a worker that is gone are taken up again", Fixture, store_recover) {
  for (const Recovery recovery : {Recovery::resend, Recovery::hold}) {
    CAPTURE(recovery == Recovery::resend);
    Fixture fixture;
    auto store = fixture.open();
    auto other = fixture.open();
    const TaskId id = put_keys(*store, "a", {"x"})[0];
    REQUIRE(claim_ids(*store, "a") == Ids{id});
    fixture.clock.advance(lease);
    CHECK(store->recover("a", recovery)->tasks == 0);  // its own tasks are not orphans
    CHECK(other->recover("a", recovery)->tasks == 0);
    CHECK(other->recover("b", recovery)->tasks == 0);
    fixture.clock.advance(1ms);
    CHECK(other->recover("a", recovery)->tasks == 1);
    const auto details = other->show(id).value();
    CHECK(details.task.status == (recovery == Recovery::resend ? TaskStatus::retry : TaskStatus::uncertain));
    CHECK(details.task.error == ErrorKind::uncertain);
    CHECK(details.attempts.size() == 1);
    const Outcome late = ends(id, TaskStatus::finished);
    CHECK(store->finish(std::span(&late, 1))->lost == Ids{id});
    CHECK(claim_ids(*other, "a") == (recovery == Recovery::resend ? Ids{id} : Ids{}));
    check_counts(*store);
  }
}

TEST_CASE_TEMPLATE_DEFINE("a record that says the same again is counted and not stored", Fixture, store_dedup) {
  Fixture fixture;
  auto store = fixture.open();
  const auto put = [&](std::string_view route, std::string_view key, std::uint8_t print) {
    NewTask task = task_of(route, key);
    task.fingerprint = Fingerprint{print};
    const auto report = store->put({"", std::span(&task, 1), {}});
    return report.value().routes[0].stored == 1 && report->routes[0].deduplicated == 0;
  };
  CHECK(put("a", "x", 1));
  CHECK_FALSE(put("a", "x", 1));
  CHECK(put("a", "y", 1));
  CHECK(put("b", "x", 1));
  CHECK(put("a", "x", 2));
  CHECK(put("a", "x", 1));
  CHECK(fixture.open()->pending("a")->tasks == 4);
}

TEST_CASE_TEMPLATE_DEFINE("a refused record is stored with its reason and never worked on by itself", Fixture,
                          store_failed) {
  Fixture fixture;
  auto store = fixture.open();
  NewTask task = task_of("a", "x");
  task.status = TaskStatus::failed;
  task.stage = Stage::route;
  task.error = {ErrorKind::invalid, "no field id", 0};
  task.attributes = R"({"acme.source":"q"})";
  REQUIRE(store->put({"", std::span(&task, 1), {}}));
  CHECK(claim_ids(*store, "a").empty());
  CHECK(store->pending("a")->tasks == 0);
  const auto listed = store->list({.route = "a", .statuses = {TaskStatus::failed}, .error = ErrorKind::invalid}, 0, 10);
  REQUIRE(listed->size() == 1);
  CHECK(listed->at(0).message == "no field id");
  CHECK(listed->at(0).payload.empty());
  REQUIRE(store->move({.statuses = {TaskStatus::failed}}, TaskStatus::fresh, "")->moved == 1);
  const auto again = store->claim("a", 1, much, lease).value();
  REQUIRE(again.size() == 1);
  CHECK(again[0].stage == Stage::route);
  CHECK(again[0].payload == R"({"id":1})");
  CHECK(again[0].attributes == R"({"acme.source":"q"})");
}

// Brings a task of its own into a status.
inline TaskId task_in(TaskStore& store, TaskStatus status) {
  const std::string route(to_string(status));
  const Ids ids = put_keys(
      store, route, status == TaskStatus::waiting ? std::vector<std::string>{"x", "x"} : std::vector<std::string>{""});
  if (status == TaskStatus::fresh || status == TaskStatus::waiting) return ids.back();
  REQUIRE(claim_ids(store, route) == ids);
  if (status != TaskStatus::processing) finish_one(store, ends(ids[0], status));
  return ids[0];
}

TEST_CASE_TEMPLATE_DEFINE("a person moves tasks as the table of moves allows, and no other way", Fixture, store_move) {
  for (std::size_t from = 0; from < task_status_count; ++from) {
    for (const TaskStatus to : {TaskStatus::fresh, TaskStatus::skipped, TaskStatus::finished}) {
      const auto status = static_cast<TaskStatus>(from);
      CAPTURE(to_string(status));
      CAPTURE(to_string(to));
      Fixture fixture;
      auto store = fixture.open();
      const TaskId id = task_in(*store, status);
      const bool has_payload = !store->show(id)->task.payload.empty();
      const bool allowed = may_move(status, to, Mover::person) && (to != TaskStatus::fresh || has_payload);
      const auto report = store->move({.ids = {id}}, to, "by hand").value();
      CHECK(report.moved == (allowed ? 1 : 0));
      CHECK(report.refused == (allowed ? 0 : 1));
      CHECK(report.first_refusal.empty() == allowed);
      CHECK(status_of(*store, id) == (allowed ? to : status));
      if (allowed) CHECK(store->show(id)->task.message == "by hand");
      check_counts(*store);
    }
  }
  Fixture fixture;
  auto store = fixture.open();
  CHECK(store->move({}, TaskStatus::failed, "").error().kind == ErrorKind::invalid);
  CHECK(store->show(77).error().kind == ErrorKind::not_found);
}

TEST_CASE_TEMPLATE_DEFINE("what a person skips lets the next of its key go", Fixture, store_skip) {
  Fixture fixture;
  auto store = fixture.open();
  const Ids ids = put_keys(*store, "a", {"x", "x", "x"});
  REQUIRE(claim_ids(*store, "a") == Ids{ids[0]});
  finish_one(*store, ends(ids[0], TaskStatus::uncertain));
  REQUIRE(store->move({.ids = {ids[1]}}, TaskStatus::skipped, "")->moved == 1);
  CHECK(claim_ids(*store, "a").empty());
  REQUIRE(store->move({.ids = {ids[0]}}, TaskStatus::finished, "it is there")->moved == 1);
  CHECK(claim_ids(*store, "a") == Ids{ids[2]});
  CHECK(store->show(ids[1])->task.payload == R"({"id":1})");  // skipped by a person, it may come back
}

TEST_CASE_TEMPLATE_DEFINE("lists are filtered and go on behind an id; only settled tasks are pruned", Fixture,
                          store_list) {
  Fixture fixture;
  auto store = fixture.open();
  const Ids ids = put_keys(*store, "a", {"x", "y", "", ""});
  const Ids others = put_keys(*store, "b", {"x"});
  CHECK(ids_of(store->list({.route = "a"}, 0, 2).value()) == Ids{ids[0], ids[1]});
  CHECK(ids_of(store->list({.route = "a"}, ids[1], 2).value()) == Ids{ids[2], ids[3]});
  CHECK(ids_of(store->list({.key = "x"}, 0, 9).value()) == Ids{ids[0], others[0]});
  CHECK(ids_of(store->list({.ids = {ids[3], 999}}, 0, 9).value()) == Ids{ids[3]});
  CHECK(store->list({.route = "unknown"}, 0, 9)->empty());
  REQUIRE(claim_ids(*store, "a", 2) == Ids{ids[0], ids[1]});
  finish_one(*store, ends(ids[0], TaskStatus::finished));
  fixture.clock.advance(10s);
  finish_one(*store, ends(ids[1], TaskStatus::failed));
  CHECK(ids_of(store->list({.statuses = {TaskStatus::finished, TaskStatus::failed}}, 0, 9).value()) ==
        Ids{ids[0], ids[1]});
  CHECK(store->prune({.changed_before = fixture.clock.now()}).value() == 1);
  CHECK(ids_of(store->list({.route = "a"}, 0, 9).value()) == Ids{ids[1], ids[2], ids[3]});
  CHECK(store->prune({}).value() == 1);
  CHECK(ids_of(store->list({.route = "a"}, 0, 9).value()) == Ids{ids[2], ids[3]});
  CHECK(put_keys(*store, "a", {""})[0] > others[0]);
  check_counts(*store);
}

TEST_CASE_TEMPLATE_DEFINE("workers at the same time never share a task, and a key is in one hand", Fixture,
                          store_threads) {
  Fixture fixture;
  auto first = fixture.open();
  auto second = fixture.open();
  constexpr int count = 600;
  constexpr int keys = 7;
  std::vector<std::string> names(count);
  for (int i = 0; i < count; ++i) names[i] = "k" + std::to_string(i % keys);
  const Ids ids = put_keys(*first, "a", names);
  std::atomic<int> done{0};
  std::atomic<int> clashes{0};
  std::array<std::atomic<int>, keys> in_hand{};
  std::array<std::atomic<TaskId>, keys> last{};
  {
    std::vector<std::jthread> workers;
    for (int worker = 0; worker < 4; ++worker) {
      workers.emplace_back([&, worker] {
        TaskStore& store = worker % 2 == 0 ? *first : *second;
        while (done < count) {
          const auto tasks = store.claim("a", 3, much, lease);
          if (!tasks) {
            if (tasks.error().kind != ErrorKind::busy) ++clashes;
            continue;
          }
          std::vector<Outcome> outcomes;
          for (const Task& task : *tasks) {
            const auto key = static_cast<std::size_t>((*task.key)[1] - '0');
            if (in_hand[key]++ != 0 || last[key].exchange(task.id) >= task.id) ++clashes;
            outcomes.push_back(ends(task.id, TaskStatus::finished, task.attempts));
            --in_hand[key];
          }
          if (outcomes.empty()) continue;
          const auto report = store.finish(outcomes);
          if (!report || !report->lost.empty()) ++clashes;
          done += static_cast<int>(outcomes.size());
        }
      });
    }
  }
  CHECK(clashes == 0);
  CHECK(done == count);
  CHECK(first->list({.statuses = {TaskStatus::finished}}, 0, 10'000)->size() == count);
  check_counts(*first);
}

TEST_CASE_TEMPLATE_DEFINE("any run of operations ends as the model says", Fixture, store_random) {
  const char* wish = std::getenv("LEAT_SEED");  // NOLINT(concurrency-mt-unsafe)
  const auto seed = wish != nullptr ? static_cast<std::uint32_t>(std::stoul(wish)) : std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random(seed);
  const auto below = [&](int end) { return static_cast<int>(random() % static_cast<std::uint32_t>(end)); };
  Fixture fixture;
  std::unique_ptr<TaskStore> stores[] = {fixture.open(), fixture.open()};
  StoreModel model(fixture.clock);
  std::vector<std::pair<int, Outcome>> in_hand;  // claimed, maybe no longer theirs
  TaskId newest = 0;
  for (int step = 0; step < 400; ++step) {
    CAPTURE(step);
    const int worker = below(2);
    TaskStore& store = *stores[worker];
    const std::string route(1, static_cast<char>('a' + below(2)));
    switch (below(8)) {
      case 0:
      case 1: {
        std::vector<std::string> keys;
        for (int i = below(4); i >= 0; --i)
          keys.push_back(below(3) == 0 ? "" : std::string(1, static_cast<char>('p' + below(3))));
        const Ids ids = put_keys(store, route, keys);
        REQUIRE(ids.size() == keys.size());
        for (std::size_t i = 0; i < ids.size(); ++i) {
          CHECK(ids[i] > newest);
          newest = ids[i];
          model.put(ids[i], route, keys[i].empty() ? std::nullopt : std::optional(keys[i]));
        }
        break;
      }
      case 2:
      case 3: {
        const auto max = static_cast<std::uint32_t>(1 + below(4));
        const auto tasks = store.claim(route, max, much, lease).value();
        REQUIRE(ids_of(tasks) == model.claim(worker, route, max));
        for (const Task& task : tasks) in_hand.emplace_back(worker, ends(task.id, TaskStatus::finished, task.attempts));
        break;
      }
      case 4:
      case 5: {
        if (in_hand.empty()) break;
        const auto place = in_hand.begin() + below(static_cast<int>(in_hand.size()));
        auto [owner, outcome] = *place;
        in_hand.erase(place);
        using enum TaskStatus;
        const TaskStatus choices[] = {finished, finished, failed, skipped, retry, uncertain, fresh};
        outcome.status = choices[below(7)];
        outcome.due = fixture.clock.now() + std::chrono::seconds(below(5));
        const auto report = stores[owner]->finish(std::span(&outcome, 1));
        CHECK(report->lost.empty() == model.finish(owner, outcome));
        break;
      }
      case 6: {
        const TaskStatus targets[] = {TaskStatus::fresh, TaskStatus::skipped, TaskStatus::finished};
        const TaskStatus to = targets[below(3)];
        const TaskId id = newest == 0 ? 1 : 1 + below(static_cast<int>(newest));
        REQUIRE(store.move({.ids = {id}}, to, ""));
        model.move(id, to);
        break;
      }
      default:
        fixture.clock.advance(1s);
        if (below(20) == 0) {
          fixture.clock.advance(lease);
          const Recovery how = below(2) == 0 ? Recovery::resend : Recovery::hold;
          REQUIRE(store.recover(route, how));
          model.recover(route, 1 - worker, how == Recovery::resend ? TaskStatus::retry : TaskStatus::uncertain);
        }
    }
    const auto tasks = store.list({}, 0, 1'000'000).value();
    REQUIRE(tasks.size() == model.rows.size());
    for (std::size_t i = 0; i < tasks.size(); ++i) {
      const StoreModel::Row& row = model.rows[i];
      CAPTURE(row.id);
      REQUIRE(tasks[i].id == row.id);
      REQUIRE(to_string(tasks[i].status) == to_string(row.status));
      REQUIRE(tasks[i].attempts == row.attempts);
    }
  }
  check_counts(*stores[0]);
}

}  // namespace leat::host::test

#define LEAT_STORE_CONTRACT(Fixture)                 \
  namespace leat::host::test {                       \
  TEST_CASE_TEMPLATE_INVOKE(store_put, Fixture);     \
  TEST_CASE_TEMPLATE_INVOKE(store_fence, Fixture);   \
  TEST_CASE_TEMPLATE_INVOKE(store_claim, Fixture);   \
  TEST_CASE_TEMPLATE_INVOKE(store_finish, Fixture);  \
  TEST_CASE_TEMPLATE_INVOKE(store_retry, Fixture);   \
  TEST_CASE_TEMPLATE_INVOKE(store_keys, Fixture);    \
  TEST_CASE_TEMPLATE_INVOKE(store_recover, Fixture); \
  TEST_CASE_TEMPLATE_INVOKE(store_dedup, Fixture);   \
  TEST_CASE_TEMPLATE_INVOKE(store_failed, Fixture);  \
  TEST_CASE_TEMPLATE_INVOKE(store_move, Fixture);    \
  TEST_CASE_TEMPLATE_INVOKE(store_skip, Fixture);    \
  TEST_CASE_TEMPLATE_INVOKE(store_list, Fixture);    \
  TEST_CASE_TEMPLATE_INVOKE(store_threads, Fixture); \
  TEST_CASE_TEMPLATE_INVOKE(store_random, Fixture);  \
  }
