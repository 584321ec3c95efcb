#include "host/route/plan.hpp"

#include <doctest/doctest.h>

namespace leat::host::test {

TEST_CASE("a plan is written for people, and read back as what is to be sent") {
  const WriteRequest write{"psa", "PATCH", "/service/tickets/7601", R"([{"op":"replace","value":"new"}])"};
  Plan plan;
  plan.route = "tickets";
  plan.made = Millis{1'700'000'000'000};
  PlannedTask& task = plan.tasks.emplace_back();
  task.id = 12;
  task.key = "k";
  task.record = "0123";
  task.requests.push_back({write.client,
                           write.method,
                           write.path,
                           write.hash(),
                           write.body.size(),
                           Json::parse(write.body),
                           {{"text", Json("old"), Json("new"), true}},
                           false});
  task.open = "the answer has no status";
  task.requests[0].body_follows = true;
  PlannedTask& failing = plan.tasks.emplace_back();
  failing.id = 13;
  failing.record = "4567";
  failing.failure = Error{ErrorKind::invalid, "payload.nome is unknown", 0};
  const std::string text = to_json(plan).dump();
  CHECK(text.find(R"("before":"old","after":"new")") != std::string::npos);

  const auto read = parse_plan(text);
  REQUIRE(read);
  CHECK(read->route == "tickets");
  REQUIRE(read->tasks.size() == 2);
  CHECK(read->tasks[0].id == 12);
  CHECK(read->tasks[0].record == "0123");
  REQUIRE(read->tasks[0].requests.size() == 1);
  CHECK(read->tasks[0].requests[0].line() == "PATCH /service/tickets/7601");
  CHECK(read->tasks[0].requests[0].hash == write.hash());
  CHECK(read->tasks[0].requests[0].body_follows);
  CHECK(read->tasks[0].open == "the answer has no status");
  CHECK(read->tasks[0].ready());
  CHECK(read->tasks[1].open.empty());
  CHECK_FALSE(read->tasks[1].ready());
}

TEST_CASE("requests that differ in anything have different hashes") {
  const WriteRequest one{"psa", "PATCH", "/a", "b"};
  CHECK(one.hash() == WriteRequest{"psa", "PATCH", "/a", "b"}.hash());
  for (const WriteRequest& other : {WriteRequest{"psb", "PATCH", "/a", "b"}, WriteRequest{"psa", "PUT", "/a", "b"},
                                    WriteRequest{"psa", "PATCH", "/b", "b"}, WriteRequest{"psa", "PATCH", "/a", "c"}}) {
    CHECK(other.hash() != one.hash());
  }
}

}  // namespace leat::host::test
