// `leat plan` shows exactly what would be sent, and sends nothing; `leat apply` sends exactly that, once.
#include <doctest/doctest.h>

#include <filesystem>

#include "scenario/plan_story.hpp"

using namespace leat::test;

TEST_CASE("a plan shows each request field by field, nothing is sent, and apply sends it once") {
  for (const std::string options : {"", ", compare: true"}) {
    CAPTURE(options);
    const Sandbox sandbox({"--tickets", "20"});
    const Story story(sandbox, patches(options));
    const std::string same = sandbox.get("/service/tickets/3")["summary"];
    const std::string before = sandbox.get("/service/tickets/1")["summary"];
    story.folder().write("changes.ndjson", Json({{"id", 1}, {"summary", "A new summary"}}).dump() + "\n" +
                                               Json({{"id", 3}, {"summary", same}}).dump() + "\n");
    store(story);
    const Exit plan = story.leat({"plan", story.config(), "patch", "--out", plan_file(story)});
    CAPTURE(plan.out);
    CAPTURE(plan.err);
    CHECK(plan.code == 0);
    CHECK(has(plan.out, "PATCH /service/tickets/1"));
    CHECK(has(plan.out, "summary: \"" + before + "\" -> \"A new summary\""));
    CHECK(has(plan.out, options.empty() ? "2 tasks: 2 PATCH; nothing was sent"
                                        : "2 tasks: 1 PATCH, 1 with nothing to send; nothing was sent"));
    CHECK(sandbox.requests(kPatch) == 0);
    for (const Json& task : story.tasks()) {
      CHECK(task["status"] == "new");
      CHECK(task["attempts"] == 0);
    }

    const Exit applied = story.leat({"apply", story.config(), plan_file(story)});
    CAPTURE(applied.out);
    CAPTURE(applied.err);
    CHECK(applied.code == 0);
    CHECK(sandbox.requests(kPatch) == (options.empty() ? 2 : 1));
    CHECK(sandbox.get("/service/tickets/1")["summary"] == "A new summary");
    CHECK(status_of(story, "1") == "finished");
    CHECK(status_of(story, "3") == "finished");

    const Exit again = story.leat({"apply", story.config(), plan_file(story), "--json"});
    CHECK(again.code == 1);
    CHECK(Json::parse(again.out)["requests"] == 0);
    CHECK(has(again.out, "the plan is stale: the task is finished now"));
    CHECK(sandbox.requests(kPatch) == (options.empty() ? 2 : 1));
  }
}

TEST_CASE(
    "a plan has every request of a task, also those that need the id in the answer to the first; apply fills it in") {
  struct Row {
    const char* options;
    const char* isolation;
  };
  for (const Row& row : {Row{"", "none"}, Row{", waits_later: true", "none"}, Row{"", "process"},
                         Row{", waits_later: true", "process"}}) {
    CAPTURE(row.options);
    CAPTURE(row.isolation);
    const Sandbox sandbox({"--tickets", "20"});
    const Story story(sandbox, steps(row.options, row.isolation));
    story.folder().write("changes.ndjson", "{\"id\":1,\"summary\":\"One\"}\n{\"id\":2,\"summary\":\"Two\"}\n");
    store(story);
    const Exit plan = story.leat({"plan", story.config(), "steps", "--out", plan_file(story)});
    CAPTURE(plan.out);
    CAPTURE(plan.err);
    CHECK(plan.code == 0);
    CHECK(has(plan.out, "POST /service/tickets  (client psa)\n    summary: \"One\""));
    CHECK(has(plan.out, "POST /service/tickets/{id of task 1}/notes  (client psa)\n    text: \"planned\""));
    CHECK(has(plan.out, "POST /service/tickets/{id of task 2}/notes"));
    CHECK(has(plan.out, "2 tasks: 4 POST; nothing was sent"));
    CHECK(sandbox.requests(kTicket) == 0);
    CHECK(sandbox.requests(kNote) == 0);

    const Exit applied = story.leat({"apply", story.config(), plan_file(story)});
    CAPTURE(applied.out);
    CHECK(applied.code == 0);
    CHECK(has(applied.out, "2 of 2 planned tasks finished, 4 requests sent"));
    CHECK(sandbox.requests(kTicket) == 2);
    CHECK(sandbox.requests(kNote) == 2);
    for (const std::string summary : {"One", "Two"}) CHECK(notes_of(sandbox, ticket_of(sandbox, summary)) == 1);
  }
}

