#include "host/route/outgoing.hpp"

#include <doctest/doctest.h>

#include <array>
#include <random>

#include "fakes.hpp"

namespace leat::host::test {

using Texts = std::vector<std::string>;

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
      const PassingTime passing(world.clock);
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

TEST_CASE("a publisher that cannot be opened for the moment is tried again, in a run that is to end as well") {
  for (const leat_kind kind : {LEAT_BUSY, LEAT_UNREACHABLE}) {
    for (const Durability durability : {Durability::durable, Durability::replayable}) {
      CAPTURE(kind);
      World world;
      const PassingTime passing(world.clock);
      FakeSubscriber subscriber{documents(10)};
      FakePublisher publisher;
      publisher.open_as = kind;
      publisher.open_fails = 3;
      world.add_incoming("in", subscriber);
      world.add_route("r", "in", publisher).durability = durability;
      const EngineStats stats = world.run();
      CHECK(stats.routes[0].state == FlowState::done);
      CHECK(publisher.delivered().size() == 10);
      CHECK(publisher.opened == 4);
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

TEST_CASE("a pause is told once, however many records were denied") {
  World world;
  world.options.once = false;
  FakeSubscriber subscriber{documents(20)};
  subscriber.page = 20;
  FakePublisher publisher;
  publisher.behave = [](const std::string&, leat_ctx&) { return FakePublisher::Verdict{LEAT_DENIED, 0}; };
  world.add_incoming("in", subscriber);
  world.add_route("r", "in", publisher);
  auto engine = world.engine(*world.store);
  std::stop_source stop;
  std::jthread runner([&] { CHECK(engine->run(stop.get_token())); });
  while (engine->statistics().routes[0].state != FlowState::paused || world.tasks(TaskStatus::fresh).size() != 20) {
    std::this_thread::yield();
  }
  stop.request_stop();
  runner.join();
  std::size_t told = 0;
  for (const std::string& line : world.lines) told += line.find("the far side says no") != std::string::npos ? 1 : 0;
  CHECK(told == 1);
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

}  // namespace leat::host::test
