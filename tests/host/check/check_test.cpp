// `leat plugin check`: what is good passes, and each fault is found by the check that is made for it.
#include <doctest/doctest.h>

#include <set>
#include <string>
#include <vector>

#include "scenario/story.hpp"

using namespace leat::test;

namespace {

const std::string program = LEAT_BUILD "/bin/leat";

std::string small(const std::string& name) { return std::string(LEAT_TEST_PLUGINS "/") + name + ".so"; }
std::string ours(const std::string& name) { return std::string(LEAT_BUILD "/lib/leat/plugins/lib") + name + ".so"; }

struct Checked {
  int code;
  Json report;
};

Checked check(const std::string& file, std::vector<std::string> further = {},
              const Program::Variables& variables = {}) {
  std::vector<std::string> command = {program, "plugin", "check", file, "--json", "--seed", "11"};
  command.insert(command.end(), further.begin(), further.end());
  const Exit done = Program(command, variables).wait(std::chrono::seconds(300));
  CAPTURE(done.err);
  REQUIRE(done.signal == 0);
  REQUIRE(Json::accept(done.out));
  return {done.code, Json::parse(done.out)};
}

// "transformer subject: fuzz: text" of every finding with this verdict.
std::vector<std::string> findings(const Json& report, const std::string& verdict) {
  std::vector<std::string> out;
  for (const Json& finding : report["findings"]) {
    if (finding["verdict"] != verdict) continue;
    out.push_back(finding["component"].get<std::string>() + ": " + finding["check"].get<std::string>() + ": " +
                  finding["text"].get<std::string>());
  }
  return out;
}

}  // namespace

TEST_CASE("a good plugin of each kind passes") {
  for (const std::string name :
       {"good_transformer", "good_subscriber", "good_publisher", "good_client", "good_writer"}) {
    CAPTURE(name);
    const Checked checked = check(small(name));
    CHECK(findings(checked.report, "failed") == std::vector<std::string>{});
    CHECK(checked.code == 0);
  }
}

TEST_CASE("a choice between options that a schema cannot say is made by an example: the client needs no --config") {
  const Checked checked = check(ours("connectwise"));
  CHECK(checked.code == 0);
  std::set<std::string> tried;
  for (const Json& finding : checked.report["findings"]) {
    if (finding["component"] == "client connectwise" && finding["verdict"] == "passed")
      tried.insert(finding["check"].get<std::string>());
  }
  for (const char* id : {"create", "answers", "done", "quiesce", "doctor"}) CHECK_MESSAGE(tried.contains(id), id);
}

TEST_CASE("our own plugins pass") {
  for (const std::string name : {"file", "transform", "connectwise"}) {
    CAPTURE(name);
    const Checked checked = check(ours(name));
    CHECK(findings(checked.report, "failed") == std::vector<std::string>{});
    CHECK(checked.code == 0);
  }
}

TEST_CASE("a subscriber is checked against a real server, through a client of its own plugin") {
  const Sandbox sandbox({"--tickets", "60"});
  const TempDir folder;
  const Json config = {
      {"client connectwise",
       {{"base_uri", sandbox.base_uri()},
        {"company_id", "sandbox"},
        {"client_id", "${CHECK_CLIENT_ID}"},
        {"public_key", "${CHECK_PUBLIC_KEY}"},
        {"private_key", "${CHECK_PRIVATE_KEY}"}}},
      {"subscriber connectwise",
       {{"client", "connectwise"}, {"entity", "GET /service/tickets"}, {"pagination", {{"page_size", 7}}}}}};
  const Checked checked =
      check(ours("connectwise"), {"--only", "replay", "--config", folder.write("a.json", config.dump())},
            {{"CHECK_CLIENT_ID", "11111111-2222-3333-4444-555555555555"},
             {"CHECK_PUBLIC_KEY", "sandboxPublicKey"},
             {"CHECK_PRIVATE_KEY", "sandboxPrivateKey"}});
  CHECK(findings(checked.report, "failed") == std::vector<std::string>{});
  CHECK(findings(checked.report, "not exercised") == std::vector<std::string>{});
  CHECK(sandbox.requests("GET /service/tickets") > 60 / 7);
}

