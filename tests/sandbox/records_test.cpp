// What the live system checks beyond the schema, and what actions do to records.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/sandbox/harness.hpp"

using namespace leat::sandbox;
using namespace leat::sandbox::test;

namespace {

std::vector<std::string> fields_of(const Json& error) {
  std::vector<std::string> fields;
  if (!error.contains("errors") || !error["errors"].is_array()) return fields;
  for (const Json& one : error["errors"]) fields.push_back(one["field"]);
  return fields;
}

}  // namespace

TEST_CASE("a write that breaks a rule is refused with the field at fault") {
  struct Row {
    const char* name;
    const char* method;
    const char* path;
    Json body;
    std::vector<std::string> fields;  // empty: taken
  };
  const Json entry = {{"timeStart", "2026-01-01T08:00:00Z"}, {"chargeToId", 5}, {"chargeToType", "ServiceTicket"}};
  Json entry_on_nothing = entry;
  entry_on_nothing["chargeToId"] = 999;
  Json backwards = entry;
  backwards["timeEnd"] = "2026-01-01T07:00:00Z";
  Json in_closed_week = entry;  // its time sheet waits for approval
  in_closed_week["timeStart"] = "2024-12-17T08:00:00Z";
  Json in_rejected_week = entry;
  in_rejected_week["timeStart"] = "2024-12-24T08:00:00Z";
  Json of_nobody_else = in_closed_week;  // of a member without a time sheet there
  of_nobody_else["member"] = {{"identifier", "admin1"}};
  Json fraction = entry;
  fraction["timeStart"] = "2026-01-01T08:00:00.5Z";
  const Row rows[] = {
      {"a status of the board",
       "PATCH",
       "/service/tickets/1",
       Json::array({replace("board", {{"id", 2}}), replace("status", {{"id", 12}}), replace("type", {{"id", 11}}),
                    replace("subType", {{"id", 11}}), replace("item", {{"id", 12}}), replace("team", {{"id", 11}})}),
       {}},
      {"a subtype that its type does not have",
       "PATCH",
       "/service/tickets/1",
       Json::array({replace("board", {{"id", 2}}), replace("status", {{"id", 12}}), replace("team", {{"id", 11}}),
                    replace("type", {{"name", "Hardware"}}), replace("subType", {{"name", "Change"}}),
                    replace("item", {{"name", "Install"}})}),
       {"subType/id"}},
      {"an item that type and subtype do not have",
       "POST",
       "/service/tickets",
       {{"summary", "x"},
        {"company", {{"id", 2}}},
        {"board", {{"id", 1}}},
        {"type", {{"name", "Account"}}},
        {"subType", {{"name", "Request"}}},
        {"item", {{"name", "Install"}}}},
       {"item/id"}},
      {"an item that type and subtype have",
       "POST",
       "/service/tickets",
       {{"summary", "x"},
        {"company", {{"id", 2}}},
        {"board", {{"id", 1}}},
        {"type", {{"name", "Account"}}},
        {"subType", {{"name", "Request"}}},
        {"item", {{"name", "Advice"}}}},
       {}},
      {"a subtype for a type that is not there",
       "PATCH",
       "/service/boards/1/subtypes/1",
       Json::array({replace("typeAssociationIds", {1, 99})}),
       {"typeAssociationIds"}},
      {"an item for a subtype that its type does not have",
       "PATCH",
       "/service/boards/1/items/1/associations/1",
       Json::array({replace("subTypeAssociationIds", {3})}),
       {"subTypeAssociationIds"}},
      {"a status of another board",
       "PATCH",
       "/service/tickets/1",
       Json::array({replace("board", {{"id", 3}})}),
       {"status/id", "team/id", "type/id", "subType/id", "item/id"}},
      {"summary too long",
       "PATCH",
       "/service/tickets/1",
       Json::array({replace("summary", std::string(101, 'x'))}),
       {"summary"}},
      {"a year before 1900",
       "PATCH",
       "/service/tickets/1",
       Json::array({replace("requiredDate", "1899-12-31T00:00:00Z")}),
       {"requiredDate"}},
      {"several faults at once",
       "POST",
       "/service/tickets",
       {{"priority", {{"id", 99}}}},
       {"summary", "company", "priority/id"}},
      {"create-only in a PUT",
       "PUT",
       "/service/tickets/1",
       {{"summary", "x"}, {"company", {{"id", 2}}}, {"initialDescription", "again"}},
       {"initialDescription"}},
      {"types in a PUT of a company",
       "PUT",
       "/company/companies/2",
       {{"identifier", "Q"}, {"name", "Q"}, {"types", {{{"id", 1}}}}},
       {"types"}},
      {"items in a PUT of a contact",
       "PUT",
       "/company/contacts/1",
       {{"firstName", "A"}, {"communicationItems", {{{"type", {{"id", 1}}}, {"value", "a@b.example"}}}}},
       {"communicationItems"}},
      {"an item without value",
       "PATCH",
       "/company/contacts/1",
       Json::array({{{"op", "add"}, {"path", "/communicationItems/2"}, {"value", {{"type", {{"id", 1}}}}}}}),
       {"communicationItems/value"}},
      {"an item's value too long",
       "PATCH",
       "/company/contacts/1",
       Json::array({replace("/communicationItems/0/value", std::string(251, 'x'))}),
       {"communicationItems/value"}},
      {"a note shown nowhere", "POST", "/service/tickets/1/notes", {{"text", "n"}}, {"detailDescriptionFlag"}},
      {"time on a ticket", "POST", "/time/entries", entry, {}},
      {"time on no ticket", "POST", "/time/entries", entry_on_nothing, {"chargeToId"}},
      {"time that ends before it starts", "POST", "/time/entries", backwards, {"timeEnd"}},
      {"time in a closed period", "POST", "/time/entries", in_closed_week, {"timeStart"}},
      {"time in a period whose sheet was rejected", "POST", "/time/entries", in_rejected_week, {}},
      {"time in a period that is closed for others", "POST", "/time/entries", of_nobody_else, {}},
      {"time moved into a closed period",
       "PATCH",
       "/time/entries/1",
       Json::array({replace("timeStart", "2024-12-10T08:00:00Z"), replace("timeEnd", "2024-12-10T09:00:00Z")}),
       {"timeStart"}},
      {"time with a fraction of a second", "POST", "/time/entries", fraction, {"timeStart"}},
      {"a schedule entry for a ticket",
       "POST",
       "/schedule/entries",
       {{"type", {{"identifier", "S"}}}, {"objectId", 5}},
       {}},
      {"a schedule entry for no ticket",
       "POST",
       "/schedule/entries",
       {{"type", {{"identifier", "S"}}}, {"objectId", 999}},
       {"objectId"}},
      {"a schedule entry for no activity",
       "POST",
       "/schedule/entries",
       {{"type", {{"identifier", "C"}}}, {"objectId", 999}},
       {"objectId"}},
      {"an identifier in use",
       "POST",
       "/company/companies",
       {{"identifier", "sandboxmsp"}, {"name", "x"}},
       {"identifier"}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    Harness harness(few_tickets());
    const Response response = harness.send(row.method, row.path, row.body.dump());
    CAPTURE(response.body);
    CHECK((response.status < 300) == row.fields.empty());
    std::vector<std::string> fields =
        response.status < 300 ? std::vector<std::string>() : fields_of(Json::parse(response.body));
    std::vector<std::string> expected = row.fields;
    std::sort(fields.begin(), fields.end());
    std::sort(expected.begin(), expected.end());
    CHECK(fields == expected);
  }
}

TEST_CASE("seeded records are valid: each can be changed") {
  Harness harness(few_tickets());
  for (const char* path :
       {"/service/tickets/1", "/service/tickets/1/notes/10", "/time/entries/1", "/company/companies/2",
        "/company/contacts/1", "/company/configurations/1", "/company/companies/2/sites/3", "/finance/agreements/1",
        "/system/members/2", "/service/boards/1", "/service/boards/1/statuses/1", "/service/boards/1/types/1",
        "/service/boards/1/subtypes/1", "/service/boards/1/items/1", "/service/boards/1/teams/1",
        "/service/priorities/1", "/company/countries/1", "/time/timePeriodSetups/1"}) {
    CAPTURE(path);
    const Response read = harness.send("GET", path);
    CAPTURE(read.body);
    REQUIRE(read.status == 200);
    // To what it is already: the whole record is validated.
    const Json record = Json::parse(read.body);
    const auto member = std::next(record.items().begin());
    const Response response = harness.send("PATCH", path, Json::array({replace(member.key(), member.value())}).dump());
    CAPTURE(response.body);
    CHECK(response.status == 200);
  }
}

TEST_CASE("a PATCH validates the whole record, also what was wrong before") {
  Harness harness(few_tickets());
  Json ticket = harness.get("/service/tickets/5");
  ticket["poNumber"] = std::string(60, 'x');
  harness.control("PUT", "/sandbox/records/service/tickets/5", ticket.dump());
  const Response refused =
      harness.send("PATCH", "/service/tickets/5", Json::array({replace("severity", "Low")}).dump());
  CHECK(refused.status == 400);
  CHECK(fields_of(Json::parse(refused.body)) == std::vector<std::string>{"poNumber"});
  CHECK(harness.patch("/service/tickets/5",
                      Json::array({replace("severity", "Low"), replace("poNumber", "1")}))["severity"] == "Low");
}

TEST_CASE("a PATCH without customFields can be made to fail where the record has such") {
  Settings settings = few_tickets();
  REQUIRE(settings.variants.set("patch-custom-fields=required"));
  Harness harness(settings);
  CHECK(harness.send("PATCH", "/company/contacts/1", Json::array({replace("title", "x")}).dump()).status == 400);
  CHECK(harness
            .send("PATCH", "/company/contacts/1",
                  Json::array({replace("customFields", Json::array()), replace("title", "x")}).dump())
            .status == 200);
  CHECK(harness.send("PATCH", "/company/addressFormats/1", Json::array({replace("name", "x")}).dump()).status == 200);
}

TEST_CASE("a new default item takes the default from the older one of its kind, in both lists") {
  Harness harness(few_tickets());
  const Json added = {{"op", "add"},
                      {"path", "/communicationItems/2"},
                      {"value", {{"type", {{"id", 1}}}, {"value", "new@b.example"}, {"defaultFlag", true}}}};
  const Json items = harness.patch("/company/contacts/1", Json::array({added}))["communicationItems"];
  REQUIRE(items.size() == 3);
  CHECK(items[0]["defaultFlag"] == false);
  CHECK(items[1]["defaultFlag"] == true);  // the phone
  CHECK(items[2]["defaultFlag"] == true);
  CHECK(items[2]["communicationType"] == "Email");
  const Json listed = harness.get("/company/contacts/1/communications");
  REQUIRE(listed.size() == 3);
  CHECK(listed[2]["contactId"] == 1);

  // The same through the list of communications.
  const Json phone = harness.post("/company/contacts/1/communications",
                                  {{"type", {{"id", 2}}}, {"value", "8135550000"}, {"defaultFlag", true}});
  const Json contact = harness.get("/company/contacts/1");
  CHECK(contact["communicationItems"].size() == 4);
  CHECK(contact["communicationItems"][1]["defaultFlag"] == false);
  CHECK(contact["defaultPhoneNbr"] == "8135550000");
  harness.send("DELETE", "/company/contacts/1/communications/" + phone["id"].dump());
  CHECK(harness.get("/company/contacts/1")["communicationItems"].size() == 3);
}

TEST_CASE("tickets are merged, attached and converted") {
  Harness harness(few_tickets());
  const Json before = harness.get("/service/tickets/2");
  const int status = before["board"]["id"] == 1 ? 7 : 17;
  const Json merged = harness.post("/service/tickets/1/merge", {{"mergeTicketIds", {2}}, {"status", {{"id", status}}}});
  CHECK(merged["success"] == true);
  CHECK(harness.get("/service/tickets/2")["mergedParentTicket"]["id"] == 1);
  CHECK(harness.get("/service/tickets/2")["status"]["id"] == status);
  CHECK(harness.get("/service/tickets/1")["hasMergedChildTicketFlag"] == true);
  CHECK(harness.send("POST", "/service/tickets/1/merge", R"({"mergeTicketIds":[999],"status":{"id":7}})").status ==
        404);
  CHECK(harness.send("POST", "/service/tickets/1/merge", R"({"mergeTicketIds":[2]})").status == 400);

  CHECK(harness.post("/service/tickets/1/attachChildren", {{"childTicketIds", {3, 4}}})["success"] == true);
  CHECK(harness.get("/service/tickets/4")["parentTicketId"] == 1);
  CHECK(harness.get("/service/tickets/1")["hasChildTicket"] == true);

  // A converted ticket keeps its id and is found below the other path only.
  CHECK(harness.post("/service/tickets/6/convert", {{"phase", {{"id", 1}}}, {"wbsCode", "1.1"}})["success"] == true);
  CHECK(harness.send("GET", "/service/tickets/6").status == 404);
  CHECK(harness.get("/project/tickets/6")["wbsCode"] == "1.1");
  CHECK(harness.post("/project/tickets/6/convert", {{"recordType", "ServiceTicket"}})["success"] == true);
  CHECK(harness.get("/service/tickets/6")["recordType"] == "ServiceTicket");
  CHECK(harness.send("GET", "/project/tickets/6").status == 404);
}

TEST_CASE("service and project tickets share one sequence of ids") {
  Harness harness(few_tickets());
  const Json project = harness.post("/project/tickets", {{"summary", "p"}, {"phase", {{"id", 1}}}});
  const Json service = harness.post("/service/tickets", {{"summary", "s"}, {"company", {{"id", 2}}}});
  CHECK(service["id"].get<Id>() == project["id"].get<Id>() + 1);
  CHECK(harness.send("GET", "/service/tickets/" + project["id"].dump()).status == 404);
}

TEST_CASE("companies are merged, opportunities and orders become other records, sheets change their state") {
  Harness harness(few_tickets());
  CHECK(harness.post("/company/companies/3/merge", {{"toCompanyId", 2}, {"website", "From"}})["success"] == true);
  CHECK(harness.get("/company/companies/3")["deletedFlag"] == true);
  CHECK(harness.get("/company/companies/2")["website"] == "https://www.company3.example");
  const Response made =
      harness.send("POST", "/sales/opportunities/1/convertToServiceTicket", R"({"summary":"From the sale"})");
  CHECK(made.status == 201);
  const Json ticket = Json::parse(made.body);
  CHECK(harness.get("/service/tickets/" + ticket["id"].dump())["summary"] == "From the sale");
  CHECK(ticket["opportunity"]["id"] == 1);
  CHECK(harness.post("/time/sheets/1/submit", Json::object())["success"] == true);
  CHECK(harness.get("/time/sheets/1")["status"] == "PendingApproval");
  CHECK(harness.send("POST", "/time/sheets/999/submit", "{}").status == 404);
}

TEST_CASE("usages tell where a record is referred to") {
  Harness harness(few_tickets());
  const Json counts = harness.get("/company/companies/2/usages");
  int contacts = 0;
  for (const Json& usage : counts) {
    if (usage["type"] == "Contact") contacts = usage["count"];
  }
  CHECK(contacts == 3);
  const Json places = harness.get("/service/boards/1/usages/list");
  REQUIRE_FALSE(places.empty());
  CHECK(places[0]["type"] == "Ticket");
  CHECK(harness.get("/service/tickets/" + places[0]["id"].dump())["board"]["id"] == 1);
  CHECK(harness.send("GET", "/service/boards/99/usages").status == 404);
}

TEST_CASE("a contact is deleted in favour of one that is there") {
  Harness harness(few_tickets());
  CHECK(harness.send("DELETE", "/company/contacts/1?transferContactId=999").status == 404);
  CHECK(harness.send("GET", "/company/contacts/1").status == 200);
  const Json ticket = harness.get("/service/tickets?pageSize=1").at(0);
  const Id contact = ticket["contact"]["id"].get<Id>();
  const Id heir = contact == 2 ? 1 : 2;
  const std::string path = "/company/contacts/" + std::to_string(contact);
  CHECK(harness.send("DELETE", path + "?transferContactId=" + std::to_string(heir)).status == 204);
  CHECK(harness.send("GET", path).status == 404);
  CHECK(harness.get("/service/tickets/" + ticket["id"].dump())["contact"]["id"] == heir);
}
