// The second half of store_contract.hpp: what people ask of a store, workers at the same time, and random runs.
#pragma once

#include <atomic>
#include <cstdlib>
#include <random>
#include <thread>

#include "component_state_contract.hpp"
#include "store_model.hpp"
#include "store_support.hpp"

namespace leat::host::test {

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

TEST_CASE_TEMPLATE_DEFINE("what a component keeps is its own, for every worker", Fixture, store_state) {
  Fixture fixture;
  auto store = fixture.open();
  check_component_state(*store);
  auto other = fixture.open();
  using Names = std::vector<std::string>;
  REQUIRE(other->set_state("c (x)", "1", "v"));
  REQUIRE(other->set_state("c (x)", "2", "v"));
  CHECK(store->components_with_state().value() == Names{"a", "b", "c (x)"});
  CHECK(store->reset_state("c (x)").value() == 2);
  CHECK(store->reset_state("c (x)").value() == 0);
  CHECK(other->components_with_state().value() == Names{"a", "b"});
  CHECK(other->state("a", "k").value() == "kept");
}

TEST_CASE_TEMPLATE_DEFINE("a task that is asked for by its number is claimed, due or not, while nobody has it", Fixture,
                          store_claim_task) {
  Fixture fixture;
  auto store = fixture.open();
  auto other = fixture.open();
  const Ids ids = put_keys(*store, "a", {"x", "x", ""});
  const auto claimed = store->claim_task("a", ids[0], lease).value();
  REQUIRE(claimed);
  CHECK(claimed->payload == R"({"id":1})");
  CHECK(claimed->key == "x");
  CHECK(claimed->attempts == 1);
  CHECK_FALSE(other->claim_task("a", ids[0], lease).value());  // in a worker's hand
  CHECK_FALSE(other->claim_task("a", ids[1], lease).value());  // behind another one of its key
  CHECK_FALSE(other->claim_task("b", ids[2], lease).value());  // of another route
  CHECK_FALSE(other->claim_task("a", 77, lease).value());
  Outcome later = ends(ids[0], TaskStatus::retry);
  later.due = fixture.clock.now() + 1h;
  finish_one(*store, later);
  const auto again = other->claim_task("a", ids[0], lease).value();
  REQUIRE(again);
  CHECK(again->attempts == 2);
  finish_one(*other, ends(ids[0], TaskStatus::finished, 2));
  CHECK_FALSE(other->claim_task("a", ids[0], lease).value());
  CHECK(other->claim_task("a", ids[1], lease).value());
  check_counts(*store);
}

TEST_CASE_TEMPLATE_DEFINE("cross-references and further tasks are stored with the end of their task, or not at all",
                          Fixture, store_finish_with) {
  Fixture fixture;
  auto store = fixture.open();
  auto other = fixture.open();
  const Ids ids = put_keys(*store, "a", {"", ""});
  REQUIRE(claim_ids(*store, "a") == ids);
  const auto finished = [](TaskId id, std::string source, std::string target) {
    Outcome outcome = ends(id, TaskStatus::finished);
    outcome.xref = Xref{"tickets", std::move(source), std::move(target)};
    outcome.next = {task_of("b", "x", "[1]"), task_of("c", {}, "[2]"), task_of("b", "x", "[3]")};
    return outcome;
  };
  const Outcome outcomes[] = {finished(ids[0], "s1", "7601"), finished(99, "s2", "7602")};
  const auto report = store->finish(outcomes);
  REQUIRE(report);
  CHECK(report->lost == Ids{99});  // not this worker's: neither its reference nor its tasks
  REQUIRE(report->routes.size() == 2);
  CHECK(report->routes[0].route == "b");
  CHECK(report->routes[0].stored == 2);
  CHECK(report->routes[0].pending.tasks == 2);
  CHECK(report->routes[0].pending.bytes == 6);
  CHECK(other->target_of("tickets", "s1").value() == "7601");
  CHECK(other->source_of("tickets", "7601").value() == "s1");
  CHECK_FALSE(other->target_of("tickets", "s2").value());
  const auto next = other->claim("b", 100, much, lease).value();
  REQUIRE(next.size() == 1);  // the second one waits behind it
  CHECK(next[0].payload == "[1]");
  CHECK(other->claim("c", 100, much, lease)->size() == 1);

  Outcome outcome = finished(ids[1], std::string(Xref::text_max + 1, 'x'), "1");
  CHECK(store->finish(std::span(&outcome, 1)).error().kind == ErrorKind::invalid);
  CHECK(status_of(*store, ids[1]) == TaskStatus::processing);
  outcome = finished(ids[1], "s1", "7700");
  outcome.next[0].fingerprint = outcome.next[2].fingerprint = Fingerprint{1};
  const auto again = store->finish(std::span(&outcome, 1)).value();
  CHECK(again.routes[0].stored == 1);
  CHECK(again.routes[0].deduplicated == 1);
  CHECK(store->target_of("tickets", "s1").value() == "7700");  // the last one counts
  CHECK_FALSE(store->source_of("tickets", "7601").value());
  check_counts(*store);
}

TEST_CASE_TEMPLATE_DEFINE("cross-references are found by set, source and target, in order, and removed", Fixture,
                          store_xrefs) {
  Fixture fixture;
  auto store = fixture.open();
  const Xref first[] = {{"b", "1", "10"}, {"a", "2", "20"}, {"a", "1", "20"}};
  REQUIRE(store->put_xrefs(first));
  fixture.clock.advance(1s);
  const Xref second[] = {{"a", "3", "20"}, {"a", "1", "30"}};
  REQUIRE(store->put_xrefs(second));
  const auto found = [&](const XrefFilter& filter, const Xref& after = {}, std::uint32_t max = 100) {
    std::string text;
    for (const XrefInfo& info : value_of(store->xrefs(filter, after, max))) {
      text += info.xref.set + info.xref.source + '-' + info.xref.target + ' ';
    }
    return text;
  };
  CHECK(found({}) == "a1-30 a2-20 a3-20 b1-10 ");
  CHECK(found({.set = "a"}) == "a1-30 a2-20 a3-20 ");
  CHECK(found({.source = "1"}) == "a1-30 b1-10 ");
  CHECK(found({.set = "a", .target = "20"}) == "a2-20 a3-20 ");
  CHECK(found({}, {"a", "2", ""}, 1) == "a3-20 ");
  CHECK(store->xrefs({.source = "3"}, {}, 1)->at(0).changed == fixture.clock.now());
  CHECK(store->source_of("a", "20").value() == "3");  // of two the one that was written last
  CHECK_FALSE(store->target_of("c", "1").value());
  CHECK(store->remove_xref("a", "3").value());
  CHECK_FALSE(store->remove_xref("a", "3").value());
  CHECK(store->source_of("a", "20").value() == "2");
  const Xref wrong[] = {{"a", "4", "40"}, {"a", "", "50"}};
  CHECK(store->put_xrefs(wrong).error().kind == ErrorKind::invalid);
  CHECK_FALSE(store->target_of("a", "4").value());
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
