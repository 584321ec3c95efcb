#include "host/route/engine.hpp"

#include <doctest/doctest.h>

#include <array>
#include <random>
#include <set>

#include "fakes.hpp"

namespace leat::host::test {

using Texts = std::vector<std::string>;

TEST_CASE("each record arrives once and in order, and the cursor is at the end") {
  for (const Durability durability : {Durability::durable, Durability::replayable}) {
    CAPTURE(durability == Durability::durable);
    World world;
    FakeSubscriber subscriber{documents(1000)};
    subscriber.page = 70;
    FakePublisher publisher;
    world.add_incoming("in", subscriber);
    world.add_route("r", "in", publisher).durability = durability;
    const EngineStats stats = world.run();
    CHECK(publisher.delivered() == subscriber.records);
    CHECK(world.cursor() == "1000");
    CHECK(subscriber.settled == 15);
    CHECK(subscriber.closed == 1);
    CHECK(publisher.opened == 1);
    CHECK(publisher.closed == 1);
    CHECK(stats.incoming[0].read == 1000);
    CHECK(stats.incoming[0].pages == 15);
    CHECK(stats.routes[0].received == 1000);
    CHECK(stats.routes[0].finished == 1000);
    CHECK(stats.routes[0].stored == (durability == Durability::durable ? 1000 : 0));
    CHECK(stats.routes[0].state == FlowState::done);
    CHECK(world.store->pending("r")->tasks == 0);

    SUBCASE("a second run finds nothing new") {
      world.run();
      CHECK(publisher.delivered().size() == 1000);
      CHECK(publisher.opened == 1);  // and opens nothing
      CHECK(subscriber.cursors == Texts{"", "1000"});
    }
  }
}

TEST_CASE("an incoming is fetched once for all its routes; each has its own transformers") {
  World world;
  FakeSubscriber subscriber{documents(10)};
  FakePublisher first;
  FakePublisher second;
  FakePublisher third;
  FakeTransformer drops_odd{[](leat_ctx&, leat_batch& batch) {
    for (std::size_t i = 1; i < batch.size(); i += 2) batch.drop(i);
    return LEAT_OK;
  }};
  FakeTransformer doubles{[](leat_ctx&, leat_batch& batch) {
    for (std::size_t i = 0, count = batch.size(); i < count; ++i) batch.append(batch.record(i)->clone());
    return LEAT_OK;
  }};
  world.add_incoming("in", subscriber);
  world.config.routes.reserve(3);
  world.add_route("odd", "in", first, {&drops_odd});
  world.add_route("double", "in", second, {&doubles}).durability = Durability::replayable;
  world.add_route("plain", "in", third);
  const EngineStats stats = world.run();
  CHECK(subscriber.opened == 1);
  CHECK(stats.incoming[0].read == 10);
  CHECK(first.delivered().size() == 7);  // pages of 3, 3, 3 and 1
  CHECK(stats.routes[0].skipped == 3);
  CHECK(second.delivered().size() == 20);
  CHECK(third.delivered() == subscriber.records);
}

TEST_CASE("a failed attempt ends as its kind says, in both durabilities, with the reason kept") {
  struct Row {
    leat_kind kind;
    bool replay_safe;
    TaskStatus status;
    FlowState state;
  };
  const Row rows[] = {{LEAT_INVALID, true, TaskStatus::failed, FlowState::done},
                      {LEAT_NOT_FOUND, true, TaskStatus::failed, FlowState::done},
                      {LEAT_DENIED, true, TaskStatus::fresh, FlowState::stopped},
                      {LEAT_UNCERTAIN, false, TaskStatus::uncertain, FlowState::done},
                      {LEAT_BROKEN, true, TaskStatus::failed, FlowState::stopped},
                      {LEAT_BROKEN, false, TaskStatus::uncertain, FlowState::stopped},
                      {LEAT_BUSY, true, TaskStatus::retry, FlowState::done}};
  for (const Row& row : rows) {
    for (const Durability durability : {Durability::durable, Durability::replayable}) {
      CAPTURE(row.kind);
      CAPTURE(row.replay_safe);
      CAPTURE(durability == Durability::durable);
      World world;
      FakeSubscriber subscriber{documents(1)};
      FakePublisher publisher;
      publisher.replay_safe = row.replay_safe;
      publisher.behave = [&](const std::string&, leat_ctx&) { return FakePublisher::Verdict{row.kind, 60'000}; };
      world.add_incoming("in", subscriber);
      world.add_route("r", "in", publisher).durability = durability;
      const EngineStats stats = world.run();
      CHECK(publisher.delivered().empty());
      const auto tasks = world.tasks(row.status);
      REQUIRE(tasks.size() == 1);
      if (row.status != TaskStatus::fresh || durability == Durability::durable) {
        CHECK(tasks[0].message == "the far side says no");
        CHECK(tasks[0].error == to_error_kind(row.kind));
      }
      CHECK(world.store->show(tasks[0].id)->task.payload == subscriber.records[0]);
      CHECK(to_string(stats.routes[0].state) == to_string(row.state));
      CHECK(world.cursor() == "1");
    }
  }
}

TEST_CASE("what was refused for a while arrives after it, and the attempts are in its history") {
  World world;
  FakeSubscriber subscriber{documents(5)};
  FakePublisher publisher;
  int refusals = 0;
  publisher.behave = [&](const std::string& json, leat_ctx&) {
    if (json.find("\"id\":2") == std::string::npos || ++refusals > 3) return FakePublisher::Verdict{};
    return FakePublisher::Verdict{LEAT_BUSY, 0};
  };
  world.options.patience = 10s;
  const PassingTime time(world.clock);
  world.add_incoming("in", subscriber);
  world.add_route("r", "in", publisher);
  const EngineStats stats = world.run();
  CHECK(stats.routes[0].retried == 3);
  CHECK(stats.routes[0].finished == 5);
  CHECK(publisher.delivered() == Texts{subscriber.records[0], subscriber.records[1], subscriber.records[3],
                                       subscriber.records[4], subscriber.records[2]});
  const auto details = world.store->show(3).value();
  CHECK(details.task.status == TaskStatus::finished);
  CHECK(details.task.answer == R"({"ok":true})");
  REQUIRE(details.attempts.size() == 4);
  CHECK(details.attempts[0].error == ErrorKind::busy);
  CHECK_FALSE(details.attempts[3].error);
}

TEST_CASE("while a publisher cannot be opened its tasks stay as they are") {
  for (const leat_kind kind : {LEAT_DENIED, LEAT_UNREACHABLE, LEAT_INVALID}) {
    for (const Durability durability : {Durability::durable, Durability::replayable}) {
      CAPTURE(kind);
      World world;
      FakeSubscriber subscriber{documents(10)};
      FakePublisher publisher;
      publisher.open_as = kind;
      world.add_incoming("in", subscriber);
      world.add_route("r", "in", publisher).durability = durability;
      const EngineStats stats = world.run();
      CHECK(stats.routes[0].state == FlowState::stopped);
      CHECK(stats.routes[0].reason == "no way in");
      const auto tasks = world.tasks(TaskStatus::fresh);
      CHECK(tasks.size() == 10);
      for (const Task& task : tasks) CHECK(task.attempts == 0);
      publisher.open_as = LEAT_OK;
      world.run();
      CHECK(publisher.delivered() == subscriber.records);
    }
  }
}

TEST_CASE("denied pauses the route: one record is tried after the probe interval, then the others go") {
  World world;
  world.options.once = false;
  world.options.probe = 60s;
  FakeSubscriber subscriber{documents(20)};
  subscriber.page = 20;
  FakePublisher publisher;
  std::atomic<bool> denies{true};
  std::atomic<int> attempts{0};
  Signal denied;
  Signal again;
  Signal all;
  publisher.batch_max = 1;
  publisher.behave = [&](const std::string&, leat_ctx&) {
    const int number = ++attempts;
    if (!denies) {
      if (publisher.delivered().size() == 19) all.give();
      return FakePublisher::Verdict{};
    }
    (number == 1 ? denied : again).give();
    return FakePublisher::Verdict{LEAT_DENIED, 0};
  };
  world.add_incoming("in", subscriber);
  world.add_route("r", "in", publisher);
  auto engine = world.engine(*world.store);
  std::stop_source stop;
  std::jthread runner([&] { CHECK(engine->run(stop.get_token())); });
  denied.await();
  while (engine->statistics().routes[0].state != FlowState::paused) std::this_thread::yield();
  CHECK(attempts == 1);
  world.clock.advance(61s);
  again.await();
  while (world.tasks(TaskStatus::fresh).size() != 20) std::this_thread::yield();
  CHECK(attempts == 2);
  CHECK(engine->statistics().routes[0].reason == "the far side says no");
  denies = false;
  world.clock.advance(61s);
  all.await();
  stop.request_stop();
  runner.join();
  CHECK(publisher.delivered().size() == 20);
  CHECK(world.tasks(TaskStatus::finished).size() == 20);
}

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

TEST_CASE("an outgoing that makes several records of a task fails it with advice; the others of its batch go on") {
  World world;
  FakeSubscriber subscriber{{"1", "2", "3"}};
  FakePublisher publisher;
  FakeTransformer splits{[](leat_ctx&, leat_batch& batch) {
    for (std::size_t i = 0, count = batch.size(); i < count; ++i) {
      if (batch.record(i)->json() == "2") batch.append(batch.record(i)->clone());
    }
    return LEAT_OK;
  }};
  world.add_incoming("in", subscriber);
  world.add_route("r", "in", publisher, {}, {&splits});
  world.run();
  CHECK(publisher.delivered() == Texts{"1", "3"});
  const auto failed = world.tasks(TaskStatus::failed);
  REQUIRE(failed.size() == 1);
  CHECK(failed[0].error == ErrorKind::unsupported);
  CHECK(failed[0].message.find("made 2 records of this task") != std::string::npos);
}

TEST_CASE("the outcome of a call is each record's, but for those that have their own") {
  World world;
  FakeSubscriber subscriber{{"1", "2", "3"}};
  FakePublisher publisher;
  FakeTransformer drops{[](leat_ctx&, leat_batch& batch) {
    batch.drop(2);
    return LEAT_OK;
  }};
  publisher.whole = [](leat_ctx& call, leat_batch& batch) {
    if (batch.fate(0) == Fate::live) batch.deliver(0, "");
    return call.fail(LEAT_INVALID, 0, "the rest is wrong");
  };
  world.add_incoming("in", subscriber);
  world.add_route("r", "in", publisher, {}, {&drops});
  const EngineStats stats = world.run();
  CHECK(stats.routes[0].finished == 1);
  CHECK(stats.routes[0].failed == 1);
  CHECK(stats.routes[0].skipped == 1);
  CHECK(world.store->show(2)->task.message == "the rest is wrong");
}

TEST_CASE("asked to stop, the attempt in flight ends as it does and the rest is given back untouched") {
  World world;
  world.options.once = false;
  FakeSubscriber subscriber{documents(30)};
  subscriber.page = 30;
  FakePublisher publisher;
  publisher.batch_max = 1;
  std::stop_source stop;
  publisher.behave = [&](const std::string&, leat_ctx&) {
    stop.request_stop();
    return FakePublisher::Verdict{};
  };
  world.add_incoming("in", subscriber);
  SUBCASE("durable") {
    world.add_route("r", "in", publisher);
    CHECK(world.engine(*world.store)->run(stop.get_token()));
    CHECK(world.tasks(TaskStatus::finished).size() == 1);
    for (const Task& task : world.tasks(TaskStatus::fresh)) CHECK(task.attempts == 0);
  }
  SUBCASE("replayable: what was not sent is stored with the cursor") {
    world.add_route("r", "in", publisher).durability = Durability::replayable;
    CHECK(world.engine(*world.store)->run(stop.get_token()));
    CHECK(world.cursor() == "30");
    CHECK(world.tasks(TaskStatus::fresh).size() == 29);
  }
  CHECK(publisher.delivered().size() == 1);
  CHECK(world.tasks(TaskStatus::processing).empty());
  // The next run has them all.
  world.options.once = true;
  publisher.behave = {};
  world.run();
  CHECK(publisher.delivered() == subscriber.records);
}

TEST_CASE("an attempt that takes longer than the grace time is cancelled and goes back to the queue") {
  World world;
  world.options.once = false;
  world.options.grace = 20ms;
  FakeSubscriber subscriber{documents(1)};
  FakePublisher publisher;
  std::stop_source stop;
  publisher.whole = [&](leat_ctx& call, leat_batch&) {
    stop.request_stop();
    while (!call.wait(1h)) {
    }
    return call.fail(LEAT_CANCELLED, 0, "cut short");
  };
  world.add_incoming("in", subscriber);
  world.add_route("r", "in", publisher);
  CHECK(world.engine(*world.store)->run(stop.get_token()));
  const auto tasks = world.tasks(TaskStatus::fresh);
  REQUIRE(tasks.size() == 1);
  CHECK(tasks[0].attempts == 0);
}

TEST_CASE("records of one key keep their order and never run at once, however attempts end") {
  World world;
  constexpr std::size_t keys = 5;
  FakeSubscriber subscriber{documents(400, keys)};
  subscriber.page = 100;
  FakePublisher publisher(true);
  std::array<std::atomic<int>, keys> in_flight{};
  std::atomic<int> clashes{0};
  std::mutex mutex;
  std::mt19937 random(1234);
  publisher.behave = [&](const std::string& json, leat_ctx&) {
    const auto key = static_cast<std::size_t>(json[json.rfind("\"k") + 2] - '0');
    if (in_flight[key]++ != 0) ++clashes;
    std::this_thread::yield();
    unsigned dice = 0;
    {
      const std::lock_guard lock(mutex);
      dice = random() % 4;
    }
    --in_flight[key];
    return FakePublisher::Verdict{dice == 0 ? LEAT_BUSY : LEAT_OK, 0};
  };
  world.options.patience = 10s;
  world.add_incoming("in", subscriber);
  RouteConfig& route = world.add_route("r", "in", publisher);
  route.key = parse_path("key").value();
  route.retry.max_attempts = 1000;
  const PassingTime time(world.clock);
  world.run();
  CHECK(clashes == 0);
  std::map<char, int> last;
  const Texts delivered = publisher.delivered();
  CHECK(delivered.size() == 400);
  for (const std::string& json : delivered) {
    const char key = json[json.rfind("\"k") + 2];
    const int id = std::stoi(json.substr(6));
    if (last.contains(key)) CHECK(last[key] < id);
    last[key] = id;
  }
}

TEST_CASE("different keys run at the same time, up to the route's concurrency") {
  World world;
  FakeSubscriber subscriber{documents(40, 40)};
  subscriber.page = 40;
  FakePublisher publisher(true);
  publisher.batch_max = 1;
  std::mutex mutex;
  std::condition_variable changed;
  int here = 0;
  publisher.behave = [&](const std::string&, leat_ctx&) {  // goes on when three are here, or no more come
    std::unique_lock lock(mutex);
    ++here;
    changed.notify_all();
    if (!changed.wait_for(lock, 30s, [&] { return here >= 3; })) return FakePublisher::Verdict{LEAT_INVALID, 0};
    return FakePublisher::Verdict{};
  };
  publisher.replay_safe = false;
  world.add_incoming("in", subscriber);
  RouteConfig& route = world.add_route("r", "in", publisher);
  route.key = parse_path("key").value();
  route.concurrency = 3;
  world.run();
  CHECK(publisher.delivered().size() == 40);
  CHECK(publisher.at_once_most <= 3);
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

TEST_CASE("two workers on one store deliver each record once, and one of them runs the incoming") {
  World world;
  FakeSubscriber subscriber{documents(500)};
  subscriber.page = 20;
  FakePublisher publisher(true);
  publisher.batch_max = 4;
  world.add_incoming("in", subscriber);
  world.add_route("r", "in", publisher);
  world.options.once = false;
  auto second_store = world.open();
  auto first = world.engine(*world.store);
  auto second = world.engine(*second_store);
  std::stop_source stop;
  Signal all;
  publisher.behave = [&](const std::string&, leat_ctx&) {
    if (publisher.delivered().size() == 499) all.give();
    return FakePublisher::Verdict{};
  };
  {
    std::jthread one([&] { CHECK(first->run(stop.get_token())); });
    std::jthread two([&] { CHECK(second->run(stop.get_token())); });
    all.await();
    stop.request_stop();
  }
  const Texts delivered = publisher.delivered();
  CHECK(delivered.size() == 500);
  CHECK(std::set<std::string>(delivered.begin(), delivered.end()).size() == 500);
}

TEST_CASE("what cannot be is refused before anything runs") {
  World world;
  FakeSubscriber subscriber{documents(1)};
  FakePublisher publisher;
  world.add_incoming("in", subscriber);
  RouteConfig& route = world.add_route("r", "in", publisher);
  SUBCASE("an unknown route") {
    world.options.routes = {"x"};
    const auto engine = Engine::make(world.config, world.parts(), *world.store, world.log, world.clock, world.options);
    REQUIRE_FALSE(engine);
    CHECK(engine.error().message == "there is no route 'x' in the configuration");
  }
  SUBCASE("the order of a key without a store") {
    route.durability = Durability::replayable;
    route.key = parse_path("id").value();
    const auto engine = Engine::make(world.config, world.parts(), *world.store, world.log, world.clock, world.options);
    REQUIRE_FALSE(engine);
    CHECK(engine.error().kind == ErrorKind::invalid);
  }
  CHECK(subscriber.opened == 0);
}

}  // namespace leat::host::test
