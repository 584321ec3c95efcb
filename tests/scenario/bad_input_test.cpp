// What the world does wrong: a clear line, nothing lost, the process lives on.
#include <doctest/doctest.h>

#include <set>

#include "scenario/story.hpp"

using namespace leat::test;

namespace {

constexpr const char* kArchive = R"(
incoming:
  tickets:
    subscriber: { type: connectwise, client: psa, entity: GET /service/tickets, pagination: { page_size: 100 } }
outgoing: { archive: { publisher: { type: file, path: tickets.ndjson } } }
routes: { archive: { incoming: tickets, outgoing: archive, key: id, deduplicate: { fields: [id] } } }
)";

constexpr const char* kNotes = R"(
incoming:
  tickets:
    subscriber: { type: connectwise, client: psa, entity: GET /service/tickets, pagination: { page_size: 100 } }
outgoing:
  notes:
    transformers:
      - type: map
        fields:
          path: { parentId: "{{ id }}" }
          payload: { text: "a note", internalAnalysisFlag: true }
    publisher: { type: connectwise, client: psa, method: POST, entity: "POST /service/tickets/{parentId}/notes" }
routes:
  notes: { incoming: tickets, outgoing: notes, key: id, retry: { backoff_first: 20ms, backoff_max: 200ms } }
)";

void check_complete(const Story& story, std::size_t tickets) {
  std::set<int> ids;
  const auto lines = story.lines("tickets.ndjson");
  for (const Json& ticket : lines) ids.insert(ticket["id"].get<int>());
  CHECK(lines.size() == tickets);
  CHECK(ids.size() == tickets);
}

