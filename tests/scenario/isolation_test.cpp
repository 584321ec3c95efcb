// Plugins that crash, hang, leak and scribble: in a process of their own they cost a record, inside the host they cost
// the host.
#include <doctest/doctest.h>
#include <poll.h>
#include <signal.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <random>
#include <set>
#include <sstream>

#include "scenario/story.hpp"

using namespace leat::test;
namespace fs = std::filesystem;

namespace {

// A route from records.ndjson through one transformer of the bad plugin to out.ndjson, beside one that has none.
std::string through(const std::string& transformer, const std::string& library_options) {
  return "plugins: { folders: [" + std::string(LEAT_TROUBLE_FOLDER) + "], libraries: { test.trouble: { " +
         library_options + R"( } } }
incoming: { records: { subscriber: { type: file, path: records.ndjson } } }
outgoing:
  troubled: { publisher: { type: file, path: out.ndjson } }
  calm: { publisher: { type: file, path: calm.ndjson } }
routes:
  troubled: { incoming: records, transformers: [)" +
         transformer + R"(], outgoing: troubled, key: id, retry: { backoff_first: 10ms } }
  calm: { incoming: records, outgoing: calm, key: id }
)";
}

std::string records(int count, const std::map<int, std::string>& harms = {}) {
  std::ostringstream out;
  for (int id = 1; id <= count; ++id) {
    out << R"({"id":)" << id << R"(,"name":"record )" << id << '"';
    if (const auto harm = harms.find(id); harm != harms.end()) out << R"(,"harm":")" << harm->second << '"';
    out << "}\n";
  }
  return out.str();
}

std::set<int> ids(const std::vector<Json>& lines) {
  std::set<int> all;
  for (const Json& line : lines) all.insert(line["id"].get<int>());
  return all;
}

std::set<int> up_to(int count, const std::set<int>& without = {}) {
  std::set<int> all;
  for (int id = 1; id <= count; ++id) {
    if (without.count(id) == 0) all.insert(id);
  }
  return all;
}

using Words = std::vector<std::string>;

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// The processes whose parent is this one.
std::vector<int> children_of(int parent) {
  std::vector<int> found;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator("/proc", error)) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    std::ifstream file(entry.path() / "stat");
    std::string stat;
    std::getline(file, stat);
    const auto end = stat.rfind(')');
    if (end == std::string::npos) continue;
    std::istringstream rest(stat.substr(end + 1));
    std::string state;
    int of = 0;
    if (rest >> state >> of && of == parent && state != "Z") found.push_back(std::stoi(name));
  }
  return found;
}

// The isolated process of a running leat, once it is there.
int isolated_process(Program& leat) {
  while (leat.running()) {
    for (const int child : children_of(leat.pid())) {
      std::ifstream file("/proc/" + std::to_string(child) + "/cmdline");
      for (std::string word; std::getline(file, word, '\0');) {  // nothing of one that has just ended
        if (word == "__isolated") return child;
      }
    }
    poll(nullptr, 0, 1);
  }
  return 0;
}

}  // namespace

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

TEST_CASE("a plugin named in the configuration that is not there is a mistake with its place") {
  Story story(through("{ type: crash }", "isolation: process"));
  story.folder().write("records.ndjson", records(1));
  std::string config = story.folder().read("leat.yaml");
  config.replace(config.find("test.trouble"), 12, "test.troubel");
  story.folder().write("leat.yaml", config);
  const Exit checked = story.leat({"check", story.config()});
  CHECK(checked.code == 2);
  CHECK(contains(checked.err + checked.out,
                 "plugins.libraries[\"test.troubel\"]: there is no such plugin; did you mean"));
  CHECK(contains(checked.err + checked.out, "leat.yaml:1:"));
}