TEST_CASE(
    "where nobody knows how a task goes on before it is answered, the plan says so, and apply does the whole task") {
  struct Row {
    const char* then;
    const char* why;
    const char* text;
  };
  const Row rows[] = {{"status", "the answer has no status", "planned in New"},
                      {"read", "GET /service/tickets/{id of task 1}/notes can be asked only then", "planned behind 0"}};
  for (const Row& row : rows) {
    CAPTURE(row.then);
    const Sandbox sandbox({"--tickets", "20"});
    const Story story(sandbox, steps(std::string(", then: ") + row.then));
    story.folder().write("changes.ndjson", "{\"id\":1,\"summary\":\"One\"}\n");
    store(story);
    const Exit plan = story.leat({"plan", story.config(), "steps", "--out", plan_file(story)});
    CAPTURE(plan.out);
    CHECK(plan.code == 0);
    CHECK(has(plan.out, std::string("further requests depend on answers to earlier ones: ") + row.why));
    CHECK(has(plan.out, "1 task: 1 POST, 1 that goes on as it is answered; nothing was sent"));
    CHECK(sandbox.requests(kTicket) == 0);

    const Exit applied = story.leat({"apply", story.config(), plan_file(story)});
    CAPTURE(applied.out);
    CHECK(applied.code == 0);
    CHECK(has(applied.out, "task 1: finished, 2 requests sent"));
    const std::string made = std::to_string(ticket_of(sandbox, "One"));
    CHECK(sandbox.get("/service/tickets/" + made + "/notes").at(0)["text"] == row.text);
  }
}

TEST_CASE("tasks that mean one new record are planned as its creation and its changes, and make one") {
  const Sandbox sandbox({"--tickets", "20"});
  const Story story(sandbox, kUpserts);
  story.folder().write("changes.ndjson", R"({"id":1,"ref":"K-1","summary":"First"}
{"id":2,"ref":"K-1","summary":"Second"}
{"id":3,"ref":"K-1","summary":"Second"}
{"id":4,"ref":"K-2","summary":"Other"}
)");
  store(story);
  const Exit plan = story.leat({"plan", story.config(), "tickets", "--out", plan_file(story)});
  CAPTURE(plan.out);
  CAPTURE(plan.err);
  CHECK(plan.code == 0);
  CHECK(has(plan.out,
            "PATCH /service/tickets/{id of task 1}  (client psa)\n    summary: \"First\" -> \"Second\"\n"
            "    as far as it is known: its body is made from answers to earlier requests"));
  CHECK(has(plan.out, "4 tasks: 1 PATCH, 2 POST, 1 with nothing to send; nothing was sent"));
  CHECK(sandbox.requests(kTicket) == 0);

  const Exit applied = story.leat({"apply", story.config(), plan_file(story)});
  CAPTURE(applied.out);
  CHECK(applied.code == 0);
  CHECK(sandbox.requests(kTicket) == 2);
  CHECK(sandbox.requests(kPatch) == 1);
  const Json made = sandbox.get("/service/tickets?conditions=externalXRef%20%3D%20%22K-1%22");
  REQUIRE(made.size() == 1);
  CHECK(made[0]["summary"] == "Second");
  for (const Json& task : story.tasks()) CHECK(task["status"] == "finished");
}

