// What a person does at the command line: look, decide about tasks, move a cursor, read what a component takes.
#include <doctest/doctest.h>

#include <filesystem>

#include "scenario/story.hpp"

using namespace leat::test;
namespace fs = std::filesystem;

namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// A PUT of three records, of which the second names no id and the third a member that the schema does not have.
constexpr const char* kFormats = R"(
incoming: { formats: { subscriber: { type: file, path: formats.ndjson } } }
outgoing:
  format: { publisher: { type: connectwise, client: psa, method: PUT, entity: AddressFormats - Put AddressFormat } }
routes: { format: { incoming: formats, outgoing: format, key: payload.format } }
)";
constexpr const char* kRecords = R"({"path":{"id":4},"payload":{"name":"b","format":"good"}}
{"payload":{"name":"a","format":"no-id"}}
{"path":{"id":4},"payload":{"nome":"b","format":"no-member"}}
)";

}  // namespace

TEST_CASE("tasks: list, show, skip, retry, each by number or by what they have in common") {
  const Sandbox sandbox;
  const Story story(sandbox, kFormats);
  story.folder().write("formats.ndjson", kRecords);
  CHECK(story.run_once().code == 1);
  const std::string config = story.config();

  const Exit listed = story.leat({"tasks", "list", "-c", config});
  CHECK(listed.code == 0);
  for (const char* part : {"ID", "REASON", "good", "finished", "no-id", "failed", "path.id", "nome"}) {
    CHECK_MESSAGE(has(listed.out, part), part);
  }
  CHECK(story.tasks({"--status", "failed"}).size() == 2);
  CHECK(story.tasks({"--error", "invalid", "--key", "no-id"}).size() == 1);
  CHECK(story.tasks({"--route", "other"}).empty());
  for (const auto& [limit, count] : {std::pair("2", std::size_t{2}), std::pair("0", std::size_t{3})}) {
    CHECK(json_lines(story.leat({"tasks", "list", "--json", "--limit", limit, "-c", config}).out).size() == count);
  }

  const std::string id = std::to_string(story.tasks({"--key", "no-id"})[0]["id"].get<int>());
  const Exit shown = story.leat({"tasks", "show", id, "-c", config});
  CHECK(shown.code == 0);
  for (const char* part : {"status: failed", "\"name\": \"a\"", "history:", "invalid: ", "path.id"}) {
    CHECK_MESSAGE(has(shown.out, part), part);
  }

  const Exit skipped = story.leat({"tasks", "skip", id, "--note", "not ours", "-c", config});
  CHECK(skipped.out == "1 task set to skipped\n");
  CHECK(story.tasks({"--key", "no-id"})[0]["status"] == "skipped");
  const Exit retried = story.leat({"tasks", "retry", "--status", "failed", "-c", config});
  CHECK(retried.out == "1 task set to new\n");
  CHECK(story.run_once().code == 1);  // its record has not changed
  CHECK(story.tasks({"--key", "no-member"})[0]["status"] == "failed");
  CHECK(story.leat({"tasks", "prune", "--status", "skipped", "-c", config}).out == "1 settled task deleted\n");
  CHECK(story.leat({"tasks", "prune", "--older-than-hours", "876000", "-c", config}).out ==
        "0 settled tasks deleted\n");
  CHECK(story.tasks().size() == 2);
  CHECK(story.leat({"tasks", "prune", "--older-than-hours", "0", "-c", config}).out == "2 settled tasks deleted\n");
}

