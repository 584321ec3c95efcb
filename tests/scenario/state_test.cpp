// `leat state`: what a component keeps in the store is seen and forgotten.
#include <doctest/doctest.h>
#include <signal.h>

#include <set>

#include "scenario/story.hpp"

using namespace leat::test;

namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("state: listed, shown and forgotten, and the component begins as if it were new") {
  const Sandbox sandbox({"--tickets", "30"});
  const Story story(sandbox, R"(
incoming:
  tickets:
    subscriber:
      type: connectwise
      client: psa
      entity: GET /service/tickets
      incremental: {}
      deletions: { every: 1ms, threshold: 100% }
outgoing: { all: { publisher: { type: file, path: all.ndjson } } }
routes: { all: { incoming: tickets, outgoing: all } }
)");
  const std::string config = story.config();
  const std::string component = "incoming.tickets.subscriber (connectwise)";
  const std::string place = "incoming.tickets.subscriber";  // its type may be left out
  const auto keys = [&](const std::string& of) {
    std::set<std::string> found;
    for (const Json& line : json_lines(story.leat({"state", "list", of, "--json", "-c", config}).out)) {
      CHECK(line["component"] == component);
      CHECK(line["bytes"] > 0);
      found.insert(line["key"].get<std::string>());
    }
    return found;
  };
  const auto deletions = [&] {
    int count = 0;
    for (const Json& line : story.lines("all.ndjson")) count += line.contains("deleted") ? 1 : 0;
    return count;
  };

  REQUIRE(story.run_once().code == 0);
  sandbox.send("DELETE", "/service/tickets/3");
  REQUIRE(story.run_once().code == 0);
  CHECK(deletions() == 1);

  CHECK(keys(component) == std::set<std::string>{"ids/0", "list", "sweep"});
  CHECK(keys(place) == keys(component));
  const Exit listed = story.leat({"state", "list", "-c", config});
  for (const std::string& part : {component, std::string("ids/0"), std::string("sweep")}) CHECK(has(listed.out, part));
  CHECK_FALSE(has(listed.out, "last"));  // values only when they are asked for
  const Exit sweep = story.leat({"state", "show", place, "sweep", "-c", config});
  CHECK(sweep.code == 0);
  CHECK(Json::parse(sweep.out).contains("last"));
  CHECK(Json::parse(story.leat({"state", "show", place, "sweep", "--json", "-c", config}).out)["value"] == sweep.out);

  struct Row {
    std::vector<std::string> arguments;
    int code;
    const char* said;
  };
  const Row rows[] = {
      {{"list", "incoming.ticket.subscriber"}, 1, "did you mean \"incoming.tickets.subscriber\"?"},
      {{"list", "incoming.tickets.subscriber (conectwise)"},
       1,
       "did you mean \"incoming.tickets.subscriber (connectwise)\"?"},
      {{"show", place, "swep"}, 1, "keeps nothing as \"swep\"; did you mean \"sweep\"?"},
      {{"show", place}, 2, "KEY is required"},
      {{"reset", "outgoing.all.publisher"}, 1, "no state is stored for component \"outgoing.all.publisher\""},
      {{"reset"}, 2, "COMPONENT is required"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.said);
    std::vector<std::string> arguments{"state"};
    arguments.insert(arguments.end(), row.arguments.begin(), row.arguments.end());
    arguments.insert(arguments.end(), {"-c", config});
    const Exit refused = story.leat(arguments);
    CAPTURE(refused.err);
    CHECK(refused.code == row.code);
    CHECK(has(refused.err, row.said));
  }
  CHECK(keys(place).size() == 3);

  const auto leat = story.start({"run", config});
  leat->wait_for("routes: all");
  const Exit running = story.leat({"state", "reset", place, "-c", config});
  CHECK(running.code == 1);
  CHECK(has(running.err, "another leat has this store open"));
  leat->signal(SIGTERM);
  REQUIRE(leat->wait().code == 0);
  CHECK(keys(place).size() == 3);

  CHECK(story.leat({"state", "reset", place, "sweep", "-c", config}).out == component + ": 1 value forgotten\n");
  CHECK(keys(place) == std::set<std::string>{"ids/0", "list"});
  CHECK(story.leat({"state", "reset", place, "-c", config}).out == component + ": 2 values forgotten\n");
  CHECK(story.leat({"state", "list", "-c", config}).out == "no state: no component keeps any\n");

  sandbox.send("DELETE", "/service/tickets/4");
  REQUIRE(story.run_once().code == 0);
  REQUIRE(story.run_once().code == 0);
  CHECK(deletions() == 1);  // which tickets there were is forgotten
}
