#include "plugins/connectwise/writing/publisher.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "connectwise/publishing.hpp"
#include "connectwise/scripted_client.hpp"

using namespace leat;
using test::Scripted;
using test::ScriptedChain;
using test::ScriptedClient;

namespace {

const std::string put_format = R"("entity": "AddressFormats - Put AddressFormat", "method": "PUT")";

class Writing : public test::Publishing {
 public:
  Writing(ScriptedClient& client, const std::string& options, const ScriptedChain* chain = nullptr)
      : Publishing(client.table(), options, chain) {}
};

Error refusal(const std::string& config) {
  ScriptedClient client([](const Request&) { return Scripted{}; });
  try {
    const Writing writing(client, config);
  } catch (const Failure& failure) {
    return failure.error();
  }
  return {};
}

}  // namespace

TEST_CASE("a record is written and its answer kept") {
  ScriptedClient client([](const Request&) { return Scripted{"{\"id\": 4, \"name\": \"US\"}\r\n"}; });
  Writing writing(client, put_format);
  const auto answer = writing.publish(R"({"path": {"id": 4}, "payload": {"name": "US", "format": "{zip}"}})");
  REQUIRE(answer);
  CHECK(*answer == R"({"id":4,"name":"US"})");
  REQUIRE(client.requests().size() == 1);
  CHECK(client.requests()[0].method == "PUT");
  CHECK(client.requests()[0].url == "/company/addressFormats/4");
  CHECK(client.requests()[0].body == R"({"name":"US","format":"{zip}"})");
}

TEST_CASE("no write is marked as one that may be repeated: a rehearsal tells reads by that mark") {
  ScriptedClient client([](const Request&) { return Scripted{"{}"}; });
  const std::pair<std::string, std::string> rows[] = {
      {"PUT /service/tickets/{id}", R"({"path": {"id": 7}, "payload": {}})"},
      {"PATCH /service/tickets/{id}", R"({"path": {"id": 7}, "payload": {}})"},
      {"DELETE /service/tickets/{id}", R"({"path": {"id": 7}})"},
      {"POST /service/tickets", R"({"payload": {"summary": "x", "company": {"id": 1}}})"},
  };
  for (const auto& [entity, record] : rows) {
    REQUIRE(Writing(client, R"("entity": ")" + entity + "\"").publish(record));
    CHECK_FALSE(client.requests().back().idempotent);
  }
}

TEST_CASE("a rehearsal answers a bulk call without results of its elements, and none is refused for that") {
  ScriptedClient client([](const Request&) {
    return Scripted{R"({"id":8800000000000001})", {{"Leat-Rehearsed", "yes"}}};
  });
  Writing writing(client, R"("entity": "POST /company/configurations/bulk", "check_payload": false)");
  const auto answers =
      writing.publish(std::vector<std::string>{R"({"payload": {"name": "a"}})", R"({"payload": {"name": "b"}})"});
  REQUIRE(answers.size() == 2);
  CHECK(answers[0]);
  CHECK(answers[1]);
}

TEST_CASE("without an answer what leaves the same when sent twice is sent again, another write is uncertain") {
  ScriptedClient client([](const Request&) { return Scripted{{}, {}, Error{ErrorKind::uncertain, "cut", 0}}; });
  struct Row {
    std::string entity, record;
    ErrorKind kind;
  };
  const Row rows[] = {
      {"PATCH /service/tickets/{id}", R"({"path": {"id": 7}, "payload": {"summary": "x"}})", ErrorKind::unreachable},
      {"PATCH /service/tickets/{id}", R"({"path": {"id": 7}, "payload": [{"op": "remove", "path": "owner"}]})",
       ErrorKind::uncertain},
      {"DELETE /service/tickets/{id}", R"({"path": {"id": 7}})", ErrorKind::unreachable},
      {"POST /service/tickets", R"({"payload": {"summary": "x", "company": {"id": 1}}})", ErrorKind::uncertain},
  };
  for (const Row& row : rows) {
    CAPTURE(row.record);
    CHECK(Writing(client, R"("entity": ")" + row.entity + "\"").publish(row.record).error().kind == row.kind);
  }
}