TEST_CASE("elements of a bulk call are planned whole: nothing is said to depend on their answers") {
  const Sandbox sandbox({"--tickets", "20"});
  const Story story(sandbox, R"(
incoming: { changes: { subscriber: { type: file, path: changes.ndjson } } }
outgoing:
  assets:
    transformers: [ { type: map, fields: { payload: { name: "{{ name }}", type: { id: 1 }, company: { id: 3 } } } } ]
    publisher: { type: connectwise, client: psa, entity: POST /company/configurations/bulk }
routes: { assets: { incoming: changes, outgoing: assets, key: name } }
)");
  story.folder().write("changes.ndjson", "{\"name\":\"PC-100\"}\n{\"name\":\"PC-101\"}\n");
  store(story);
  const Exit plan = story.leat({"plan", story.config(), "assets", "--out", plan_file(story)});
  CAPTURE(plan.out);
  CHECK(plan.code == 0);
  CHECK(has(plan.out, "2 tasks: 2 POST; nothing was sent"));
  const Exit applied = story.leat({"apply", story.config(), plan_file(story)});
  CAPTURE(applied.out);
  CHECK(applied.code == 0);
  CHECK(sandbox.requests("POST /company/configurations/bulk") == 2);
}

TEST_CASE("what would fail is told, is not applied, and the others are") {
  const Sandbox sandbox({"--tickets", "20"});
  const Story story(sandbox, patches(", compare: true"));
  story.folder().write(
      "changes.ndjson",
      "{\"id\":1,\"summary\":\"x\"}\n{\"id\":2,\"summary\":{\"a\":1}}\n{\"id\":999999,\"summary\":\"y\"}\n");
  store(story);
  const Exit plan = story.leat({"plan", story.config(), "patch", "--json", "--out", plan_file(story)});
  CHECK(plan.code == 1);
  const Json document = Json::parse(plan.out);
  CHECK(document["leat_plan"] == 1);
  REQUIRE(document["tasks"].size() == 3);
  CHECK(document["tasks"][0]["requests"][0]["changes"][0]["after"] == "x");
  CHECK(document["tasks"][1]["failure"]["kind"] == "invalid");
  CHECK(document["tasks"][2]["failure"]["kind"] == "not_found");
  CHECK(Json::parse(story.folder().read("plan.json")) == document);
  CHECK_FALSE(has(plan.out, "sandboxPrivateKey"));

  CHECK(story.leat({"apply", story.config(), plan_file(story)}).code == 0);
  CHECK(sandbox.requests(kPatch) == 1);
  CHECK(status_of(story, "1") == "finished");
  CHECK(status_of(story, "2") == "new");
  CHECK(status_of(story, "999999") == "new");
}

TEST_CASE("a plan's later tasks find what its earlier ones change") {
  for (const std::string options : {"", ", compare: true"}) {
    CAPTURE(options);
    const Sandbox sandbox({"--tickets", "20"});
    std::string config = patches(options);
    config.replace(config.find(", key: id"), 9, "");
    const Story story(sandbox, config);
    const std::string before = sandbox.get("/service/tickets/1")["summary"];
    story.folder().write("changes.ndjson", Json({{"id", 1}, {"summary", "Another"}}).dump() + "\n" +
                                               Json({{"id", 1}, {"summary", before}}).dump() + "\n");
    store(story);
    const Exit plan = story.leat({"plan", story.config(), "patch", "--out", plan_file(story)});
    CAPTURE(plan.out);
    CHECK(plan.code == 0);
    CHECK(has(plan.out, "summary: \"" + before + "\" -> \"Another\""));
    CHECK(has(plan.out, "summary: \"Another\" -> \"" + before + "\""));
    CHECK(has(plan.out, "2 tasks: 2 PATCH; nothing was sent"));
    const Exit applied = story.leat({"apply", story.config(), plan_file(story)});
    CAPTURE(applied.out);
    CHECK(applied.code == 0);
    CHECK(sandbox.requests(kPatch) == 2);
  }
}

