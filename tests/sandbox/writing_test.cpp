#include <doctest/doctest.h>

#include "tests/sandbox/harness.hpp"

using namespace leat::sandbox;
using namespace leat::sandbox::test;

namespace {

const Json kTicket = {{"summary", "Printer jam"}, {"company", {{"id", 1}}}};

// The first of the errors in a refusal: "MissingRequiredField ticket summary: The summary field is required."
std::string first_error(const Response& answer) {
  const Json body = Json::parse(answer.body);
  if (!body.contains("errors") || !body["errors"].is_array())
    return body.value("code", "") + ": " + body.value("message", "");
  const Json& error = body["errors"][0];
  return error["code"].get<std::string>() + " " + error["resource"].get<std::string>() + " " +
         error["field"].get<std::string>() + ": " + error["message"].get<std::string>();
}

}  // namespace

TEST_CASE("a record is made, read, replaced, patched and deleted, and each answer shows it whole") {
  Harness harness;
  const Response made = harness.send("POST", "/service/tickets", kTicket.dump());
  CHECK(made.status == 201);
  const Json ticket = Json::parse(made.body);
  const std::string path = "/service/tickets/" + ticket["id"].dump();
  CHECK(header(made, "Location") == "http://cw.test/v4_6_release/apis/3.0" + path);
  CHECK(ticket["company"]["name"].is_string());  // references are filled in
  CHECK(ticket["board"]["name"].is_string());    // and so are defaults
  CHECK(ticket["status"]["name"].is_string());
  CHECK(ticket["_info"]["dateEntered"] == "2026-02-03T10:11:12Z");
  CHECK(harness.get(path) == ticket);

  harness.now += 60;
  const Json patched = harness.patch(path, {{{"op", "replace"}, {"path", "summary"}, {"value", "Printer on fire"}}});
  CHECK(patched["summary"] == "Printer on fire");
  CHECK(patched["company"] == ticket["company"]);
  CHECK(patched["_info"]["lastUpdated"] == "2026-02-03T10:12:12Z");
  CHECK(patched["_info"]["dateEntered"] == "2026-02-03T10:11:12Z");

  const Response put = harness.send("PUT", path, Json{{"summary", "New"}, {"company", {{"id", 2}}}}.dump());
  CHECK(put.status == 200);
  CHECK(Json::parse(put.body)["company"]["id"] == 2);
  CHECK(Json::parse(put.body)["id"] == ticket["id"]);

  const Response gone = harness.send("DELETE", path);
  CHECK(gone.status == 204);
  CHECK(gone.body.empty());
  CHECK(harness.send("GET", path).status == 404);
  CHECK(harness.send("DELETE", path).status == 404);
  CHECK(harness.send("PUT", path, kTicket.dump()).status == 404);
  CHECK(harness.send("PATCH", path, "[]").status == 404);
}

TEST_CASE("a body that is not right is refused with each field that is wrong, and nothing is made") {
  struct Row {
    const char* path;
    std::string body;
    int status;
    const char* first;
  };
  const Row rows[] = {
      {"/service/tickets", R"({"company":{"id":1}})", 400,
       "MissingRequiredField ticket summary: The summary field is required."},
      {"/service/tickets", R"({"summary":"","company":{"id":1}})", 400,
       "MissingRequiredField ticket summary: The summary field is required."},
      {"/service/tickets", R"({"summary":"x"})", 400,
       "MissingRequiredField ticket company: The company field is required."},
      {"/service/tickets", R"({"summary":")" + std::string(101, 'x') + R"(","company":{"id":1}})", 400,
       "MaxLengthField ticket summary: The field summary must be a string with a maximum length of 100."},
      {"/service/tickets", R"({"summary":"x","company":{"id":999999}})", 400, "NotFound ticket company/id"},
      {"/service/tickets", R"({"summary":"x","company":{"id":1},"colour":"red"})", 400,
       "ConnectWiseApi: Could not find member 'colour' on object of type 'Ticket'. Path 'colour', line 1, position "},
      {"/service/tickets", R"({"summary":{},"company":{"id":1}})", 500,
       "ConnectWiseApi: Error converting value object to type 'System.String'."},
      {"/service/tickets", R"({"summary":"x","company":{"id":"one"}})", 500,
       "ConnectWiseApi: Error converting value \"one\" to type 'System.Int32'."},
      {"/service/tickets", "", 400, "ConnectWiseApi: A request body is required."},
      {"/service/tickets", "{\"summary\":", 400, "ConnectWiseApi: "},
      {"/company/contacts", R"({"lastName":"Frost"})", 400,
       "MissingRequiredField contact firstName: The firstName field is required."},
      {"/company/companies", R"({"identifier":"NewOne"})", 400,
       "MissingRequiredField company name: The name field is required."},
      {"/service/tickets/1/notes", R"({"text":"x"})", 400,
       "InvalidObject serviceNote detailDescriptionFlag: Choose where the note is shown"},
      {"/time/entries", R"({"chargeToId":1,"chargeToType":"ServiceTicket","timeStart":"2026-02-03T10:00:00.5Z"})", 400,
       "InvalidField timeEntry timeStart: The value of timeStart is in an unsupported format."},
  };
  Harness harness;
  for (const Row& row : rows) {
    CAPTURE(row.body);
    const Response answer = harness.send("POST", row.path, row.body);
    CAPTURE(answer.body);
    CHECK(answer.status == row.status);
    CHECK(first_error(answer).substr(0, std::string(row.first).size()) == row.first);
  }
  const Json both = Json::parse(harness.send("POST", "/service/tickets", "{}").body);
  CHECK(both["code"] == "InvalidObject");
  CHECK(both["message"] == "ticket object is invalid");
  CHECK(both["errors"].size() == 2);
  CHECK(harness.get("/service/tickets/count") == Json{{"count", 1000}});
}