TEST_CASE("a plain object is patched as replace operations") {
  ScriptedClient client([](const Request&) { return Scripted{"{}"}; });
  Writing patch(client, R"("entity": "PATCH /service/tickets/{id}")");
  REQUIRE(patch.publish(R"({"path": {"id": 7}, "payload": {"status": {"id": 17}}})"));
  CHECK(client.requests()[0].body == R"([{"op":"replace","path":"status","value":{"id":17}}])");
  Writing post(client, R"("entity": "/service/tickets", "method": "POST")");
  REQUIRE(post.publish(R"({"payload": {"summary": "x", "company": {"id": 1}}})"));
  CHECK(client.requests()[1].method == "POST");
}

TEST_CASE("a record that cannot be sent is refused before anything is sent") {
  ScriptedClient client([](const Request&) { return Scripted{"{}"}; });
  Writing writing(client, put_format);
  const auto without_id = writing.publish(R"({"payload": {"name": "US"}})");
  REQUIRE_FALSE(without_id);
  CHECK(without_id.error().kind == ErrorKind::invalid);
  CHECK(without_id.error().message == "path.id is missing: PUT /company/addressFormats/{id} needs it");
  const auto unknown = writing.publish(R"({"path": {"id": 4}, "payload": {"nmae": "US"}})");
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().message == "payload.nmae is not a member of AddressFormat (did you mean name?)");
  CHECK(client.requests().empty());
}

TEST_CASE("the check of the payload can be switched off, for members newer than the catalog") {
  ScriptedClient client([](const Request&) { return Scripted{"{}"}; });
  Writing writing(client, put_format + R"(, "check_payload": false)");
  CHECK(writing.publish(R"({"path": {"id": 4}, "payload": {"newMember": 1}})"));
}

TEST_CASE("the client's verdict on an answer is the record's outcome") {
  for (const ErrorKind kind :
       {ErrorKind::invalid, ErrorKind::denied, ErrorKind::not_found, ErrorKind::busy, ErrorKind::unreachable}) {
    ScriptedClient client([kind](const Request&) { return Scripted{{}, {}, Error{kind, "said the server", 0}}; });
    Writing writing(client, put_format);
    const auto answer = writing.publish(R"({"path": {"id": 4}, "payload": {}})");
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == kind);
    CHECK(answer.error().message == "said the server");
  }
}

TEST_CASE("of a long answer the id is kept") {
  const std::string text(5000, 'x');
  ScriptedClient client([&text](const Request&) { return Scripted{"{\"id\":4,\"name\":\"" + text + "\"}"}; });
  Writing writing(client, put_format);
  const auto answer = writing.publish(R"({"path": {"id": 4}, "payload": {}})");
  REQUIRE(answer);
  CHECK(*answer == R"({"id":4,"bytes":5018})");
}

TEST_CASE("no answer at all is a success of what promises none") {
  ScriptedClient client([](const Request&) { return Scripted{}; });
  Writing writing(client, R"("entity": "DELETE /service/tickets/{id}")");
  const auto answer = writing.publish(R"({"path": {"id": 4}})");
  REQUIRE(answer);
  CHECK(answer->empty());
}

TEST_CASE("an answer in broken JSON leaves a POST uncertain and a PUT to be repeated") {
  ScriptedClient client([](const Request&) { return Scripted{"{\"id\":01}"}; });
  Writing put(client, put_format);
  CHECK(put.publish(R"({"path": {"id": 4}, "payload": {}})").error().kind == ErrorKind::unreachable);
  Writing post(client, R"("entity": "POST /service/tickets")");
  CHECK(post.publish(R"({"payload": {"summary": "x", "company": {"id": 1}}})").error().kind == ErrorKind::uncertain);
}

TEST_CASE("a refusal inside a successful answer is a refusal") {
  ScriptedClient bulk([](const Request&) {
    return Scripted{
        R"({"payload":[{"success":true,"originalIndex":0,"statusCode":201,"data":{"id":1}},)"
        R"({"success":false,"originalIndex":1,"statusCode":400,"error":{"message":"name is\r\n required"}}]})"};
  });
  Writing many(bulk, R"("entity": "POST /company/configurations/bulk", "check_payload": false)");
  const auto some = many.publish(R"({"payload": [{"name": "a", "type": {"id": 1}, "company": {"id": 1}}, {}]})");
  REQUIRE_FALSE(some);
  CHECK(some.error().kind == ErrorKind::invalid);
  CHECK(some.error().message ==
        "1 of 2 elements were refused, the others are done; the first: payload[1]: name is required");

  ScriptedClient action([](const Request&) { return Scripted{R"({"success":false,"message":"Already approved"})"}; });
  Writing approve(action, R"("entity": "POST /expense/reports/{id}/approve")");
  const auto refused = approve.publish(R"({"path": {"id": 1}, "payload": {}})");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message == "the server refused: Already approved");
}