TEST_CASE("- for the host's standard input or output is a mistake of a plugin in its own process, with its place") {
  const auto config = [](const char* isolation) {
    return "plugins: { libraries: { leat.file: { isolation: " + std::string(isolation) + R"( } } }
incoming: { records: { subscriber: { type: file, path: records.ndjson } } }
outgoing:
  out:
    publisher:
      type: file
      path: "-"
      format: ndjson
routes: { print: { incoming: records, outgoing: out } }
)";
  };
  const Story isolated(config("process"));
  isolated.folder().write("records.ndjson", records(2));
  for (const auto& command : {Words{"check"}, Words{"run", "--once"}}) {
    Words words = command;
    words.push_back(isolated.config());
    const Exit ran = isolated.leat(words);
    CHECK(ran.code == 2);
    CAPTURE(ran.err);
    CHECK(contains(ran.err + ran.out,
                   "leat.yaml:7:13: outgoing.out.publisher.path: \"-\" is the standard input or output of the host; a "
                   "plugin with isolation: process has none: name a file, or take isolation: none"));
  }
  const Story bare(config("none"));
  bare.folder().write("records.ndjson", records(2));
  const Exit ran = bare.run_once();
  CHECK(ran.code == 0);
  CHECK(ran.out.find("record 2") != std::string::npos);
}

TEST_CASE("what a plugin prints is a line of the log, and never part of what leat prints") {
  Story story(through("{ type: print }", "isolation: process"));
  story.folder().write("records.ndjson", records(2));
  const Exit ran = story.leat({"run", "--once", "--json", story.config()});
  CAPTURE(ran.err);
  CHECK(ran.code == 0);
  CHECK(json_lines(ran.out).size() == 1);
  CHECK(contains(ran.err, "plugin trouble.so: printed: a line for stdout\n"));
  CHECK(contains(ran.err, "plugin trouble.so: printed: a line for stderr\n"));
}

TEST_CASE("a plugin that writes to a pipe which nobody reads is told so, in the host as in its own process") {
  for (const char* isolation : {"isolation: none", "isolation: process"}) {
    CAPTURE(isolation);
    Story story(through("{ type: write_to_nobody }", isolation));
    story.folder().write("records.ndjson", records(2));
    const Exit ran = story.run_once();
    CAPTURE(ran.err);
    CHECK(ran.code == 0);
    CHECK(ran.err.find("Broken pipe") == std::string::npos);
    const auto lines = story.lines("out.ndjson");
    REQUIRE(lines.size() == 2);
    CHECK(lines[0]["wrote"] == -1);
  }
}

TEST_CASE("state, place and transformers are the host's, whatever becomes of the process that asks for them") {
  Story story(through("{ type: ask, then: [{ type: set, fields: { by: chain } }] }", "isolation: process"));
  std::string config = story.folder().read("leat.yaml");
  config.replace(config.find("libraries: { "), 13, "libraries: { leat.transform: { isolation: process }, ");
  story.folder().write("leat.yaml", config);
  story.folder().write("records.ndjson", records(5, {{3, "crash"}}));
  const Exit ran = story.run_once();
  CAPTURE(ran.err);
  CHECK(ran.code == 1);
  std::set<int> numbers;
  for (const Json& line : story.lines("out.ndjson")) {
    numbers.insert(line["number"].get<int>());
    CHECK(line["place"] == "routes.troubled.transformers[0]");
    CHECK(line["by"] == "chain");
  }
  CHECK(numbers == std::set<int>{1, 2, 3, 4});  // counted on after each crash
}

TEST_CASE("what is known of records, what a doctor finds and cross-references cross as well") {
  const Story story("plugins: { folders: [" + std::string(LEAT_TROUBLE_FOLDER) + R"(],
  libraries: { trouble.so: { isolation: process }, leat.transform: { isolation: process } } }
incoming: { records: { subscriber: { type: file, path: records.ndjson } } }
outgoing:
  posted:
    transformers: [{ type: map, fields: { id: "{{ id }}", fixed: [1] } }]
    publisher: { type: post, path: posted.txt }
    xref: { set: posted, source: id, target: stored }
routes:
  post:
    incoming: records
    transformers: [{ type: filter, when: "xref('posted', id) is null" }]
    outgoing: posted
)");
  story.folder().write("records.ndjson", records(3, {}));
  const Exit seen = story.leat({"doctor", story.config()});
  CAPTURE(seen.err);
  CHECK(seen.code == 0);
  CHECK(contains(seen.out, R"(known: of every record at outgoing.posted.publisher: {"fixed":[1]})"));
  for (int round = 0; round < 2; ++round) {
    const Exit ran = story.run_once();
    CAPTURE(ran.err);
    CHECK(ran.code == 0);
    CHECK(story.lines("posted.txt").size() == 3);  // the second time they are known
    CHECK(story.leat({"cursor", "reset", "records", "-c", story.config()}).code == 0);
  }
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

