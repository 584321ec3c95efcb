// Plugins that crash, hang, leak and scribble: in a process of their own they cost a record, inside the host they cost
// the host.
#include <doctest/doctest.h>
#include <signal.h>

#include <algorithm>
#include <iostream>
#include <random>

#include "scenario/isolation_story.hpp"

using namespace leat::test;

TEST_CASE("a record that crashes its plugin takes the host down without isolation, and fails alone with it") {
  const std::string input = records(50, {{17, "crash"}});
  Story bare(through("{ type: crash }", "isolation: none"));
  bare.folder().write("records.ndjson", input);
  CHECK(bare.run_once().signal == SIGSEGV);

  Story isolated(through("{ type: crash }", "isolation: process"));
  isolated.folder().write("records.ndjson", input);
  const Exit ran = isolated.run_once();
  CAPTURE(ran.err);
  CHECK(ran.code == 1);
  CHECK(ids(isolated.lines("out.ndjson")) == up_to(50, {17}));
  CHECK(ids(isolated.lines("calm.ndjson")) == up_to(50));
  const auto failed = isolated.tasks({"--status", "failed"});
  REQUIRE(failed.size() == 1);
  CHECK(contains(failed[0].dump(), "was ended by signal 11 (Segmentation fault), twice, with this record alone"));
  CHECK(contains(ran.err, "it is started again in"));
}

TEST_CASE("a record that a transformer rejects fails, also when another one of its batch crashed the plugin") {
  Story story(through("{ type: split }", "isolation: process"));
  story.folder().write("records.ndjson", records(3, {{2, "crash"}}));
  const Exit ran = story.run_once();
  CAPTURE(ran.err);
  CHECK(ran.code == 1);
  CHECK(ids(story.lines("out.ndjson")) == std::set<int>{1, 3});
  std::vector<Json> failed;
  for (const Json& task : story.tasks({"--status", "failed"})) {
    const Exit shown = story.leat({"tasks", "show", "--json", "-c", story.config(), task["id"].dump()});
    failed.push_back(Json::parse(shown.out)["payload"]);
  }
  CHECK(ids(failed) == std::set<int>{2, 101, 103});
}

TEST_CASE("a record on which its plugin loops for ever fails alone, without anybody stopping the host") {
  Story story(through("{ type: spin }", "isolation: process, call_limit: 500ms"));
  story.folder().write("records.ndjson", records(20, {{5, "spin"}}));
  const Exit ran = story.run_once();
  CAPTURE(ran.err);
  CHECK(ran.code == 1);
  CHECK(ids(story.lines("out.ndjson")) == up_to(20, {5}));
  CHECK(ids(story.lines("calm.ndjson")) == up_to(20));
  const auto failed = story.tasks({"--status", "failed"});
  REQUIRE(failed.size() == 1);
  CHECK(contains(failed[0].dump(), "did not return within 500 ms"));
}

TEST_CASE("a plugin that does not return when it is cancelled is killed, and the record stays for the next start") {
  Story story(through("{ type: spin }", "isolation: process"));
  story.folder().write("records.ndjson", records(3, {{2, "spin"}}));
  const auto leat = story.start({"run", story.config()});
  leat->wait_for("spinning");
  leat->signal(SIGTERM);
  const Exit ran = leat->wait(std::chrono::seconds(30));
  CAPTURE(ran.err);
  CHECK(ran.signal == 0);
  CHECK(contains(ran.err, "did not return after it was cancelled"));
  story.folder().write("records.ndjson", records(3));
  CHECK(story.run_once().code == 0);
  CHECK(ids(story.lines("out.ndjson")) == up_to(3));
}

TEST_CASE("a plugin that leaks is replaced between two calls, and no record suffers") {
  Story story(through("{ type: leak, bytes: 1000000 }", "isolation: process, memory_max: 96MiB"));
  story.folder().write("records.ndjson", records(400));
  std::string config = story.folder().read("leat.yaml");
  config.replace(config.find("subscriber: { type: file, path: records.ndjson }"), 0, "page_max: 10, ");
  story.folder().write("leat.yaml", config);
  const Exit ran = story.run_once();
  CAPTURE(ran.err);
  CHECK(ran.code == 0);
  CHECK(contains(ran.err, "more than memory_max"));
  CHECK(ids(story.lines("out.ndjson")) == up_to(400));
  CHECK(story.tasks({"--status", "failed"}).empty());
}