TEST_CASE("doctor reads the API member's own rights where it may") {
  struct Row {
    std::string entity;
    std::string rights;
    std::string finding;
  };
  const std::string post = "POST /service/tickets";
  const std::string patch = "PATCH /service/tickets/{id}";
  const std::string need =
      R"("POST /service/tickets needs Add of Service Desk > Service Tickets at level My or All in )"
      R"(the API member's security role)";
  const std::string edit = R"("PATCH /service/tickets/{id} needs Edit of Service Desk > Service Tickets at level All )"
                           R"(in the API member's security role)";
  const Row rows[] = {
      {post, R"([{"moduleFunctionName": "service tickets", "addLevel": "All", "editLevel": "None"}])",
       R"("status":"ok","message":)" + need + R"(, which has All")"},
      {post, R"([{"moduleFunctionDescription": "Service Tickets", "addLevel": "None"}])",
       R"("status":"error","message":)" + need + R"(, which has None")"},
      // What one adds is one's own; what one edits may be another's.
      {post, R"([{"moduleFunctionName": "Service Tickets", "addLevel": "My"}])",
       R"("status":"ok","message":)" + need + R"(, which has My")"},
      {patch, R"([{"moduleFunctionName": "Service Tickets", "addLevel": "All", "editLevel": "My"}])",
       R"("status":"warning","message":)" + edit + R"(, which has My: records of others are refused")"},
      {post, R"([{"moduleFunctionName": "Contacts", "addLevel": "None"}])",
       R"("status":"ok","message":)" + need + R"(; whether it has it shows with the first record")"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.rights);
    ScriptedClient client([&row](const Request& request) {
      return Scripted{request.url.starts_with("/system/mySecurity") ? row.rights : "[]"};
    });
    const std::string findings = Writing(client, R"("entity": ")" + row.entity + '"').doctor("{}");
    CAPTURE(findings);
    CHECK(findings.find(row.finding) != std::string::npos);
  }
}

TEST_CASE("a stop is seen before a record is sent") {
  ScriptedClient client([](const Request&) { return Scripted{"{}"}; });
  Writing writing(client, put_format);
  writing.stop();
  const auto answer = writing.publish(R"({"path": {"id": 4}, "payload": {}})");
  REQUIRE_FALSE(answer);
  CHECK(answer.error().kind == ErrorKind::cancelled);
  CHECK(client.requests().empty());
}

TEST_CASE("what may be repeated: PUT, DELETE, what only reads, and what looks at the record first") {
  ScriptedClient client([](const Request&) { return Scripted{"{}"}; });
  const std::pair<std::string, bool> rows[] = {
      {R"("entity": "PUT /service/tickets/{id}")", true},
      {R"("entity": "DELETE /service/tickets/{id}")", true},
      {R"("entity": "POST /service/tickets/search")", true},
      {R"("entity": "PATCH /service/tickets/{id}")", false},
      {R"("entity": "PATCH /service/tickets/{id}", "compare": true)", true},
      {R"("entity": "POST /service/tickets")", false},
      {R"("entity": "POST /service/tickets", "match": "externalXRef")", true},
      // The host learns the id only with the answer.
      {R"("entity": "POST /service/tickets", "match": {"xref": "tickets", "source": "match.key"})", false}};
  for (const auto& row : rows) {
    const auto& options = row.first;
    const auto& safe = row.second;
    CAPTURE(options);
    const Writing writing(client, options);
    CHECK(writing.publisher().replay_safe() == safe);
    CHECK(writing.publisher().batch_max() == 1);
  }
}

