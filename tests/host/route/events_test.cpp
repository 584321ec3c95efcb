// Events of webhooks on their way through an incoming: read in order, forgotten with what was made of them, and a reason to
// read.
#include <doctest/doctest.h>

#include <thread>

#include "fakes.hpp"

namespace leat::host::test {
namespace {

using Texts = std::vector<std::string>;

void tell(World& world, const Texts& events, Engine* engine = nullptr) {
  std::vector<NewEvent> all;
  for (const std::string& event : events) all.push_back({event, {}});
  REQUIRE(world.store->add_events("in", all, 1000));
  if (engine != nullptr) engine->wake("in");
}

std::uint64_t waiting(World& world) { return world.store->stored_events("in")->count; }

template <class Condition>
void until(const Condition& condition) {
  const auto end = std::chrono::steady_clock::now() + 60s;
  while (!condition()) {
    REQUIRE(std::chrono::steady_clock::now() < end);
    std::this_thread::yield();
  }
}

// An engine that goes on until the end of the test.
class Running {
 public:
  explicit Running(World& world) : engine_(world.engine(*world.store)) {
    thread_ = std::jthread([this](const std::stop_token& stop) { CHECK(engine_->run(stop)); });
  }
  Engine* engine() { return engine_.get(); }

 private:
  std::unique_ptr<Engine> engine_;
  std::jthread thread_;
};

}  // namespace

TEST_CASE("events that a poll read are forgotten with what was made of them, also when that was nothing") {
  for (const Durability durability : {Durability::durable, Durability::replayable}) {
    for (const bool kept : {true, false}) {
      CAPTURE(durability == Durability::durable);
      CAPTURE(kept);
      World world;
      FakeSubscriber subscriber;
      subscriber.events_max = 2;
      FakePublisher publisher;
      FakeTransformer drops{[&](leat_ctx&, leat_batch& batch) {
        for (std::size_t i = 0; i < batch.size() && !kept; ++i) batch.drop(i);
        return LEAT_OK;
      }};
      world.add_incoming("in", subscriber, {&drops});
      world.add_route("r", "in", publisher).durability = durability;
      tell(world, {"[1]", "[2]", "[3]"});
      world.run();  // one poll: it has no records of its own
      CHECK(publisher.delivered() == (kept ? Texts{"[1]", "[2]"} : Texts{}));
      CHECK(waiting(world) == 1);
      world.run();
      CHECK(publisher.delivered() == (kept ? Texts{"[1]", "[2]", "[3]"} : Texts{}));
      CHECK(waiting(world) == 0);
    }
  }
}

TEST_CASE("what a poll read and could not hand over is given again, in order") {
  World world;
  FakeSubscriber subscriber;
  subscriber.events_max = 10;
  subscriber.failures = {{ErrorKind::unreachable, "away", 1}, {ErrorKind::unreachable, "still away", 1}};
  FakePublisher publisher;
  world.add_incoming("in", subscriber);
  world.add_route("r", "in", publisher);
  tell(world, {"[1]", "[2]", "[3]"});
  world.run();
  CHECK(subscriber.opened == 3);
  CHECK(publisher.delivered() == Texts{"[1]", "[2]", "[3]"});
  CHECK(waiting(world) == 0);
}

TEST_CASE("an event of a replayable route stays until its record is delivered") {
  World world;
  FakeSubscriber subscriber;
  subscriber.events_max = 10;
  FakePublisher publisher;
  std::uint64_t at_delivery = 0;
  publisher.behave = [&](const std::string&, leat_ctx&) {
    at_delivery += waiting(world);
    return FakePublisher::Verdict{};
  };
  world.add_incoming("in", subscriber);
  world.add_route("r", "in", publisher).durability = Durability::replayable;
  tell(world, {"[1]"});
  world.run();
  CHECK(at_delivery == 1);
  CHECK(waiting(world) == 0);
}

TEST_CASE("events carry their attributes") {
  World world;
  FakeSubscriber subscriber;
  subscriber.events_max = 1;
  FakePublisher publisher;
  publisher.whole = [](leat_ctx&, leat_batch& batch) {
    CHECK(batch.record(0)->attr("acme.source") == "webhook");
    return LEAT_OK;
  };
  world.add_incoming("in", subscriber);
  world.add_route("r", "in", publisher);
  const NewEvent event[] = {{"[1]", R"({"acme.source":"webhook"})"}};
  REQUIRE(world.store->add_events("in", event, 10));
  world.run();
  CHECK(world.tasks(TaskStatus::finished).size() == 1);
}

TEST_CASE("an incoming that takes webhooks reads at the start, then whenever there are events") {
  World world;
  world.options.once = false;
  world.options.webhooks = true;
  world.options.look = 1h;  // told, not found
  FakeSubscriber subscriber{documents(2)};
  subscriber.events_max = 10;
  FakePublisher publisher;
  world.add_incoming("in", subscriber);
  world.add_route("r", "in", publisher);
  Running running(world);
  until([&] { return publisher.delivered().size() == 2; });
  tell(world, {"[1]"}, running.engine());
  until([&] { return publisher.delivered().size() == 3; });
  tell(world, {"[2]", "[3]"}, running.engine());
  until([&] { return publisher.delivered().size() == 5; });
  CHECK(publisher.delivered() == Texts{R"({"id":0,"key":"k0"})", R"({"id":1,"key":"k0"})", "[1]", "[2]", "[3]"});
  until([&] { return subscriber.closed == subscriber.opened; });
  CHECK(subscriber.opened == 3);
  CHECK(subscriber.woken.with([](const auto& all) { return all; }) == std::vector<int>{0, 1, 1});
  CHECK(running.engine()->statistics().incoming[0].state != FlowState::done);
}

TEST_CASE("events that another process stored are found, and those of before the start") {
  World world;
  world.options.once = false;
  world.options.webhooks = true;
  FakeSubscriber subscriber;
  subscriber.events_max = 10;
  FakePublisher publisher;
  world.add_incoming("in", subscriber);
  world.config.incoming[0].schedule = "every 24h";
  world.add_route("r", "in", publisher);
  tell(world, {"[1]"});
  const Running running(world);
  until([&] { return publisher.delivered().size() == 1; });
  tell(world, {"[2]"});
  until([&] { return publisher.delivered().size() == 2; });
  CHECK(subscriber.woken.with([](const auto& all) { return all; }) == std::vector<int>{1, 1});
}

TEST_CASE("events that a read left are read at once, as long as reads take some") {
  World world;
  world.options.once = false;
  world.options.webhooks = true;
  world.options.look = 1h;
  FakeSubscriber subscriber;
  subscriber.events_max = 2;
  FakePublisher publisher;
  world.add_incoming("in", subscriber);
  world.add_route("r", "in", publisher);
  tell(world, {"[1]", "[2]", "[3]", "[4]", "[5]"});
  const Running running(world);
  until([&] { return publisher.delivered().size() == 5; });
  CHECK(waiting(world) == 0);
}

TEST_CASE("a subscriber that reads no events is called once for them, not for ever") {
  World world;
  world.options.once = false;
  world.options.webhooks = true;
  FakeSubscriber subscriber;
  FakePublisher publisher;
  world.add_incoming("in", subscriber);
  world.add_route("r", "in", publisher);
  Running running(world);
  until([&] { return subscriber.closed == 1; });
  tell(world, {"[1]"}, running.engine());
  until([&] { return subscriber.closed == 2; });
  for (int i = 0; i < 20; ++i) running.engine()->wake("in");
  tell(world, {"[2]"}, running.engine());
  until([&] { return subscriber.closed == 3; });
  CHECK(subscriber.opened == 3);
  CHECK(waiting(world) == 2);
}

TEST_CASE("a run that is to end reads the stored events and waits for no others") {
  World world;
  world.options.webhooks = true;
  FakeSubscriber subscriber;
  subscriber.events_max = 10;
  FakePublisher publisher;
  world.add_incoming("in", subscriber);
  world.add_route("r", "in", publisher);
  tell(world, {"[1]"});
  const EngineStats stats = world.run();
  CHECK(publisher.delivered() == Texts{"[1]"});
  CHECK(stats.incoming[0].state == FlowState::done);
  CHECK(subscriber.woken.with([](const auto& all) { return all; }) == std::vector<int>{0});
}

TEST_CASE("events wait while a route that they feed has no room") {
  World world;
  world.options.once = false;
  world.options.webhooks = true;
  FakeSubscriber subscriber;
  subscriber.events_max = 10;
  FakePublisher publisher;
  std::atomic<bool> away{true};
  publisher.behave = [&](const std::string&, leat_ctx&) {
    return FakePublisher::Verdict{away ? LEAT_BUSY : LEAT_OK, away ? 1U : 0U};
  };
  world.add_incoming("in", subscriber);
  RouteConfig& route = world.add_route("r", "in", publisher);
  route.max_pending.tasks = 1;
  route.retry.max_attempts = 1'000'000'000;
  const PassingTime time(world.clock);
  Running running(world);
  tell(world, {"[1]"}, running.engine());
  until([&] { return waiting(world) == 0; });
  tell(world, {"[2]"}, running.engine());
  until([&] { return running.engine()->statistics().incoming[0].state == FlowState::full; });
  CHECK(waiting(world) == 1);
  away = false;
  until([&] { return publisher.delivered().size() == 2; });
  CHECK(publisher.delivered() == Texts{"[1]", "[2]"});
  CHECK(waiting(world) == 0);
}

}  // namespace leat::host::test