TEST_CASE("a decision that cannot be is refused with the reason, and changes nothing") {
  const Sandbox sandbox;
  const Story story(sandbox, kFormats);
  story.folder().write("formats.ndjson", kRecords);
  CHECK(story.run_once().code == 1);
  const std::string config = story.config();
  struct Row {
    std::vector<std::string> arguments;
    int code;
    const char* said;
  };
  const Row rows[] = {
      {{"tasks", "skip"}, 2, "say which: numbers, --route, --status, --key or --error"},
      {{"tasks", "prune"}, 2, "say which"},
      {{"tasks", "prune", "--older-than-hours=-5"}, 2, "--older-than-hours"},
      {{"tasks", "prune", "--older-than-hours", "9999999999999"}, 2, "--older-than-hours"},
      {{"tasks", "prune", "--status", "failed", "--older-than-hours=-5"}, 2, "--older-than-hours"},
      {{"tasks", "retry", "1"}, 1, "finished"},
      {{"tasks", "show", "77"}, 1, "77"},
      {{"tasks", "show", "first"}, 2, "ID"},
      {{"tasks", "retry", "--status", "broken"}, 2, "there is no status \"broken\"; there are new, "},
      {{"tasks", "retry", "--error", "bad"}, 2, "there is no error kind \"bad\""},
      {{"cursor", "reset", "format"}, 1, "no cursor is stored for incoming \"format\"; did you mean \"formats\"?"},
      {{"cursor", "show", "other"}, 1, "no cursor is stored for incoming \"other\""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.said);
    std::vector<std::string> arguments = row.arguments;
    arguments.insert(arguments.end(), {"-c", config});
    const Exit refused = story.leat(arguments);
    CAPTURE(refused.err);
    CHECK(refused.code == row.code);
    CHECK(has(refused.err, row.said));
  }
  CHECK(story.tasks({"--status", "failed"}).size() == 2);
  const Exit nowhere = story.leat({"tasks", "list", "--store", (story.folder().path() / "none.db").string()});
  CHECK(nowhere.code != 0);
  CHECK(has(nowhere.err, "none.db"));
  CHECK_FALSE(fs::exists(story.folder().path() / "none.db"));
}

TEST_CASE("a store that cannot be opened is not taken for one that is not there yet") {
  const Story story(R"(
incoming: { people: { subscriber: { type: file, path: people.ndjson } } }
outgoing: { copy: { publisher: { type: file, path: copy.ndjson } } }
routes: { copy: { incoming: people, outgoing: copy } }
)");
  const std::string config = story.config();
  const std::vector<std::string> commands[] = {
      {"tasks", "list", "-c", config}, {"plan", config, "copy"}, {"doctor", config}, {"run", "--once", config}};
  const Exit none = story.leat(commands[1]);
  CHECK(none.code == 1);
  CHECK(has(none.err, "there is no store"));
  CHECK(story.leat(commands[2]).code == 0);
  story.folder().write("leat.db", std::string(8192, 'x'));
  for (const auto& command : commands) {
    CAPTURE(command.front());
    const Exit refused = story.leat(command);
    CAPTURE(refused.err);
    CHECK(refused.code == 3);
    CHECK(has(refused.err, "leat.db"));
    CHECK(has(refused.err, "this file is not a store"));
    CHECK_FALSE(has(refused.err, "there is no store"));
    CHECK(refused.out.empty());
  }
}

TEST_CASE("a store that the configuration does not say rightly is not looked for elsewhere") {
  struct Row {
    const char* config;
    const char* said;
  };
  const Row rows[] = {
      {"store: { path: \"${LEAT_DB}\" }\n", "leat.yaml:1:16: store.path: the environment variable LEAT_DB is not set"},
      {"stroe: { path: a.db }\n", "leat.yaml:1:1: unknown option \"stroe\"; did you mean \"store\"?"},
      {"store: { pth: a.db }\n", "leat.yaml:1:10: store: unknown option \"pth\"; did you mean \"path\"?"},
  };
  for (const Row& row : rows) {
    const Story story(row.config);
    for (const std::vector<std::string>& command : {std::vector<std::string>{"tasks", "list"}, {"cursor", "show"}}) {
      std::vector<std::string> line = command;
      line.insert(line.end(), {"-c", story.config()});
      const Exit refused = story.leat(line);
      CAPTURE(refused.err);
      CHECK(refused.code == 2);
      CHECK(has(refused.err, row.said));
    }
  }
  // The rest of the configuration is not needed for it.
  const Story story("clients: { a: { key: \"${UNSET}\" } }\nlog: { level: loud }\n");
  const Exit none = story.leat({"tasks", "list", "-c", story.config()});
  CHECK(none.code == 1);
  CHECK(has(none.err, "there is no store " + (story.folder().path() / "leat.db").string()));
}

