#include "host/route/follow_up.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <random>

#include "fakes.hpp"

namespace leat::host::test {

using Texts = std::vector<std::string>;

namespace {

std::string further(const std::string& record, const std::string& answer = R"({"ok":true})") {
  return R"({"record":)" + record + R"(,"answer":)" + answer + "}";
}

// Answers with an id that is the record's id and 7000.
leat_kind give_ids(leat_ctx&, leat_batch& batch) {
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (batch.fate(i) != Fate::live) continue;
    const auto id = batch.record(i)->root().get("id")->as_i64();
    batch.deliver(i, R"({"id":)" + std::to_string(*id + 7000) + "}");
  }
  return LEAT_OK;
}

}  // namespace

TEST_CASE("each task that finishes makes one of every route after it, with its record and its answer") {
  World world;
  FakeSubscriber subscriber{documents(200)};
  FakePublisher first;
  FakePublisher second;
  FakePublisher third;
  FakePublisher beside;
  first.behave = [](const std::string& json, leat_ctx&) {
    return FakePublisher::Verdict{json.find(R"("id":5,)") != json.npos ? LEAT_INVALID : LEAT_OK};
  };
  FakeTransformer drops_one{[](leat_ctx&, leat_batch& batch) {
    for (std::size_t i = 0; i < batch.size(); ++i) {
      if (batch.fate(i) == Fate::live && batch.record(i)->root().get("id")->as_i64().value() == 7) batch.drop(i);
    }
    return LEAT_OK;
  }};
  world.add_incoming("in", subscriber);
  world.config.routes.reserve(4);
  world.add_after("second", "first", second);
  world.add_after("third", "second", third);
  world.add_after("beside", "first", beside);
  world.add_route("first", "in", first, {}, {&drops_one});
  const EngineStats stats = world.run();
  Texts expected;
  for (std::size_t i = 0; i < 200; ++i) {
    if (i != 5 && i != 7) expected.push_back(further(subscriber.records[i]));
  }
  CHECK(second.delivered() == expected);
  CHECK(beside.delivered() == expected);
  for (std::string& text : expected) text = further(text);
  CHECK(third.delivered() == expected);
  CHECK(stats.routes[0].received == 198);
  CHECK(stats.routes[0].stored == 198);
  CHECK(stats.routes[0].after == "first");
  for (const RouteStats& route : stats.routes) CHECK(route.state == FlowState::done);
  world.run();
  CHECK(second.delivered().size() == 198);
}

TEST_CASE("what came to the outgoing is the record of the next step, whatever its transformers made of it") {
  World world;
  FakeSubscriber subscriber{documents(2)};
  FakePublisher first;
  FakePublisher second;
  const auto sets = [](std::string text) {
    return [text = std::move(text)](leat_ctx&, leat_batch& batch) {
      for (std::size_t i = 0; i < batch.size(); ++i) static_cast<void>(batch.record(i)->set_json(text));
      return LEAT_OK;
    };
  };
  FakeTransformer of_route{sets(R"({"id":1,"of":"route"})")};
  FakeTransformer of_outgoing{sets("\"request\"")};
  first.whole = [](leat_ctx&, leat_batch& batch) {
    for (std::size_t i = 0; i < batch.size(); ++i) batch.deliver(i, "");
    return LEAT_OK;
  };
  world.add_incoming("in", subscriber);
  world.config.routes.reserve(2);
  world.add_route("first", "in", first, {&of_route}, {&of_outgoing});
  world.add_after("second", "first", second).key = parse_path("record.of").value();
  world.run();
  const std::string expected = further(R"({"id":1,"of":"route"})", "null");
  CHECK(second.delivered() == Texts{expected, expected});
  CHECK(world.tasks(TaskStatus::finished).back().key == "route");
}

TEST_CASE("a record that the next route's transformers refuse is a task of that route, and passes later") {
  World world;
  FakeSubscriber subscriber{documents(3)};
  FakePublisher first;
  FakePublisher second;
  Refusing refusing(further(subscriber.records[1]));
  world.add_incoming("in", subscriber);
  world.config.routes.reserve(2);
  world.add_route("first", "in", first);
  world.add_after("second", "first", second, {&refusing});
  world.run();
  const auto failed = world.tasks(TaskStatus::failed);
  REQUIRE(failed.size() == 1);
  CHECK(failed[0].route == "second");
  CHECK(failed[0].message == "cannot read it");
  CHECK(world.store->show(failed[0].id)->task.payload == further(subscriber.records[1]));
  CHECK(second.delivered().size() == 2);
  refusing.refuses = false;
  REQUIRE(world.store->move({.ids = {failed[0].id}}, TaskStatus::fresh, "")->moved == 1);
  world.run();
  CHECK(second.delivered().back() == further(subscriber.records[1]));
}

TEST_CASE("a route that is not asked for is fed all the same, and delivers when it is") {
  World world;
  FakeSubscriber subscriber{documents(4)};
  FakePublisher first;
  FakePublisher second;
  world.add_incoming("in", subscriber);
  world.config.routes.reserve(2);
  world.add_route("first", "in", first);
  world.add_after("second", "first", second);
  world.options.routes = {"first"};
  const EngineStats stats = world.run();
  REQUIRE(stats.routes.size() == 1);
  CHECK(stats.routes[0].route == "first");
  CHECK(second.delivered().empty());
  CHECK(world.store->pending("second")->tasks == 4);
  world.options.routes = {"second"};
  CHECK(world.run().incoming.empty());
  CHECK(second.delivered().size() == 4);
}

