// A plugin in a process of its own has what it has in the host, and gives what it gives there.
#include <doctest/doctest.h>

#include "scenario/isolation_story.hpp"

using namespace leat::test;

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
  CHECK(contains(ran.err,
                 " finished, " + std::to_string(uncertain.size()) + " uncertain, "));  // neither to go nor failed
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
