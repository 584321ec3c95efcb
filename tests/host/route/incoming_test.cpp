#include "host/route/incoming.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "fakes.hpp"

namespace leat::host::test {

using Texts = std::vector<std::string>;

TEST_CASE("a record that transformers refuse becomes a failed task as it came, and passes once they accept it") {
  for (const bool of_incoming : {true, false}) {
    CAPTURE(of_incoming);
    World world;
    FakeSubscriber subscriber{{"[1]", "[2]", "[3]"}};
    FakePublisher publisher;
    Refusing refusing("[2]");
    FakeTransformer marks{[](leat_ctx&, leat_batch& batch) {
      for (std::size_t i = 0; i < batch.size(); ++i) {
        if (batch.fate(i) == Fate::live) batch.record(i)->root().push()->set_bool(true);
      }
      return LEAT_OK;
    }};
    using Chain = std::vector<FakeTransformer*>;
    world.add_incoming("in", subscriber, of_incoming ? Chain{&refusing} : Chain{});
    world.add_route("r", "in", publisher, of_incoming ? Chain{&marks} : Chain{&refusing, &marks});
    const EngineStats stats = world.run();
    CHECK(publisher.delivered() == Texts{"[1,true]", "[3,true]"});
    CHECK(stats.routes[0].failed == 1);
    const auto failed = world.tasks(TaskStatus::failed);
    REQUIRE(failed.size() == 1);
    CHECK(failed[0].message == "cannot read it");
    CHECK(world.store->show(failed[0].id)->task.payload == "[2]");

    // Still refused, then not any more.
    TaskFilter filter;
    filter.ids = {failed[0].id};
    REQUIRE(world.store->move(filter, TaskStatus::fresh, "")->moved == 1);
    world.run();
    CHECK(world.tasks(TaskStatus::failed).size() == 1);
    refusing.refuses = false;
    REQUIRE(world.store->move(filter, TaskStatus::fresh, "")->moved == 1);
    world.run();
    CHECK(publisher.delivered().back() == "[2,true]");
    CHECK(world.tasks(TaskStatus::failed).empty());
  }
}

TEST_CASE("above its ceiling of unfinished tasks a route is not fed") {
  World world;
  FakeSubscriber subscriber{documents(200)};
  subscriber.page = 10;
  FakePublisher publisher;
  publisher.batch_max = 1;
  publisher.replay_safe = false;
  std::uint64_t most = 0;
  subscriber.before_poll = [&](std::size_t) { most = std::max(most, world.store->pending("r")->tasks); };
  world.add_incoming("in", subscriber);
  SUBCASE("by count") { world.add_route("r", "in", publisher).max_pending.tasks = 15; }
  SUBCASE("by bytes") { world.add_route("r", "in", publisher).max_pending.bytes = 15 * 18; }
  world.run();
  CHECK(publisher.delivered().size() == 200);
  CHECK(most <= 15);
}

TEST_CASE("in a run that is to end, a full route that does not move stops its incoming with the reason") {
  World world;
  FakeSubscriber subscriber{documents(200)};
  subscriber.page = 10;
  FakePublisher publisher;
  publisher.behave = [](const std::string&, leat_ctx&) { return FakePublisher::Verdict{LEAT_BUSY, 3'600'000}; };
  world.add_incoming("in", subscriber);
  world.add_route("r", "in", publisher).max_pending.tasks = 15;
  const EngineStats stats = world.run();
  CHECK(stats.incoming[0].state == FlowState::stopped);
  CHECK(stats.incoming[0].reason.find("route r has 20 unfinished tasks") != std::string::npos);
  CHECK(world.cursor() == "20");
}

TEST_CASE("a run that only stores says at a full route who makes room") {
  World world;
  world.options.store_only = true;
  FakeSubscriber subscriber{documents(200)};
  subscriber.page = 10;
  FakePublisher publisher;
  world.add_incoming("in", subscriber);
  world.add_route("r", "in", publisher).max_pending.tasks = 15;
  const EngineStats stats = world.run();
  CHECK(stats.incoming[0].state == FlowState::stopped);
  CHECK(stats.incoming[0].reason ==
        "route r has 20 unfinished tasks: deliver some of them (`leat apply`, `leat run`), "
        "or raise max_pending");
}

TEST_CASE("a subscriber's failure is followed by the stored cursor; nothing is lost or doubled") {
  struct Row {
    ErrorKind kind;
    bool goes_on;
  };
  for (const Row row : {Row{ErrorKind::busy, true}, Row{ErrorKind::unreachable, true}, Row{ErrorKind::invalid, false},
                        Row{ErrorKind::denied, false}, Row{ErrorKind::broken, false}}) {
    for (const Durability durability : {Durability::durable, Durability::replayable}) {
      CAPTURE(to_string(row.kind));
      World world;
      FakeSubscriber subscriber{documents(10)};
      FakePublisher publisher;
      world.add_incoming("in", subscriber);
      world.add_route("r", "in", publisher).durability = durability;
      subscriber.before_poll = [&](std::size_t at) {
        if (at == 6 && subscriber.opened == 1) subscriber.failures = {{row.kind, "went wrong", 1}};
      };
      const EngineStats stats = world.run();
      CHECK(publisher.delivered().size() == (row.goes_on ? 10 : 6));
      CHECK(subscriber.cursors == (row.goes_on ? Texts{"", "6"} : Texts{""}));
      CHECK(stats.incoming[0].state == (row.goes_on ? FlowState::done : FlowState::stopped));
      if (!row.goes_on) CHECK(stats.incoming[0].reason == "went wrong");
    }
  }
}

TEST_CASE("in a run that is to end, a subscriber that stays unreachable is given up") {
  World world;
  FakeSubscriber subscriber{documents(10)};
  FakePublisher publisher;
  world.add_incoming("in", subscriber);
  world.add_route("r", "in", publisher);
  subscriber.before_poll = [&](std::size_t) { subscriber.failures = {{ErrorKind::unreachable, "nobody there", 1}}; };
  const EngineStats stats = world.run();
  CHECK(stats.incoming[0].state == FlowState::stopped);
  CHECK(stats.incoming[0].reason == "nobody there");
  CHECK(subscriber.opened == 5);
}

TEST_CASE(
    "a subscriber or transformer that says cancelled unasked is given up in a run that is to end, not asked for ever") {
  for (const bool transformer : {false, true}) {
    CAPTURE(transformer);
    World world;
    FakeSubscriber subscriber{documents(10)};
    FakePublisher publisher;
    FakeTransformer cancelling{[](leat_ctx& call, leat_batch&) { return call.fail(LEAT_CANCELLED, 1, "not asked"); }};
    using Chain = std::vector<FakeTransformer*>;
    world.add_incoming("in", subscriber, transformer ? Chain{&cancelling} : Chain{});
    if (!transformer) {
      subscriber.before_poll = [&](std::size_t) { subscriber.failures = {{ErrorKind::cancelled, "not asked", 1}}; };
    }
    world.add_route("r", "in", publisher);
    const EngineStats stats = world.run();
    CHECK(stats.incoming[0].state == FlowState::stopped);
    CHECK(stats.incoming[0].reason.find("not asked (cancelled, although nobody asked)") != std::string::npos);
    CHECK(subscriber.opened == 5);
  }
}

TEST_CASE("a cursor that a person sets while the incoming runs is where it goes on") {
  World world;
  FakeSubscriber subscriber{documents(12)};
  FakePublisher publisher;
  world.add_incoming("in", subscriber);
  world.add_route("r", "in", publisher);
  subscriber.before_poll = [&](std::size_t at) {
    if (at == 3 && subscriber.opened == 1) CHECK(world.open()->set_cursor("in", "9"));
  };
  world.run();
  CHECK(subscriber.cursors == Texts{"", "9"});
  Texts wanted(subscriber.records.begin(), subscriber.records.begin() + 3);
  wanted.insert(wanted.end(), subscriber.records.begin() + 9, subscriber.records.end());
  CHECK(publisher.delivered() == wanted);
}

TEST_CASE("a replayable cursor never passes what is not delivered") {
  World world;
  FakeSubscriber subscriber{documents(30)};
  FakePublisher publisher;
  std::string at_delivery;
  publisher.behave = [&](const std::string& json, leat_ctx&) {
    // While page n is being delivered the cursor is not behind it.
    const auto id = std::stoull(json.substr(6));
    const std::string cursor = world.cursor();
    if (!cursor.empty() && std::stoull(cursor) > id) at_delivery += json;
    return FakePublisher::Verdict{};
  };
  world.add_incoming("in", subscriber);
  world.add_route("r", "in", publisher).durability = Durability::replayable;
  world.run();
  CHECK(at_delivery.empty());
  CHECK(world.cursor() == "30");
  CHECK(publisher.delivered() == subscriber.records);
}

TEST_CASE("pages are read ahead of an in-memory path up to a number and a size") {
  const struct {
    const char* what;
    std::size_t record_size;
    std::size_t ahead;  // pages in flight when one more is asked for
  } rows[] = {{"small pages", 100, 3}, {"pages of more than 8 MiB together", 5U << 20U, 1}};
  for (const auto& row : rows) {
    CAPTURE(row.what);
    World world;
    FakeSubscriber subscriber;
    subscriber.page = 1;
    subscriber.records.assign(8, "\"" + std::string(row.record_size, 'x') + "\"");
    FakePublisher publisher;
    Signal reached;
    publisher.behave = [&](const std::string&, leat_ctx&) {
      reached.await();
      return FakePublisher::Verdict{};
    };
    std::size_t most = 0;
    subscriber.before_poll = [&](std::size_t at) {
      most = std::max(most, at - publisher.delivered().size());
      if (at == row.ahead) reached.give();
    };
    world.add_incoming("in", subscriber);
    world.add_route("r", "in", publisher).durability = Durability::replayable;
    world.run();
    CHECK(most == row.ahead);
    CHECK(publisher.delivered().size() == 8);
  }
}

TEST_CASE("records that say the same as the last of their key are counted and not sent") {
  World world;
  FakeSubscriber subscriber{
      {R"({"id":1,"v":1})", R"({"id":1,"v":1})", R"({"id":2,"v":1})", R"({"id":1,"v":2})", R"({"v":2})", R"({"v":2})"}};
  FakePublisher publisher;
  world.add_incoming("in", subscriber);
  RouteConfig& route = world.add_route("r", "in", publisher);
  route.key = parse_path("id").value();
  route.deduplicate = DeduplicateConfig{};
  const EngineStats stats = world.run();
  CHECK(stats.routes[0].deduplicated == 1);
  CHECK(publisher.delivered().size() == 5);  // without a key there is nothing to compare with
}

}  // namespace leat::host::test