TEST_CASE("values are read as leniently as the live system does") {
  Harness harness;
  const Json made = harness.post("/service/tickets",
                                 {{"summary", "x"},
                                  {"company", {{"identifier", harness.get("/company/companies/3")["identifier"]}}},
                                  {"contact", nullptr},
                                  {"budgetHours", "1.5"},
                                  {"_info", {{"lastUpdated", "ignored"}}}});
  CHECK(made["company"]["id"] == 3);
  CHECK(made["budgetHours"] == 1.5);
  CHECK_FALSE(made.contains("contact"));
}

TEST_CASE("JSON-Patch: what each operation does, and what is refused") {
  struct Row {
    const char* operations;
    int status;
    const char* path;  // JSON pointer into the answer
    Json value;        // there; of a refusal its first error
  };
  const Row rows[] = {
      {R"([{"op":"replace","path":"summary","value":"a"}])", 200, "/summary", "a"},
      {R"([{"op":"replace","path":"/summary","value":"a"}])", 200, "/summary", "a"},
      {R"([{"op":"add","path":"poNumber","value":"p1"}])", 200, "/poNumber", "p1"},
      {R"([{"op":"replace","path":"priority","value":{"id":2}}])", 200, "/priority/id", 2},
      {R"([{"op":"replace","path":"priority/id","value":2}])", 200, "/priority/id", 2},
      {R"([{"op":"replace","path":"summary","value":"a"},{"op":"replace","path":"summary","value":"b"}])", 200,
       "/summary", "b"},
      {"[]", 200, "/summary", "Printer jam"},
      {R"([{"op":"replace","path":"Summary","value":"a"}])", 400, "",
       "ConnectWiseApi: Could not find member 'Summary'"},
      {R"([{"op":"remove","path":"summary"}])", 400, "", "MissingRequiredField ticket summary"},
      {R"([{"op":"test","path":"summary","value":"a"}])", 400, "", "InvalidField patchOperation op"},
      {R"([{"op":"replace","path":"","value":"a"}])", 400, "", "InvalidField patchOperation path"},
      {R"([{"op":"replace","path":"company","value":{"id":999999}}])", 400, "", "NotFound ticket company/id"},
      {R"({"summary":"a"})", 400, "", "ConnectWiseApi: A PATCH takes a list of operations."},
      {R"(["summary"])", 400, "", "ConnectWiseApi: A patch operation is an object with op, path and value."},
  };
  for (const Row& row : rows) {
    CAPTURE(row.operations);
    Harness harness;
    const Json ticket = harness.post("/service/tickets", kTicket);
    const std::string path = "/service/tickets/" + ticket["id"].dump();
    const Response answer = harness.send("PATCH", path, row.operations);
    CAPTURE(answer.body);
    CHECK(answer.status == row.status);
    if (row.status == 200) {
      CHECK(Json::parse(answer.body)[Json::json_pointer(row.path)] == row.value);
      continue;
    }
    const auto expected = row.value.get<std::string>();
    CHECK(first_error(answer).substr(0, expected.size()) == expected);
    CHECK(harness.get(path) == ticket);  // all of it or nothing
  }
}