TEST_CASE("a plugin that grows too large is killed also while it prints without end") {
  Story story(through("{ type: chatter }", "isolation: process, memory_max: 96MiB, call_limit: 20s"));
  story.folder().write("records.ndjson", records(3, {{2, "chatter"}}));
  const Exit ran = story.run_once();
  CHECK(ran.code == 1);
  CHECK(ids(story.lines("out.ndjson")) == std::set<int>{1, 3});
  const auto failed = story.tasks({"--status", "failed"});
  REQUIRE(failed.size() == 1);
  CAPTURE(failed[0].dump());
  CHECK(contains(failed[0].dump(), "within a call, memory_max is 96 MiB, twice, with this record alone"));
}

TEST_CASE("a plugin that writes where it may only read changes other routes' records, but not from its own process") {
  const std::string input = records(5);
  const auto names = [](const Story& story) {
    std::vector<std::string> all;
    for (const Json& line : story.lines("calm.ndjson")) all.push_back(line["name"].get<std::string>());
    std::sort(all.begin(), all.end());
    return all;
  };
  const std::vector<std::string> written(5, "########");
  const std::vector<std::string> given{"record 1", "record 2", "record 3", "record 4", "record 5"};

  Story bare(through("{ type: scribble }", "isolation: none"));
  bare.folder().write("records.ndjson", input);
  CHECK(bare.run_once().code == 0);
  CHECK(names(bare) == written);

  Story isolated(through("{ type: scribble }", "isolation: process"));
  isolated.folder().write("records.ndjson", input);
  CHECK(isolated.run_once().code == 0);
  CHECK(names(isolated) == given);
}

TEST_CASE("a plugin that crashes again and again is given up, its route pauses, and the others go on") {
  Story story(through("{ type: crash }", "isolation: process, crashes_max: 3"));
  story.folder().write("records.ndjson", records(10, {{1, "crash"}, {2, "crash"}}));
  const Exit ran = story.run_once();
  CAPTURE(ran.err);
  CHECK(ran.code == 1);
  CHECK(contains(ran.err, "plugin trouble.so is in quarantine: its process crashed 3 times within 10 min"));
  CHECK(contains(ran.err, "signal 11 (Segmentation fault)"));
  CHECK(contains(ran.err, "Start the host anew to release it"));
  CHECK(ids(story.lines("calm.ndjson")) == up_to(10));
  CHECK(story.tasks({"--route", "troubled"}).size() == 10);  // none is lost
}