TEST_CASE("a wrong command line says what is wrong and what was probably meant, and does nothing") {
  struct Row {
    std::vector<std::string> arguments;
    const char* said;
  };
  const Row rows[] = {
      {{}, "A subcommand is required"},
      {{"chek"}, "there is no command \"chek\"; did you mean \"check\"?"},
      {{"tasks"}, "A subcommand is required"},
      {{"tasks", "lst"}, "there is no command \"tasks lst\"; did you mean \"list\"?"},
      {{"run", "--onse"}, "--onse"},
      {{"run", "none.yaml"}, "none.yaml: cannot be read: No such file or directory"},
      {{"fetch", "none.yaml"}, "INCOMING"},
      {{"describe", "publsher", "file"}, "\"publsher\" is no kind of component"},
      {{"describe", "publisher", "fil"}, "there is no publisher \"fil\"; did you mean \"file\"?"},
      {{"--log-level", "loud", "plugins"}, "--log-level"},
      {{"completion", "csh"}, "SHELL"},
  };
  const Story story("");
  for (const Row& row : rows) {
    CAPTURE(row.said);
    const Exit refused = story.leat(row.arguments);
    CAPTURE(refused.err);
    CHECK(refused.code == 2);
    CHECK(has(refused.err, row.said));
  }
}

TEST_CASE("a route that is none is told before anything is made for it") {
  const Story story(R"(
incoming: { people: { subscriber: { type: file, path: people.ndjson } } }
outgoing: { copy: { publisher: { type: file, path: copy.ndjson } } }
routes: { copy: { incoming: people, outgoing: copy } }
)");
  const Exit refused = story.leat({"run", "--once", "--route", "copy", "--route", "cpy", story.config()});
  CHECK(refused.code == 2);
  CHECK(refused.err == "leat: there is no route \"cpy\"; did you mean \"copy\"?\n");
  CHECK_FALSE(fs::exists(story.folder().path() / "leat.db"));
}

TEST_CASE("cursor: shown, reset to read all again, and set back") {
  const Sandbox sandbox({"--tickets", "30"});
  const Story story(R"(
incoming: { people: { subscriber: { type: file, path: people.ndjson } } }
outgoing: { copy: { publisher: { type: file, path: copy.ndjson } } }
routes: { copy: { incoming: people, outgoing: copy } }
)");
  story.folder().write("people.ndjson", "{\"id\":1}\n{\"id\":2}\n");
  const std::string config = story.config();
  const std::string db = (story.folder().path() / "leat.db").string();
  CHECK(has(story.leat({"cursor", "show", "--store", db}).err, "leat.db"));
  REQUIRE(story.run_once().code == 0);
  const Exit shown = story.leat({"cursor", "show", "people", "--json", "-c", config});
  REQUIRE(shown.code == 0);
  const std::string cursor = Json::parse(shown.out)["cursor"];
  CHECK_FALSE(cursor.empty());
  story.folder().write("people.ndjson", "{\"id\":1}\n{\"id\":2}\n{\"id\":3}\n");
  REQUIRE(story.run_once().code == 0);
  CHECK(story.lines("copy.ndjson").size() == 3);
  CHECK(story.leat({"cursor", "reset", "people", "-c", config}).code == 0);
  REQUIRE(story.run_once().code == 0);
  CHECK(story.lines("copy.ndjson").size() == 6);
  CHECK(story.leat({"cursor", "set", "people", cursor, "-c", config}).code == 0);
  REQUIRE(story.run_once().code == 0);
  CHECK(story.lines("copy.ndjson").size() == 7);

  const Exit misspelt = story.leat({"cursor", "set", "poeple", cursor, "-c", config});
  CHECK(misspelt.code == 1);
  CHECK(has(misspelt.err, "no cursor is stored for incoming \"poeple\"; did you mean \"people\"?"));
  CHECK(story.leat({"cursor", "show", "poeple", "-c", config}).code == 1);
  // One that the configuration names may be given its first cursor; without a configuration nobody knows it.
  const std::string more =
      story.folder().write("more.yaml", "incoming: { people: {}, animals: {} }\nstore: { path: leat.db }\n");
  CHECK(story.leat({"cursor", "set", "animals", cursor, "--store", db}).code == 1);
  CHECK(story.leat({"cursor", "reset", "animals", "-c", more}).code == 1);
  CHECK(story.leat({"cursor", "set", "animals", cursor, "-c", more}).code == 0);
  CHECK(story.leat({"cursor", "show", "animals", "--store", db}).code == 0);
}