bool has(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("what fails for a while is tried again until every record has arrived") {
  const std::vector<std::string> rows[] = {
      {"--fail-every", "3"},      // 500
      {"--throttle-every", "3"},  // 429
      {"--html-every", "3"},      // 502 with HTML
      {"--truncate-every", "3"},  // JSON that ends early
      {"--drop-before-every", "3"}, {"--drop-after-every", "3"},
  };
  for (const auto& faults : rows) {
    CAPTURE(faults[0]);
    std::vector<std::string> options{"--tickets", "900", "--retry-after", "0"};
    options.insert(options.end(), faults.begin(), faults.end());
    const Sandbox sandbox(options);
    const Story story(sandbox, kArchive);
    const Exit ran = story.run_once();
    CAPTURE(ran.err);
    CHECK(ran.code == 0);
    check_complete(story, 900);
  }
}

TEST_CASE("an unreachable server, wrong credentials and a wrong answer are said in one clear line") {
  struct Row {
    const char* what;
    std::vector<std::string> sandbox;
    Program::Variables variables;
    std::vector<const char*> said;
  };
  const Row rows[] = {
      {"nobody listens",
       {},
       {{"CW_BASE_URI", "http://127.0.0.1:9/v4_6_release/apis/3.0"}},
       {"cannot connect", "127.0.0.1"}},
      {"wrong private key", {}, {{"CW_PRIVATE_KEY", "not-the-key"}}, {"401", "private_key"}},
      {"always HTML", {"--html-every", "1"}, {}, {"502", "web page"}},
      {"always cut", {"--truncate-every", "1"}, {}, {"tickets"}},
      {"always 500", {"--fail-every", "1"}, {}, {"500", "timeout"}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    const Sandbox sandbox(row.sandbox);
    Story story(sandbox, kArchive);
    for (const auto& [name, value] : row.variables) story.variables[name] = value;
    const Exit ran = story.run_once();
    CAPTURE(ran.err);
    CHECK(ran.signal == 0);
    CHECK(ran.code == 1);
    for (const char* text : row.said) CHECK_MESSAGE(has(ran.err, text), text);
    CHECK_FALSE(has(ran.err, "not-the-key"));
    CHECK_FALSE(has(ran.err, "sandboxPrivateKey"));
    CHECK(story.folder().read("tickets.ndjson").empty());
  }
}

TEST_CASE("an untrusted certificate is refused with the way out, and trusted once it is named") {
  const TempDir keys;
  const std::string key = (keys.path() / "key.pem").string();
  const std::string certificate = (keys.path() / "cert.pem").string();
  REQUIRE(run({"/usr/bin/openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
               "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate})
              .code == 0);
  const Sandbox sandbox({"--tickets", "150", "--tls-cert", certificate, "--tls-key", key});
  const Story untrusting(sandbox, kArchive);
  const Exit refused = untrusting.run_once();
  CAPTURE(refused.err);
  CHECK(refused.code == 1);
  CHECK(has(refused.err, "certificate"));
  CHECK(has(refused.err, "ca_file"));

  Story trusting(R"(clients:
  psa:
    type: connectwise
    base_uri: ${CW_BASE_URI}
    client_id: ${CW_CLIENT_ID}
    company_id: sandbox
    public_key: ${CW_PUBLIC_KEY}
    private_key: ${CW_PRIVATE_KEY}
    ca_file: cert.pem
)" + std::string(kArchive));
  trusting.variables["CW_BASE_URI"] = sandbox.base_uri();
  trusting.folder().write("cert.pem", keys.read("cert.pem"));
  const Exit ran = trusting.run_once();
  CAPTURE(ran.err);
  CHECK(ran.code == 0);
  check_complete(trusting, 150);
}

TEST_CASE("a POST that met a 500, a 429 or a lost connection is not sent twice") {
  const std::vector<std::string> rows[] = {
      {"--throttle-every", "4"}, {"--drop-before-every", "7"}, {"--drop-after-every", "7"}, {"--fail-every", "7"}};
  for (const auto& faults : rows) {
    CAPTURE(faults[0]);
    std::vector<std::string> options{"--tickets", "120", "--retry-after", "0", "--fault-method", "POST"};
    options.insert(options.end(), faults.begin(), faults.end());
    const Sandbox sandbox(options);
    const Story story(sandbox, kNotes);
    const Exit ran = story.run_once();
    CAPTURE(ran.err);
    int once = 0;
    int none = 0;
    int twice = 0;
    for (int id = 1; id <= 120; ++id) {
      int notes = 0;
      for (const Json& note : sandbox.get("/service/tickets/" + std::to_string(id) + "/notes?pageSize=1000")) {
        if (note["text"] == "a note") ++notes;
      }
      (notes == 0 ? none : notes == 1 ? once : twice) += 1;
    }
    CHECK(twice == 0);
    // What is not there is visible: held as uncertain, or failed with its reason.
    std::size_t held = 0;
    for (const Json& task : story.tasks()) {
      if (task["status"] == "finished") continue;
      ++held;
      CHECK((task["status"] == "uncertain" || task["status"] == "failed"));
      CHECK_FALSE(task["message"].get<std::string>().empty());
    }
    CHECK(static_cast<std::size_t>(none) <= held);
    CHECK((ran.code == 0) == (held == 0));
  }
}

TEST_CASE("a record without the needed path.id fails by itself, by name") {
  const Sandbox sandbox;
  const Story story(sandbox, R"(
incoming: { formats: { subscriber: { type: file, path: formats.ndjson } } }
outgoing:
  format: { publisher: { type: connectwise, client: psa, method: PUT, entity: AddressFormats - Put AddressFormat } }
routes: { format: { incoming: formats, outgoing: format } }
)");
  story.folder().write("formats.ndjson", R"({"payload":{"name":"a","format":"{0}"}}
{"path":{"id":4},"payload":{"name":"b","format":"{0}"}}
{"path":{"id":4},"payload":{"nome":"b","format":"{0}"}}
)");
  const Exit ran = story.run_once();
  CAPTURE(ran.err);
  CHECK(ran.code == 1);
  CHECK(sandbox.get("/company/addressFormats/4")["name"] == "b");
  const auto failed = story.tasks({"--status", "failed"});
  REQUIRE(failed.size() == 2);
  CHECK(has(failed[0]["message"], "path.id"));
  CHECK(has(failed[1]["message"], "nome"));
}

TEST_CASE("a target that refuses everything for now is told of once, not for each record and attempt") {
  const Sandbox sandbox({"--throttle-every", "1", "--fault-method", "PUT", "--retry-after", "0"});
  const Story story(sandbox, R"(
incoming: { formats: { subscriber: { type: file, path: formats.ndjson } } }
outgoing:
  format: { publisher: { type: connectwise, client: psa, method: PUT, entity: AddressFormats - Put AddressFormat } }
routes:
  format:
    incoming: formats
    outgoing: format
    retry: { max_attempts: 3, backoff_first: 1ms, backoff_max: 2ms }
)");
  std::string records;
  for (int i = 0; i < 30; ++i)
    records += R"({"path":{"id":4},"payload":{"name":"a","format":"{0}"}})"
               "\n";
  story.folder().write("formats.ndjson", records);
  const Exit ran = story.run_once();
  CAPTURE(ran.err);
  CHECK(ran.code == 1);
  const auto told = ran.err.find("will be tried again: ");
  REQUIRE(told != std::string::npos);
  CHECK(has(ran.err, "429"));
  CHECK(ran.err.find("will be tried again: ", told + 1) == std::string::npos);
  const auto failed = story.tasks({"--status", "failed"});
  CHECK(failed.size() == 30);
  for (const Json& task : failed) CHECK(has(task["message"], "gave up after 3 attempts"));
}