TEST_CASE("a route with its ceiling of unfinished tasks holds the incoming of the routes before it") {
  World world;
  FakeSubscriber subscriber{documents(100)};
  FakePublisher first;
  FakePublisher second;
  second.open_as = LEAT_DENIED;
  world.add_incoming("in", subscriber);
  world.config.routes.reserve(2);
  world.add_route("first", "in", first).max_pending.tasks = 10;
  world.add_after("second", "first", second).max_pending.tasks = 10;
  const EngineStats stats = world.run();
  CHECK(stats.incoming[0].state == FlowState::stopped);
  CHECK(stats.incoming[0].reason.find("route second has ") != std::string::npos);
  CHECK(stats.incoming[0].read < 40);
  CHECK(world.store->pending("second")->tasks == first.delivered().size());
}

TEST_CASE("a cross-reference leads from the record, or the task's key, to the id in the answer") {
  for (const Durability durability : {Durability::durable, Durability::replayable}) {
    for (const bool by_key : {true, false}) {
      if (by_key && durability == Durability::replayable) continue;
      CAPTURE(durability == Durability::durable);
      CAPTURE(by_key);
      World world;
      FakeSubscriber subscriber{documents(5)};
      FakePublisher publisher;
      publisher.whole = give_ids;
      world.add_incoming("in", subscriber);
      RouteConfig& route = world.add_route("r", "in", publisher);
      route.durability = durability;
      if (by_key) route.key = parse_path("id").value();
      XrefConfig xref{"tickets", std::nullopt, parse_path("id").value()};
      if (!by_key) xref.source = parse_path("id").value();
      world.write_xrefs("r", xref);
      CHECK(world.run().routes[0].xref_missing == 0);
      for (int id = 0; id < 5; ++id) {
        CHECK(world.store->target_of("tickets", std::to_string(id)).value() == std::to_string(id + 7000));
      }
      CHECK(world.store->source_of("tickets", "7003").value() == "3");
    }
  }
}

TEST_CASE("a cross-reference that lacks something is told of and counted, and its task is finished") {
  struct Row {
    const char* source;
    const char* target;
    const char* said;
  };
  const Row rows[] = {{"id", "ticket.id", "the publisher's answer has no value at ticket.id"},
                      {"number", "id", "the record has no value at number"}};
  for (const Durability durability : {Durability::durable, Durability::replayable}) {
    for (const Row& row : rows) {
      CAPTURE(row.said);
      CAPTURE(durability == Durability::durable);
      World world;
      FakeSubscriber subscriber{documents(25)};
      FakePublisher publisher;
      publisher.whole = give_ids;
      world.add_incoming("in", subscriber);
      world.add_route("r", "in", publisher).durability = durability;
      world.write_xrefs("r", {"tickets", parse_path(row.source).value(), parse_path(row.target).value()});
      const EngineStats stats = world.run();
      CHECK(stats.routes[0].finished == 25);
      CHECK(stats.routes[0].xref_missing == 25);
      CHECK(world.store->xrefs({}, {}, 9)->empty());
      const auto told = std::count_if(world.lines.begin(), world.lines.end(), [&](const std::string& line) {
        return line.find(row.said) != std::string::npos;
      });
      CHECK(told == 20);
    }
  }
}

TEST_CASE("killed at any instant, each task that finished has made exactly one of the route after it") {
  const auto seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random(seed);
  const auto folder = temporary_folder();
  constexpr std::size_t count = 300;
  // One line for each delivery: what the killer looks at.
  const auto run = [&] {
    World world(folder);
    const int file = ::open((folder / "arrived").c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    FakeSubscriber subscriber{documents(count)};
    subscriber.page = 40;
    FakePublisher first(true);
    FakePublisher second(true);
    const auto note = [file](const std::string&, leat_ctx&) {
      return FakePublisher::Verdict{::write(file, "\n", 1) < 0 ? LEAT_INVALID : LEAT_OK, 0};
    };
    first.behave = second.behave = note;
    world.add_incoming("in", subscriber);
    world.config.routes.reserve(2);
    world.add_route("first", "in", first).key = parse_path("id").value();
    world.add_after("second", "first", second).key = parse_path("record.id").value();
    world.run();
    ::close(file);
  };
  const auto arrived = [&] {
    std::error_code none;
    const auto size = std::filesystem::file_size(folder / "arrived", none);
    return none ? std::uintmax_t{0} : size;
  };
  int kills = 0;
  for (int round = 0; round < 10; ++round) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      run();
      ::_exit(0);
    }
    const std::uintmax_t until = arrived() + 1 + random() % 60;
    int status = 0;
    while (arrived() < until && ::waitpid(child, &status, WNOHANG) == 0) std::this_thread::yield();
    if (::kill(child, SIGKILL) == 0 && ::waitpid(child, &status, 0) == child && WIFSIGNALED(status)) ++kills;
  }
  run();
  CHECK(kills > 3);
  World world(folder);
  std::map<std::string, int> tasks;
  for (const Task& task : world.tasks(TaskStatus::finished)) ++tasks[task.route + " " + task.key.value_or("")];
  CHECK(tasks.size() == 2 * count);
  for (const auto& task : tasks) {
    CAPTURE(task.first);
    CHECK(task.second == 1);
  }
  std::filesystem::remove_all(folder);
}

}  // namespace leat::host::test
