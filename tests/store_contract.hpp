// What every TaskStore must do. An engine's test includes this once and names its fixture:
//   LEAT_STORE_CONTRACT(SqliteFixture)
// Fixture: `ManualClock clock`, and `std::unique_ptr<TaskStore> open()`, a further worker on the same queue.
#pragma once

#include "store_contract_events.hpp"
#include "store_contract_shared.hpp"
#include "store_support.hpp"

namespace leat::host::test {

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
  // Given back, it keeps the reason.
  Outcome back = ends(id, TaskStatus::fresh, 2);
  back.error.reset();
  finish_one(*store, back);
  const auto again = store->claim("a", 1, much, lease).value();
  REQUIRE(again.size() == 1);
  CHECK(again[0].attempts == 2);
  CHECK(again[0].error == ErrorKind::busy);
  CHECK(again[0].message == claimed[0].message);
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

}  // namespace leat::host::test

#define LEAT_STORE_CONTRACT(Fixture)                        \
  namespace leat::host::test {                              \
  TEST_CASE_TEMPLATE_INVOKE(store_put, Fixture);            \
  TEST_CASE_TEMPLATE_INVOKE(store_fence, Fixture);          \
  TEST_CASE_TEMPLATE_INVOKE(store_claim, Fixture);          \
  TEST_CASE_TEMPLATE_INVOKE(store_finish, Fixture);         \
  TEST_CASE_TEMPLATE_INVOKE(store_retry, Fixture);          \
  TEST_CASE_TEMPLATE_INVOKE(store_keys, Fixture);           \
  TEST_CASE_TEMPLATE_INVOKE(store_recover, Fixture);        \
  TEST_CASE_TEMPLATE_INVOKE(store_dedup, Fixture);          \
  TEST_CASE_TEMPLATE_INVOKE(store_failed, Fixture);         \
  TEST_CASE_TEMPLATE_INVOKE(store_move, Fixture);           \
  TEST_CASE_TEMPLATE_INVOKE(store_state, Fixture);          \
  TEST_CASE_TEMPLATE_INVOKE(store_skip, Fixture);           \
  TEST_CASE_TEMPLATE_INVOKE(store_list, Fixture);           \
  TEST_CASE_TEMPLATE_INVOKE(store_claim_task, Fixture);     \
  TEST_CASE_TEMPLATE_INVOKE(store_finish_with, Fixture);    \
  TEST_CASE_TEMPLATE_INVOKE(store_xrefs, Fixture);          \
  TEST_CASE_TEMPLATE_INVOKE(store_threads, Fixture);        \
  TEST_CASE_TEMPLATE_INVOKE(store_events, Fixture);         \
  TEST_CASE_TEMPLATE_INVOKE(store_events_read, Fixture);    \
  TEST_CASE_TEMPLATE_INVOKE(store_events_full, Fixture);    \
  TEST_CASE_TEMPLATE_INVOKE(store_events_threads, Fixture); \
  TEST_CASE_TEMPLATE_INVOKE(store_random, Fixture);         \
  }