TEST_CASE("no secret is in a plan, on the screen or in its file; what is sent has it all the same") {
  const Sandbox sandbox({"--tickets", "20"});
  const std::string secret = "sandboxPrivateKey";
  const Story story(sandbox, patches(""));
  story.folder().write("changes.ndjson", Json({{"id", 1}, {"summary", secret}}).dump() + "\n");
  store(story);
  const Exit plan = story.leat({"plan", story.config(), "patch", "--out", plan_file(story)});
  CAPTURE(plan.out);
  CHECK(plan.code == 0);
  CHECK(has(plan.out, "-> \"***\""));
  CHECK_FALSE(has(plan.out + plan.err + story.folder().read("plan.json"), secret));
  CHECK(story.leat({"apply", story.config(), plan_file(story)}).code == 0);
  CHECK(sandbox.get("/service/tickets/1")["summary"] == secret);
}

TEST_CASE("a plan's file is its user's alone, and one that cannot be written says why") {
  const Sandbox sandbox({"--tickets", "20"});
  const Story story(sandbox, patches(""));
  story.folder().write("changes.ndjson", "{\"id\":1,\"summary\":\"x\"}\n");
  store(story);
  story.folder().write("plan.json", "an older one");
  std::filesystem::permissions(plan_file(story), std::filesystem::perms::all);
  CHECK(story.leat({"plan", story.config(), "patch", "--out", plan_file(story)}).code == 0);
  CHECK(std::filesystem::status(plan_file(story)).permissions() ==
        (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
  const Exit nowhere = story.leat({"plan", story.config(), "patch", "--out", plan_file(story) + "/x"});
  CHECK(nowhere.code == 3);
  CHECK(has(nowhere.err, "plan.json/x: Not a directory; name another file with --out"));
}

TEST_CASE("a plan of what cannot be kept back, or that is none, is refused with the reason") {
  const Story story(R"(
incoming: { changes: { subscriber: { type: file, path: changes.ndjson } } }
outgoing: { copy: { publisher: { type: file, path: copy.ndjson } } }
routes:
  copy: { incoming: changes, outgoing: copy }
)");
  story.folder().write("changes.ndjson", "{\"id\":1}\n");
  const std::string config = story.config();
  CHECK(has(story.leat({"plan", config, "copy"}).err, "there is no store"));
  store(story);
  const Exit plan = story.leat({"plan", config, "copy"});
  CHECK(plan.code == 2);
  CHECK(has(plan.err, "outgoing.copy.publisher (file) cannot be rehearsed"));
  CHECK(story.lines("copy.ndjson").empty());
  CHECK(has(story.leat({"plan", config, "cop"}).err, "there is no route \"cop\"; did you mean \"copy\"?"));

  struct Row {
    const char* text;
    const char* said;
  };
  const Row rows[] = {
      {"{}", "this is no plan of `leat plan --out`"},
      {"no JSON", "this is no plan of `leat plan --out`"},
      {R"({"leat_plan":2})", "of version 2, this program knows 1; make it anew"},
      {R"({"leat_plan":1,"route":"copy"})", "plan.tasks: expected an array"},
      {R"({"leat_plan":1,"route":"copy","tasks":[{"task":1,"record":"x","requests":[{"client":"a"}]}]})",
       "tasks[0].requests[0].method: expected a text"},
      {R"({"leat_plan":1,"route":"copy","tasks":[7]})", "tasks[0].task: expected a task's number"},
      {R"({"leat_plan":1,"route":"copies","tasks":[]})", "there is no route \"copies\""},
      {R"({"leat_plan":1,"route":"copy","tasks":[]})", "cannot be held to a plan"}};
  for (const Row& row : rows) {
    CAPTURE(row.said);
    story.folder().write("plan.json", row.text);
    const Exit refused = story.leat({"apply", config, plan_file(story)});
    CAPTURE(refused.err);
    CHECK(refused.code == 2);
    CHECK(has(refused.err, row.said));
  }
}