TEST_CASE("records that fit let a publisher be tried that refuses the check's own") {
  const TempDir folder;
  const std::string records = folder.write("a.ndjson", R"({"path":{"id":4},"payload":{"name":"Ina"}})");
  const std::string config = folder.write("a.json", R"({"client connectwise": {"base_uri": "https://127.0.0.1:9",
      "company_id": "a", "client_id": "${LEAT_CHECK_A}", "public_key": "${LEAT_CHECK_A}", "private_key": "${LEAT_CHECK_A}"}})");
  const Program::Variables keys = {{"LEAT_CHECK_A", "key-of-the-test"}};
  const Checked without = check(ours("connectwise"), {"--only", "outcomes", "--config", config}, keys);
  CHECK(findings(without.report, "not exercised").size() == 1);
  const Checked with =
      check(ours("connectwise"), {"--only", "outcomes", "--records", records, "--config", config}, keys);
  CHECK(findings(with.report, "failed") == std::vector<std::string>{});
  CHECK(findings(with.report, "not exercised") == std::vector<std::string>{});
}

TEST_CASE("each fault is found by the check for it, and the text says what is wrong") {
  struct Row {
    const char* plugin;
    const char* check;
    const char* text;
  };
  const Row rows[] = {
      {"descriptor", "descriptor", "the descriptor changed: "},
      {"exports", "exports", "it exports 1 further symbols that other libraries may bind to: helper_of_the_plugin"},
      {"symbols", "symbols", "it uses 1 symbols of no library that it names: sqlite3_libversion"},
      {"catalog", "catalog", "search set a document that is not {\"total\": n, \"entries\": [...]}"},
      {"crashes_in_create", "create", "crashed (signal 11, Segmentation fault) at: create with the options {}"},
      {"options", "options", "create accepted the options ``"},
      {"options_kind", "options", "was refused as busy: the name is no text; expected invalid"},
      {"missing_service", "missing-service", "leat.metric/1: crashed (signal 11"},
      {"no_reason", "missing-service", "leat.buffer/1: init failed as unsupported and did not say why"},
      {"host_first", "host-1.0", "crashed (signal 11"},
      {"host_future", "host-future", "init failed on a later host: unsupported: a host of another version"},
      {"growth_of_lives", "growth", "1000 lives left"},
      {"growth_of_uses", "growth", "open files"},
      {"process_folder", "process", "it changed the working folder"},
      {"process_signal", "process", "it changed the handler of signal SIGUSR1 (in init)"},
      {"process_locale", "process", "it changed the locale from C to C.UTF-8"},
      {"process_fork", "process", "it started a process (in create)"},
      {"process_environment", "process", "it set the environment variable ACME_READY"},
      {"process_thread", "process", "1 of its threads run on after deinit"},
      {"process_exit", "batches", "ended the process (exit code 3) at: the record null"},
      {"secrets", "secrets", "a log line shows a secret: signing in as ***"},
      {"secrets_kept", "secrets", "a kept value shows a secret: ***"},
      {"batches", "batches", "an empty batch failed: broken: there is no first record"},
      {"garbled", "batches", "process failed with a text that is not UTF-8"},
      {"reject_without_text", "batches", "record 0 was rejected as invalid without a text"},
      {"one_bad_record", "one-bad-record", "one record made the whole batch fail: invalid: name is missing"},
      {"accessors", "accessors", "crashed (signal 11, Segmentation fault) at: the sample records, with the accessors'"},
      {"fuzz", "fuzz", "crashed (signal 6, Aborted) at: seed 11, batch "},
      {"cancel_before", "cancel-before", "did not return within"},
      {"cancel_during", "cancel-during", "a batch of records while nothing answers did not return within"},
      {"cancel_poll", "cancel-during", "poll while nothing answers did not return within"},
      {"threads", "threads", "called from changing threads it gave \"broken"},
      {"instances", "threads", "beside other instances it gave \"broken"},
      {"parallel", "parallel", "used by 8 threads it gave \"broken"},
      {"replay_lost", "replay", "it gave 15 records, expected 16; number 1 is 16, expected 15"},
      {"replay_repeated", "replay", "it gave 24 records, expected 23; number 1 is 7, expected 8"},
      {"bad_cursor", "bad-cursor", "crashed (signal 6, Aborted) at: open at the cursor \"xxx"},
      {"bad_source", "bad-source", "it took the answer 429 for the end of the records"},
      {"outcomes", "outcomes", "record 0 counts as stored although the far side answered with 404"},
      {"outcomes_kind", "outcomes", "the records failed for good although the far side answered with 429"},
      {"constant", "constant", "replay_safe does not always say the same"},
      {"doctor", "doctor",
       "doctor set {\"check\":\"access\",\"status\":\"fine\",\"message\":\"all is well\"}, which is no"},
      {"doctor_cancel", "doctor", "doctor while nothing answers did not return within"},
      {"doctor_secret", "doctor", "a finding shows a secret: "},
      {"doctor_writes", "doctor", "doctor sent POST /records, which changes something"},
      {"doctor_blind", "doctor", "every finding is ok although the far side answered with 401"},
      {"webhook", "webhook", "crashed (signal 11, Segmentation fault) at: webhook request 1 of the check"},
      {"webhook_silent", "webhook", "webhook failed as invalid and did not say why"},
      {"webhook_beside", "webhook", "crashed (signal 6, Aborted) at: webhook on 4 threads while it is read"},
      {"webhook_poll", "webhook", "poll failed as broken and did not say why"},
      {"constants", "constants", "constants said that every record has {\"greeting\":\"Bonjour\"}, and process made "},
      {"constants_kept", "constants", "constants said that every record has "},
      {"done_inside", "done", "done ran inside send"},
      {"done_twice", "done", "done ran twice for one send"},
      {"done_after_refusal", "done", "done ran although send had failed"},
      {"cancel_request", "cancel-request", "done did not come within"},
      {"quiesce", "quiesce", "quiesce returned before done had run for a request in flight"},
      {"answers", "answers", "GET answered with 404 ended as ok; expected not_found"},
      {"bad_requests", "bad-requests", "crashed (signal 6, Aborted) at: a GET of \"\""},
  };
  std::set<std::string> caught;
  for (const Row& row : rows) {
    CAPTURE(std::string(row.plugin));
    const Checked checked = check(small(row.plugin), {"--only", row.check});
    const auto failed = findings(checked.report, "failed");
    CHECK(checked.code == 1);
    REQUIRE(failed.size() == 1);
    CAPTURE(failed.front());
    CHECK(failed.front().find(std::string(": ") + row.check + ": ") != std::string::npos);
    CHECK(failed.front().find(row.text) != std::string::npos);
    caught.insert(row.check);
  }
  const Exit listed = run({program, "plugin", "checks", "--json"});
  for (const Json& one : Json::parse(listed.out)) {
    const std::string id = one["check"];
    CAPTURE(id);
    CHECK(caught.contains(id));  // a check that has caught nothing proves nothing
  }
}

