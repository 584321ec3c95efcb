// `leat apply` sends what was planned or nothing: when the plan is stale, when it is killed, beside a run.
#include <doctest/doctest.h>

#include <csignal>

#include "scenario/plan_story.hpp"

using namespace leat::test;

TEST_CASE("the change of a record whose planned creation failed is not sent, and is not turned into a creation") {
  const Sandbox sandbox({"--tickets", "20", "--fault",
                         R"({"fault": "drop-before", "method": "POST", "path": "/service/tickets", "count": 1})"});
  const Story story(sandbox, kUpserts);
  story.folder().write(
      "changes.ndjson",
      "{\"id\":1,\"ref\":\"K-1\",\"summary\":\"First\"}\n{\"id\":2,\"ref\":\"K-1\",\"summary\":\"Second\"}\n");
  store(story);
  REQUIRE(story.leat({"plan", story.config(), "tickets", "--out", plan_file(story)}).code == 0);
  const Exit applied = story.leat({"apply", story.config(), plan_file(story)});
  CAPTURE(applied.out);
  CHECK(applied.code == 1);
  CHECK(has(applied.out,
            "the plan is stale: planned is PATCH /service/tickets/{id of task 1}, now it would be POST "
            "/service/tickets"));
  CHECK(sandbox.get("/service/tickets?conditions=externalXRef%20%3D%20%22K-1%22").empty());
  CHECK(status_of(story, "2") == "new");
}

TEST_CASE("a plan that is not what would be sent now is refused, and its tasks stay as they were") {
  const Sandbox sandbox({"--tickets", "20"});
  const Story story(sandbox, patches(""));
  story.folder().write("changes.ndjson", "{\"id\":1,\"summary\":\"x\"}\n{\"id\":2,\"summary\":\"y\"}\n");
  store(story);
  REQUIRE(story.leat({"plan", story.config(), "patch", "--out", plan_file(story)}).code == 0);
  // The same configuration, but for the text it makes.
  std::string config = story.folder().read("leat.yaml");
  config.replace(config.find("{{ summary }}"), 13, "{{ summary }}!");
  story.folder().write("leat.yaml", config);
  const Exit applied = story.leat({"apply", story.config(), plan_file(story)});
  CAPTURE(applied.out);
  CHECK(applied.code == 1);
  CHECK(has(applied.out, "the plan is stale: PATCH /service/tickets/1 would now be sent with another body"));
  CHECK(sandbox.requests(kPatch) == 0);
  for (const Json& task : story.tasks()) {
    CHECK(task["status"] == "new");
    CHECK(task["attempts"] == 0);
  }
}

TEST_CASE("a task of which some was sent before its plan was found stale is uncertain, with the reason") {
  const Sandbox sandbox({"--tickets", "20"});
  const Story story(sandbox, steps(", then: note"));
  story.folder().write("changes.ndjson", "{\"id\":1,\"summary\":\"One\"}\n{\"id\":2,\"summary\":\"Two\"}\n");
  store(story);
  REQUIRE(story.leat({"plan", story.config(), "steps", "--out", plan_file(story)}).code == 0);
  std::string config = story.folder().read("leat.yaml");
  config.replace(config.find("then: note"), 10, "then: status");
  story.folder().write("leat.yaml", config);
  const Exit applied = story.leat({"apply", story.config(), plan_file(story)});
  CAPTURE(applied.out);
  CHECK(applied.code == 1);
  CHECK(has(applied.out, "would now be sent with another body; 1 of its 2 planned requests were sent before"));
  CHECK(sandbox.requests(kTicket) == 2);
  CHECK(sandbox.requests(kNote) == 0);
  for (const Json& task : story.tasks()) {
    CHECK(task["status"] == "uncertain");
    CHECK(has(task["message"], "the plan is stale"));
  }
}

TEST_CASE("apply killed while a request is on its way: that task is uncertain, no other was sent, and none twice") {
  const Sandbox sandbox({"--tickets", "20", "--latency", "300"});
  const Story story(sandbox, kNotes);
  std::string lines;
  for (int id = 1; id <= 5; ++id) lines += Json({{"id", id}, {"text", "planned"}}).dump() + "\n";
  story.folder().write("changes.ndjson", lines);
  store(story);
  REQUIRE(story.leat({"plan", story.config(), "notes", "--out", plan_file(story)}).code == 0);
  CHECK(sandbox.requests(kNote) == 0);
  {
    const auto apply = story.start({"apply", story.config(), plan_file(story)});
    apply->wait_for("task 1: finished");
    apply->signal(SIGKILL);
    apply->wait();
  }
  for (int id = 3; id <= 5; ++id) CHECK(notes_of(sandbox, id) == 0);
  const Exit again = story.leat({"apply", story.config(), plan_file(story)});
  CAPTURE(again.out);
  CHECK(again.code == 1);  // the first one is finished, the next may be uncertain
  const Exit run = story.run_once();
  CAPTURE(run.out);
  std::size_t uncertain = story.tasks({"--status", "uncertain"}).size();
  CHECK(uncertain <= 1);
  CHECK(story.tasks({"--status", "finished"}).size() == 5 - uncertain);
  for (int id = 1; id <= 5; ++id) {
    CAPTURE(id);
    CHECK(notes_of(sandbox, id) <= 1);
    if (status_of(story, std::to_string(id)) == "finished") CHECK(notes_of(sandbox, id) == 1);
  }
}

TEST_CASE("apply and run at the same time send each task once") {
  const Sandbox sandbox({"--tickets", "20", "--latency", "50"});
  const Story story(sandbox, kNotes);
  std::string lines;
  for (int id = 1; id <= 20; ++id) lines += Json({{"id", id}, {"text", "planned"}}).dump() + "\n";
  story.folder().write("changes.ndjson", lines);
  store(story);
  REQUIRE(story.leat({"plan", story.config(), "notes", "--out", plan_file(story)}).code == 0);
  const auto apply = story.start({"apply", story.config(), plan_file(story)});
  apply->wait_for("task 1: finished");
  story.run_once();  // its code tells whether apply had a task under way when it ended
  apply->wait();
  CHECK(story.tasks({"--status", "finished"}).size() == 20);
  CHECK(sandbox.requests(kNote) == 20);
}
