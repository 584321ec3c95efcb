#include "host/route/engine.hpp"

#include <doctest/doctest.h>

#include <set>

#include "fakes.hpp"
#include "host/store/sqlite_task_store.hpp"

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

TEST_CASE("finished and skipped tasks are kept for store.keep_finished, failed ones until a person prunes them") {
  World world;
  world.config.store.keep_finished = 1h;
  FakeSubscriber subscriber{documents(3)};
  FakePublisher publisher;
  publisher.behave = [](const std::string& json, leat_ctx&) {
    return FakePublisher::Verdict{json.find(R"("id":0)") != json.npos ? LEAT_INVALID : LEAT_OK};
  };
  FakeTransformer drops_the_last{[](leat_ctx&, leat_batch& batch) {
    if (batch.record(0)->json().find(R"("id":2)") != std::string_view::npos) batch.drop(0);
    return LEAT_OK;
  }};
  publisher.batch_max = 1;
  world.add_incoming("in", subscriber);
  world.add_route("r", "in", publisher, {}, {&drops_the_last});
  world.run();
  const auto settled = [&world] {
    return std::vector<std::size_t>{world.tasks(TaskStatus::finished).size(), world.tasks(TaskStatus::skipped).size(),
                                    world.tasks(TaskStatus::failed).size()};
  };
  REQUIRE(settled() == std::vector<std::size_t>{1, 1, 1});
  for (const Task& task : world.tasks(TaskStatus::finished)) CHECK(world.store->show(task.id)->task.payload.empty());

  SUBCASE("by the next run") {
    world.clock.advance(1h);
    world.run();
    CHECK(settled() == std::vector<std::size_t>{1, 1, 1});
    world.clock.advance(1ms);
    world.run();
    CHECK(settled() == std::vector<std::size_t>{0, 0, 1});
  }
  SUBCASE("while it runs") {
    world.options.once = false;
    world.options.lease = 15ms;  // looks after its house three times in that time
    Signal reads;
    Signal gone;
    subscriber.before_poll = [&](std::size_t) { reads.give(); };
    auto engine = world.engine(*world.store);
    std::jthread running([&](const std::stop_token& stop) { CHECK(engine->run(stop)); });
    reads.await();
    REQUIRE(settled() == std::vector<std::size_t>{1, 1, 1});
    world.clock.advance(2h);
    const std::jthread looking([&](const std::stop_token& stop) {
      while (!stop.stop_requested() && !world.tasks(TaskStatus::finished).empty()) std::this_thread::yield();
      gone.give();
    });
    gone.await();
    running.request_stop();
    running.join();
    CHECK(settled() == std::vector<std::size_t>{0, 0, 1});
  }
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
  // The other one may have had its turn afterwards.
  for (std::size_t i = 0; i < subscriber.cursors.size(); ++i) CHECK(subscriber.cursors[i] == (i == 0 ? "" : "500"));
}

TEST_CASE("a worker that fails inside the host ends the run; what it had is not taken for delivered") {
  for (const std::size_t records : {1, 30}) {  // others of its page, and pages behind it, wait for it
    CAPTURE(records);
    World world;
    FakeSubscriber subscriber{documents(records)};
    FakePublisher publisher(true);
    publisher.batch_max = 1;
    publisher.behave = [](const std::string&, leat_ctx&) { return FakePublisher::Verdict{LEAT_INVALID}; };
    std::atomic<int> told{0};
    Log log{world.secrets, Level::info, [&](Level, std::string_view line) {
              if (line.find("a record failed") != std::string_view::npos && ++told == 1) throw std::bad_alloc();
            }};
    world.add_incoming("in", subscriber);
    world.add_route("r", "in", publisher).durability = Durability::replayable;
    const auto engine = Engine::make(world.config, world.parts(), *world.store, log, world.clock, world.options);
    REQUIRE(engine);
    const auto done = (*engine)->run({});
    REQUIRE_FALSE(done);
    CHECK(done.error().kind == ErrorKind::broken);
    CHECK(done.error().message.find("route r") != std::string::npos);
    CHECK(world.cursor().empty());
    publisher.behave = {};
    world.run();
    CHECK(world.cursor() == std::to_string(records));
    CHECK(publisher.delivered().size() == records);
  }
}

TEST_CASE("a worker that is slow to stop goes on renewing its leases") {
  struct Watched : SqliteTaskStore {
    using SqliteTaskStore::SqliteTaskStore;
    Result<Done> renew(std::chrono::milliseconds lease) override {
      // The first one may have begun before it was asked to stop.
      if (stopping && ++renewed == 2) again.give();
      return SqliteTaskStore::renew(lease);
    }
    std::atomic<bool> stopping{false};
    std::atomic<int> renewed{0};
    Signal again;
  };
  const auto folder = temporary_folder();
  World world(folder);
  Watched store({.path = folder / "leat.db"}, world.clock, std::move(*WorkerLock::take(folder / "leat.db-owners")));
  world.options.once = false;
  world.options.grace = 1ms;
  world.options.lease = 30ms;
  FakeSubscriber subscriber{documents(1)};
  FakePublisher publisher;
  Signal begun;
  publisher.behave = [&](const std::string&, leat_ctx&) {
    begun.give();
    store.again.await();  // heeds no cancellation
    return FakePublisher::Verdict{};
  };
  world.add_incoming("in", subscriber);
  world.add_route("r", "in", publisher);
  std::stop_source stop;
  {
    const auto engine = world.engine(store);
    std::jthread running([&] { CHECK(engine->run(stop.get_token())); });
    begun.await();
    stop.request_stop();
    store.stopping = true;
  }
  CHECK(world.tasks(TaskStatus::finished).size() == 1);
  std::filesystem::remove_all(folder);
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