TEST_CASE("what could not be tried is told, with what would let it") {
  const Checked checked = check(small("bad_source"), {"--only", "replay"});
  CHECK(checked.code == 0);
  CHECK(checked.report["not_exercised"] == 1);
  const auto told = findings(checked.report, "not exercised");
  REQUIRE(told.size() == 1);
  CHECK(told.front().find("give options with --config") != std::string::npos);
}

TEST_CASE("a library that does not come back is ended at the limit") {
  const Checked checked = check(small("cancel_poll"), {"--only", "cancel-before", "--limit", "1"});
  REQUIRE(checked.report["failed"] == 1);
  CHECK(findings(checked.report, "failed").front().find("did not come back within 1000 ms") != std::string::npos);
}

TEST_CASE("a failure is one line that says what to do, and the summary has the seed") {
  const Exit done = run({program, "plugin", "check", small("options"), "--only", "options", "--seed", "3"});
  CHECK(done.code == 1);
  CHECK(done.out ==
        "failed: transformer subject: options: create accepted the options `` - check what create reads, and fail "
        "with LEAT_INVALID and a text that names the option\n1 checks, 1 failed, 0 not exercised (seed 3)\n");
}

TEST_CASE("options come from --config, by component") {
  const TempDir folder;
  const std::string good = folder.write("good.json", R"({"transformer set": {"fields": {"a.b": "{{ id }}"}}})");
  const Checked given = check(ours("transform"), {"--only", "create", "--config", good});
  CHECK(given.code == 0);
  CHECK(findings(given.report, "not exercised") == std::vector<std::string>{});
  const std::string bad = folder.write("bad.json", R"({"set": {"feilds": {}}})");
  const Checked wrong = check(ours("transform"), {"--only", "create", "--config", bad});
  CHECK(wrong.code == 1);
  REQUIRE(findings(wrong.report, "failed").size() == 1);
  CHECK(findings(wrong.report, "failed").front().find("feilds") != std::string::npos);
}

TEST_CASE("wrong arguments are told before anything is tried") {
  CHECK(run({program, "plugin", "check", "/no/such/file.so"}).code == 2);
  CHECK(run({program, "plugin", "check", small("options"), "--only", "no-such-check"}).code == 2);
  const TempDir folder;
  CHECK(run({program, "plugin", "check", small("options"), "--config", folder.write("a.json", "[1]")}).code == 2);
  const Exit no_plugin = run({program, "plugin", "check", folder.write("a.so", "this is no library")});
  CHECK(no_plugin.code == 1);
  CHECK(no_plugin.out.find("cannot be opened as a library") != std::string::npos);
}
