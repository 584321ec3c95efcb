// `leat doctor` and `leat check --online`: what each far side says about a configuration, by reads only.
#include <doctest/doctest.h>

#include "scenario/story.hpp"

using namespace leat::test;

namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::string config(const std::string& board, const std::string& more = {}) {
  return R"(
incoming:
  tickets: { subscriber: { type: connectwise, client: psa, entity: GET /service/tickets } }
outgoing:
  archive: { publisher: { type: file, path: tickets.ndjson } }
  create:
    transformers:
      - { type: map, fields: { path: {}, payload: { summary: "{{ summary }}", company: { id: 2 }, board: ")" +
         board + "\"" + more + R"( } } }
    publisher: { type: connectwise, client: psa, entity: POST /service/tickets, names: true }
routes:
  archive: { incoming: tickets, outgoing: archive }
  create: { incoming: tickets, outgoing: create }
)";
}

}  // namespace

TEST_CASE("doctor asks every component, tells what it found, and writes nothing") {
  const Sandbox sandbox({"--tickets", "20"});
  const std::string board = sandbox.get("/service/boards/1")["name"];
  const Story story(sandbox, config(board));
  const Exit seen = story.leat({"doctor", story.config()});
  CAPTURE(seen.out);
  CAPTURE(seen.err);
  CHECK(seen.code == 0);
  for (const char* part : {"clients.psa (connectwise)", "incoming.tickets.subscriber (connectwise)",
                           "outgoing.create.publisher (connectwise)", "ok", "0 errors",
                           "nothing to examine: ", "outgoing.archive.publisher (file)"}) {
    CHECK_MESSAGE(has(seen.out, part), part);
  }
  const Json asked = sandbox.requests()["operations"];
  CHECK(asked.size() > 0);
  for (const auto& operation : asked.items()) CHECK_MESSAGE(has(operation.key(), "GET "), operation.key());

  const Exit online = story.leat({"check", "--online", story.config()});
  CHECK(online.code == 0);
  CHECK(has(online.out, "ok: 2 routes"));
  CHECK(has(online.out, "clients.psa (connectwise)"));
}

TEST_CASE("a name that hangs on what comes with the record is not looked at, and doctor and check --online say so") {
  const Sandbox sandbox({"--tickets", "20"});
  const Story story(sandbox, config("{{ board }}", ", status: Anything"));
  for (const auto& command : {std::vector<std::string>{"doctor"}, {"check", "--online"}}) {
    auto arguments = command;
    arguments.push_back(story.config());
    const Exit seen = story.leat(arguments);
    CAPTURE(seen.out);
    CHECK(seen.code == 0);
    CHECK(has(seen.out, "not looked at: payload.status \"Anything\", because the board comes from the record"));
  }
}

TEST_CASE("what is wrong is told with its component, and the exit code says so") {
  const Sandbox sandbox({"--tickets", "20"});
  const Story wrong_name(sandbox, config("No Such Board"));
  const Exit seen = wrong_name.leat({"doctor", "--json", wrong_name.config()});
  CAPTURE(seen.out);
  CHECK(seen.code == 1);
  const Json found = Json::parse(seen.out);
  CHECK(found["errors"] > 0);
  CHECK(has(found.dump(), "No Such Board"));  // a constant of the map before the publisher

  Story wrong_keys(sandbox, config("x"));
  wrong_keys.variables["CW_PRIVATE_KEY"] = "notTheRightKey";
  const Exit refused = wrong_keys.leat({"check", "--online", wrong_keys.config()});
  CAPTURE(refused.out);
  CAPTURE(refused.err);
  CHECK(refused.code == 1);
  CHECK_FALSE(has(refused.out, "notTheRightKey"));

  const Story wrong_file(sandbox, config("x") + "log: { levle: info }\n");
  const std::uint64_t before = sandbox.requests("GET /system/info");
  const Exit unread = wrong_file.leat({"check", "--online", wrong_file.config()});
  CHECK(unread.code == 2);
  CHECK(has(unread.err, "levle"));
  CHECK(sandbox.requests("GET /system/info") == before);
}

TEST_CASE("a security role that shows the API member its own records only is told of before anything is missed") {
  const Sandbox sandbox({"--tickets", "20"});
  const Story story(sandbox, config(sandbox.get("/service/boards/1")["name"]));
  const auto doctor = [&](const std::string& levels) {
    sandbox.send("PUT", "/sandbox/permissions",
                 R"({"roles": {"r": {"rights": {"/service/tickets": )" + levels +
                     R"(}}}, "members": {"sandboxApi": {"role": "r"}}})");
    return story.leat({"doctor", story.config()});
  };
  const Exit own = doctor(R"({"inquire": "My", "add": "My"})");
  CAPTURE(own.out);
  CHECK(own.code == 0);
  CHECK(has(own.out,
            "GET /service/tickets: the API member sees its own records only: its security role has Inquire of "
            "Service Desk > Service Tickets at level My"));
  CHECK(has(own.out,
            "POST /service/tickets needs Add of Service Desk > Service Tickets at level My or All in the API "
            "member's security role, which has My"));
  CHECK(has(own.out, "1 warning"));
  const Exit none = doctor(R"({"inquire": "All"})");
  CAPTURE(none.out);
  CHECK(none.code == 1);
  CHECK(has(none.out, "which has None"));
}