TEST_CASE("what a publisher promised when it was created holds in each life of its process") {
  const Story story("plugins: { folders: [" + std::string(LEAT_TROUBLE_FOLDER) +
                    R"(], libraries: { trouble.so: { isolation: process } } }
incoming: { records: { subscriber: { type: file, path: records.ndjson } } }
outgoing: { posted: { publisher: { type: post, path: posted.txt, moody: true } } }
routes: { post: { incoming: records, outgoing: posted, concurrency: 1, retry: { max_attempts: 3, backoff_first: 1ms } } }
)");
  story.folder().write("records.ndjson", records(20, {{2, "crash"}, {12, "crash"}}));
  const Exit ran = story.run_once();
  CAPTURE(ran.err);
  std::set<int> uncertain;
  for (const Json& task : story.tasks({"--status", "uncertain"})) uncertain.insert(task["id"].get<int>());
  CHECK(uncertain.count(2) == 1);
  CHECK(uncertain.count(12) == 1);
  CHECK(story.folder().read("posted.txt") == "1\n2\n11\n12\n");
}

TEST_CASE("the host's own plugins give the same result in processes of their own") {
  const Sandbox sandbox({"--tickets", "300"});
  const auto config = [&](const std::string& isolation) {
    return "plugins: { libraries: { leat.connectwise: { isolation: " + isolation +
           " }, leat.file: { isolation: " + isolation + " }, libtransform.so: { isolation: " + isolation + R"( } } }
incoming:
  tickets:
    subscriber: { type: connectwise, client: psa, entity: GET /service/tickets, pagination: { page_size: 100 } }
outgoing:
  archive: { publisher: { type: file, path: tickets.ndjson } }
  notes:
    transformers:
      - type: map
        fields:
          path: { parentId: "{{ id }}" }
          payload: { text: "{{ company.identifier }}: still open", internalAnalysisFlag: true }
    publisher: { type: connectwise, client: psa, method: POST, entity: "POST /service/tickets/{parentId}/notes" }
routes:
  tickets-to-archive: { incoming: tickets, outgoing: archive, key: id, concurrency: 1 }
  open-tickets-to-notes:
    incoming: tickets
    transformers: [{ type: filter, when: closedFlag = false }]
    outgoing: notes
    key: id
)";
  };
  const auto archived = [](const Story& story) {
    std::map<int, std::string> all;
    for (const Json& ticket : story.lines("tickets.ndjson")) all[ticket["id"].get<int>()] = ticket.dump();
    return all;
  };
  const auto notes = [](const Story& story) {
    std::map<std::string, std::string> all;
    for (const Json& task : story.tasks({"--route", "open-tickets-to-notes"})) {
      all[task["key"].is_null() ? task["id"].dump() : task["key"].get<std::string>()] =
          task["status"].get<std::string>();
    }
    return all;
  };
  const std::string posts = "POST /service/tickets/{parentId}/notes";

  const Story isolated(sandbox, config("process"));
  const Exit ran = isolated.run_once();
  CAPTURE(ran.err);
  REQUIRE(ran.code == 0);
  const auto isolated_posts = sandbox.requests(posts);
  CHECK(!contains(ran.err, "sandboxPrivateKey"));

  const Story bare(sandbox, config("none"));
  REQUIRE(bare.run_once().code == 0);
  CHECK(archived(isolated).size() == 300);
  CHECK(isolated_posts > 0);
  CHECK(sandbox.requests(posts) == 2 * isolated_posts);
  CHECK(notes(isolated) == notes(bare));
  CHECK(archived(isolated) == archived(bare));
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