TEST_CASE(
    "a publisher's crash makes the record it was at uncertain, or has it sent again; what it had reported stays") {
  const auto config = [](const char* safe) {
    return "plugins: { folders: [" + std::string(LEAT_TROUBLE_FOLDER) +
           R"(], libraries: { trouble.so: { isolation: process, crashes_max: 1000 } } }
incoming: { records: { subscriber: { type: file, path: records.ndjson } } }
outgoing: { posted: { publisher: { type: post, path: posted.txt, safe: )" +
           safe + R"( } } }
routes: { post: { incoming: records, outgoing: posted, concurrency: 1, retry: { max_attempts: 2, backoff_first: 1ms } } }
)";
  };
  const std::string input = records(6, {{2, "refuse"}, {4, "crash"}});
  const auto statuses = [](const Story& story) {
    std::map<int, std::string> all;
    for (const Json& task : story.tasks()) all[task["id"].get<int>()] = task["status"].get<std::string>();
    return all;
  };

  Story once(config("false"));
  once.folder().write("records.ndjson", input);
  const Exit ran_once = once.run_once();
  CAPTURE(ran_once.err);
  CHECK(statuses(once) ==
        std::map<int, std::string>{
            {1, "finished"}, {2, "failed"}, {3, "finished"}, {4, "uncertain"}, {5, "uncertain"}, {6, "uncertain"}});

  Story again(config("true"));
  again.folder().write("records.ndjson", input);
  const Exit ran_again = again.run_once();
  CAPTURE(ran_again.err);
  const auto then = statuses(again);
  CHECK(then.at(1) == "finished");
  CHECK(then.at(2) == "failed");
  CHECK(then.at(3) == "finished");
  CHECK(then.at(4) == "failed");  // after two attempts
  CHECK(contains(again.tasks({"--status", "failed"}).back().dump(), "Segmentation fault"));
}

TEST_CASE("an isolated plugin's process ends with the host, however that ends") {
  Story story(through("{ type: spin }", "isolation: process"));
  story.folder().write("records.ndjson", records(1, {{1, "spin"}}));
  const auto leat = story.start({"run", story.config()});
  leat->wait_for("spinning");
  const int child = isolated_process(*leat);
  REQUIRE(child > 0);
  leat->signal(SIGKILL);
  CHECK(leat->wait().signal == SIGKILL);
  bool gone = false;
  for (int look = 0; look < 5000 && !gone; ++look) {
    gone = kill(child, 0) != 0;
    if (!gone) poll(nullptr, 0, 2);
  }
  CHECK(gone);
}

TEST_CASE(
    "every POST arrives although the plugin's process is killed all the time, and twice only where it was unknown") {
  constexpr unsigned kSeed = 20261126;
  constexpr int kTickets = 2000;
  const Sandbox sandbox({"--tickets", std::to_string(kTickets), "--latency", "5"});
  const Story story(sandbox, R"(
plugins: { libraries: { leat.connectwise: { isolation: process, crashes_max: 100000, crashes_within: 1s } } }
incoming:
  tickets:
    subscriber: { type: connectwise, client: psa, entity: GET /service/tickets, pagination: { page_size: 100 } }
outgoing:
  notes:
    transformers:
      - type: map
        fields:
          path: { parentId: "{{ id }}" }
          payload: { text: "isolation story", internalAnalysisFlag: true }
    publisher: { type: connectwise, client: psa, method: POST, entity: "POST /service/tickets/{parentId}/notes" }
routes:
  tickets-to-notes:
    incoming: tickets
    outgoing: notes
    key: id
    uncertain: resend
    deduplicate: { fields: [id] }
    retry: { max_attempts: 1000, backoff_first: 10ms, backoff_max: 200ms }
)");
  CAPTURE(kSeed);
  std::mt19937 random(kSeed);
  std::uniform_int_distribution<int> life(0, 400);
  int kills = 0;
  const auto leat = story.start({"run", "--once", story.config()});
  while (kills < 40) {
    const int child = isolated_process(*leat);
    if (child == 0) break;
    poll(nullptr, 0, life(random));  // the instant is what is random here; nothing is waited for
    if (kill(child, SIGKILL) == 0) ++kills;
    while (leat->running() && kill(child, 0) == 0) poll(nullptr, 0, 1);
  }
  const Exit ran = leat->wait(std::chrono::seconds(240));
  CAPTURE(ran.err);
  REQUIRE(ran.signal == 0);
  const Exit last = story.run_once();  // an incoming that was hit five times in a row ends such a run
  CAPTURE(last.err);
  REQUIRE(last.code == 0);

  std::map<std::string, int> unknown;
  std::size_t finished = 0;
  for (const Json& task : story.tasks()) {
    CHECK(task["status"] == "finished");
    ++finished;
    if (task["attempts"].get<int>() < 2) continue;
    const Json shown = Json::parse(
        story.leat({"tasks", "show", "--json", "-c", story.config(), std::to_string(task["id"].get<int>())}).out);
    for (const Json& attempt : shown["history"]) {
      if (attempt["outcome"] == "uncertain") ++unknown[task["key"].get<std::string>()];
    }
  }
  CHECK(finished == kTickets);
  int missing = 0;
  int duplicates = 0;
  int unexplained = 0;
  for (int id = 1; id <= kTickets; ++id) {
    int notes = 0;
    for (const Json& note : sandbox.get("/service/tickets/" + std::to_string(id) + "/notes?pageSize=1000")) {
      if (note["text"] == "isolation story") ++notes;
    }
    if (notes == 0) ++missing;
    if (notes > 1) duplicates += notes - 1;
    const auto found = unknown.find(std::to_string(id));
    if (notes - 1 > (found == unknown.end() ? 0 : found->second)) ++unexplained;
  }
  CHECK(missing == 0);
  CHECK(unexplained == 0);
  CHECK(kills >= 20);
  std::cout << "isolation story: " << kills << " kills of the plugin's process; " << kTickets << " records, " << missing
            << " lost, " << duplicates << " duplicates, " << unexplained << " of them unexplained\n";
}