TEST_CASE("a patch inside a reference works, or is taken without effect where the variant says so") {
  Settings settings;
  REQUIRE(settings.variants.set("patch-reference=ignored"));
  Harness harness(settings);
  const Json ticket = harness.post("/service/tickets", kTicket);
  const Response answer = harness.send("PATCH", "/service/tickets/" + ticket["id"].dump(),
                                       R"([{"op":"replace","path":"company/id","value":2}])");
  CHECK(answer.status == 200);
  CHECK(Json::parse(answer.body)["company"]["id"] == 1);
}

TEST_CASE("another media type is 415") {
  Harness harness;
  CHECK(harness.send("POST", "/service/tickets", kTicket.dump(), {{"Content-Type", "text/plain"}}).status == 415);
  CHECK(harness.send("POST", "/service/tickets", kTicket.dump(), {{"Content-Type", "application/json; charset=utf-8"}})
            .status == 201);
}

TEST_CASE("a status belongs to its ticket's board; a closed one closes the ticket") {
  Harness harness;
  const Json ticket = harness.post("/service/tickets", kTicket);
  const std::string path = "/service/tickets/" + ticket["id"].dump();
  const std::string board = ticket["board"]["id"].dump();
  Id closed = 0;
  for (const Json& status : harness.get("/service/boards/" + board + "/statuses?pageSize=1000")) {
    if (status["closedStatus"] == true) closed = status["id"].get<Id>();
  }
  REQUIRE(closed != 0);
  const Json done = harness.patch(path, {{{"op", "replace"}, {"path", "status"}, {"value", {{"id", closed}}}}});
  CHECK(done["closedFlag"] == true);
  CHECK(done["closedDate"] == "2026-02-03T10:11:12Z");
  const Response foreign = harness.send("PATCH", path, R"([{"op":"replace","path":"board","value":{"id":2}}])");
  CHECK(foreign.status == 400);
  CHECK(first_error(foreign).find("NotFound ticket status/id: Service Status") == 0);
}

TEST_CASE("a company's identifier is its own, and a deleted company stays in the list") {
  Harness harness;
  const Json company = harness.post("/company/companies", {{"identifier", "Polar"}, {"name", "Polar Ltd"}});
  const Response again = harness.send("POST", "/company/companies", R"({"identifier":"POLAR","name":"Other"})");
  CHECK(again.status == 400);
  CHECK(first_error(again) == "ObjectExists company identifier: Company ID already in use.");
  CHECK(harness.send("DELETE", "/company/companies/" + company["id"].dump()).status == 204);
  CHECK(harness.get("/company/companies/" + company["id"].dump())["deletedFlag"] == true);
}

TEST_CASE("a ticket's first texts become its notes and are not shown again") {
  Harness harness;
  Json body = kTicket;
  body["initialDescription"] = "It does not print";
  const Json ticket = harness.post("/service/tickets", body);
  CHECK_FALSE(ticket.contains("initialDescription"));
  const Json notes = harness.get("/service/tickets/" + ticket["id"].dump() + "/notes");
  REQUIRE(notes.size() == 1);
  CHECK(notes[0]["text"] == "It does not print");
  CHECK(notes[0]["detailDescriptionFlag"] == true);
  CHECK(notes[0]["ticketId"] == ticket["id"]);
}

TEST_CASE("a bulk request answers 207 with what became of each element") {
  Harness harness;
  const Json body = {{{"name", "srv-1"}, {"type", {{"id", 1}}}, {"company", {{"id", 1}}}}, {{"name", "srv-2"}}};
  const Response answer = harness.send("POST", "/company/configurations/bulk", body.dump());
  CHECK(answer.status == 207);
  const Json payload = Json::parse(answer.body)["payload"];
  REQUIRE(payload.size() == 2);
  CHECK(payload[0]["success"] == true);
  CHECK(payload[0]["statusCode"] == 201);
  CHECK(payload[0]["data"]["name"] == "srv-1");
  CHECK(payload[1]["success"] == false);
  CHECK(payload[1]["statusCode"] == 400);
  CHECK(payload[1]["error"]["code"] == "InvalidObject");
}