TEST_CASE("the catalog is found by words, and counts every operation of the document") {
  const Story story("");
  const Exit all = story.leat({"entities", "--json", "--limit", "0"});
  REQUIRE(all.code == 0);
  const Json catalogs = Json::parse(all.out);
  REQUIRE(catalogs.size() == 1);
  CHECK(catalogs[0]["plugin"] == "leat.connectwise");
  CHECK(catalogs[0]["total"] == 3062);
  CHECK(catalogs[0]["entries"].size() == 3062);
  const Exit found = story.leat({"entities", "address", "format", "by", "id"});
  CHECK(found.code == 0);
  CHECK(has(found.out, "AddressFormats - Get AddressFormat by id"));
  CHECK(has(found.out, "GET /company/addressFormats/{id}"));
  const Exit none = story.leat({"entities", "unicorn"});
  CHECK(none.code == 1);
  CHECK(has(none.out, "0 shown of 3,062 operations"));
}

TEST_CASE("every component that is loaded can be described, as text and as JSON") {
  const Story story("");
  int described = 0;
  for (const Json& library : Json::parse(story.leat({"plugins", "--json"}).out)) {
    for (const Json& component : library["components"]) {
      const std::string kind = component["kind"];
      const std::string type = component["type"];
      CAPTURE(kind);
      CAPTURE(type);
      const Exit text = story.leat({"describe", kind, type});
      CHECK(text.code == 0);
      CHECK(has(text.out, type));
      CHECK(Json::parse(story.leat({"describe", kind, type, "--json"}).out).is_object());
      ++described;
    }
  }
  CHECK(described >= 10);
}

TEST_CASE("schema prints a JSON Schema that knows every component's options") {
  const Story story("");
  const Exit printed = story.leat({"schema"});
  REQUIRE(printed.code == 0);
  const Json schema = Json::parse(printed.out);
  CHECK(schema.contains("$schema"));
  for (const char* part : {"base_uri", "request_transformers", "max_attempts", "private_key"}) {
    CHECK_MESSAGE(has(printed.out, part), part);
  }
}

TEST_CASE("a publisher that writes to stdout has it for itself: what a run tells is on stderr") {
  const Story story(R"(
incoming: { in: { subscriber: { type: file, path: "-", format: ndjson } } }
outgoing: { out: { publisher: { type: file, path: "-", format: ndjson } } }
routes: { pipe: { incoming: in, outgoing: out } }
)");
  const std::string records = "{\"id\":1}\n{\"id\":2}\n";
  const Exit run = story.leat({"run", "--once", story.config()}, records);
  CAPTURE(run.err);
  CHECK(run.code == 0);
  CHECK(run.out == records);
  CHECK(has(run.err, "2 records read in 1 page, 2 finished"));
}

TEST_CASE("progress is drawn on a terminal, log lines take its place, and elsewhere there are only lines") {
  constexpr const char* config = R"(
incoming:
  tickets:
    subscriber: { type: connectwise, client: psa, entity: GET /service/tickets, pagination: { page_size: 50 } }
)";
  // The fifth page is refused, which ends it: what was drawn so far makes room for the reason.
  const Sandbox failing({"--tickets", "900", "--latency", "60", "--fail-every", "5"});
  const Story story(failing, config);
  const std::string command = build_folder() + "/bin/leat fetch " + story.config() + " tickets > /dev/null";
  const Exit watched = run({"/usr/bin/script", "-qec", command, "/dev/null"}, story.variables);
  CAPTURE(watched.out);
  CHECK(watched.code == 1);
  CHECK(has(watched.out, " records, "));
  CHECK(has(watched.out, " pages, "));
  CHECK(has(watched.out, "\r\x1b[K20"));  // a log line, which begins with the year

  const Sandbox sandbox({"--tickets", "900", "--latency", "20"});
  const Story piped_story(sandbox, config);
  const Exit piped = piped_story.leat({"fetch", piped_story.config(), "tickets"});
  CHECK(piped.code == 0);
  CHECK_FALSE(has(piped.err, "\x1b"));
  CHECK_FALSE(has(piped.err, "\r"));
  CHECK(has(piped.err, "900 records"));
}