TEST_CASE("check_payload: warn sends what seems wrong and tells each problem once") {
  ScriptedClient client([](const Request&) { return Scripted{"{}"}; });
  Writing writing(client, put_format + R"(, "check_payload": "warn")");
  for (int i = 0; i < 3; ++i) REQUIRE(writing.publish(R"({"path": {"id": 4}, "payload": {"nmae": 1}})"));
  CHECK(client.requests().size() == 3);
  std::size_t told = 0;
  for (const std::string& line : writing.host().lines) {
    told += line.find("payload.nmae is not a member of AddressFormat") != std::string::npos ? 1U : 0U;
  }
  CHECK(told == 1);
}

TEST_CASE("an operation for custom fields is added where the server wants one") {
  ScriptedClient client([](const Request&) { return Scripted{"{}"}; });
  const std::string options = R"("entity": "PATCH /service/tickets/{id}", "custom_fields_operation": true)";
  Writing writing(client, options);
  REQUIRE(writing.publish(R"({"path": {"id": 4}, "payload": {"summary": "x"}})"));
  CHECK(client.requests()[0].body ==
        R"([{"op":"replace","path":"customFields","value":[]},{"op":"replace","path":"summary","value":"x"}])");
  REQUIRE(writing.publish(R"({"path": {"id": 4}, "payload": {"customFields": [{"id": 1, "value": 2}]}})"));
  CHECK(client.requests()[1].body == R"([{"op":"replace","path":"customFields","value":[{"id":1,"value":2}]}])");
  // No board has custom fields.
  REQUIRE(Writing(client, R"("entity": "PATCH /service/boards/{id}", "custom_fields_operation": true)")
              .publish(R"({"path": {"id": 4}, "payload": {"name": "x"}})"));
  CHECK(client.requests()[2].body == R"([{"op":"replace","path":"name","value":"x"}])");
}

TEST_CASE("configurations that cannot work are refused") {
  const std::pair<std::string, std::string> rows[] = {
      {R"("entity": "GET /service/tickets")",
       "entity: GET /service/tickets reads; a publisher needs a POST, PUT, PATCH or DELETE"},
      {R"("entity": "AddressFormats - Put AddressFormat", "method": "POST")",
       "method: POST contradicts the entity, which is PUT /company/addressFormats/{id}"},
      {R"("entity": "/service/tickets")", "entity: a path alone needs method: POST, PUT, PATCH or DELETE"},
      {R"("entity": "PUT /service/tickets/{id}", "compare": true)",
       "compare: PUT /service/tickets/{id} does not change parts of a record"},
      {R"("entity": "PATCH /service/tickets/{id}", "match": "externalXRef")",
       "match: PATCH /service/tickets/{id} does not create records of a list"},
      {R"("entity": "POST /service/tickets/{parentId}/merge", "match": "externalXRef")",
       "match: POST /service/tickets/{parentId}/merge does not create records of a list"},
      {R"("entity": "POST /service/tickets", "match": "externalRef")",
       "match: externalRef is not a member of Ticket (did you mean externalXRef?)"},
      {R"("entity": "POST /service/tikets")", "entity \"POST /service/tikets\" is not in the catalog"},
  };
  for (const auto& [config, message] : rows) {
    const Error error = refusal(config);
    CAPTURE(error.message);
    CHECK(error.kind == ErrorKind::invalid);
    CHECK(error.message.starts_with(message));
  }
}

TEST_CASE("request transformers change, reject or drop a record, but never add one") {
  ScriptedClient client([](const Request&) { return Scripted{"{}"}; });
  const std::string config = put_format + R"(, "request_transformers": {"$chain": "x"})";
  const std::string record = R"({"path": {"id": 4}, "payload": {"name": "US"}})";

  const ScriptedChain renaming([](Batch& batch) { batch.at(0)->root()["payload"].set("name", "CA"); });
  REQUIRE(Writing(client, config, &renaming).publish(record));
  CHECK(client.requests()[0].body == R"({"name":"CA"})");

  const ScriptedChain rejecting([](Batch& batch) { batch.reject(0, {ErrorKind::invalid, "not this one", 0}); });
  CHECK(Writing(client, config, &rejecting).publish(record).error().message == "not this one");

  const ScriptedChain adding([](Batch& batch) { batch.append(NewRecord("{}")); });
  CHECK(Writing(client, config, &adding)
            .publish(record)
            .error()
            .message.starts_with("request_transformers must not add"));
  CHECK(client.requests().size() == 1);
}
