// Bulk writes, bundles and reports: several results in one answer.
#include <doctest/doctest.h>

#include "tests/sandbox/harness.hpp"

using namespace leat::sandbox;
using namespace leat::sandbox::test;

TEST_CASE("each element of a bulk write has its own result") {
  Harness harness;
  const Json good = {{"name", "A"}, {"type", {{"id", 1}}}, {"company", {{"id", 2}}}};
  Json other = good;
  other["name"] = "B";
  const Json bad = {{"name", "C"}, {"type", {{"id", 99}}}, {"company", {{"id", 2}}}};
  const Response made = harness.send("POST", "/company/configurations/bulk", Json::array({good, bad, other}).dump());
  CHECK(made.status == 207);
  const Json results = Json::parse(made.body)["payload"];
  REQUIRE(results.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) CHECK(results[i]["originalIndex"] == i);
  CHECK(results[0]["statusCode"] == 201);
  CHECK(results[0]["data"]["name"] == "A");
  CHECK(results[1]["success"] == false);
  CHECK(results[1]["statusCode"] == 400);
  CHECK(results[1]["error"]["errors"][0]["code"] == "NotFound");
  CHECK(results[2]["data"]["name"] == "B");

  Json first = results[0]["data"];
  first["name"] = "A2";
  const Json missing = {{"id", 999999}, {"name", "x"}, {"type", {{"id", 1}}}, {"company", {{"id", 2}}}};
  const Json put = Json::parse(
      harness.send("PUT", "/company/configurations/bulk", Json::array({first, missing}).dump()).body)["payload"];
  CHECK(put[0]["statusCode"] == 200);
  CHECK(put[0]["data"]["name"] == "A2");
  CHECK(put[1]["statusCode"] == 404);

  const Json second = results[2]["data"];
  const Response erased = harness.send("DELETE", "/company/configurations/bulk",
                                       Json::array({{{"id", first["id"]}}, second["id"], 999999}).dump());
  CHECK(erased.status == 207);
  const Json gone = Json::parse(erased.body)["payload"];
  CHECK(gone[0]["success"] == true);
  CHECK(gone[1]["success"] == true);
  CHECK(gone[2]["statusCode"] == 404);
  CHECK(harness.send("GET", "/company/configurations/" + first["id"].dump()).status == 404);
}

TEST_CASE("a search takes its conditions from the body and pages as a list does") {
  Harness harness;
  const Response found = harness.send("POST", "/service/tickets/search?pageSize=2&page=2&fields=id",
                                      R"({"conditions":"board/id = 1 and id <= 20","orderBy":"id desc"})");
  CHECK(found.status == 200);
  const Json page = Json::parse(found.body);
  const auto whole = harness.ids("/service/tickets?conditions=board%2Fid%3D1%20and%20id%3C%3D20&orderBy=id%20desc");
  REQUIRE(page.size() == 2);
  CHECK(page[0] == Json{{"id", whole[2]}});
  CHECK(header(found, "Link").find("page=3>; rel=\"next\"") != std::string::npos);
  const Response refused = harness.send("POST", "/service/tickets/search", R"({"conditions":"foo = 1"})");
  CHECK(refused.status == 400);
  CHECK(Json::parse(refused.body)["code"] == "ApiFindCondition");
  CHECK(harness.send("POST", "/service/tickets/search", "[]").status == 400);
  CHECK(harness.send("POST", "/company/companies/search", "{}").status != 200);
}

TEST_CASE("a bundle answers each of its requests") {
  Harness harness;
  const Json body = {
      {"requests",
       {{{"sequenceNumber", 1},
         {"resourceType", "ticket"},
         {"version", "2025.1"},
         {"apiRequest", {{"id", 7}, {"fields", "id,summary"}}}},
        {{"sequenceNumber", 2},
         {"resourceType", "company"},
         {"apiRequest",
          {{"filters", {{"conditions", "id < 6"}, {"orderBy", "id desc"}}}, {"page", {{"pageSize", 2}}}}}},
        {{"sequenceNumber", 3}, {"resourceType", "serviceNote"}, {"apiRequest", {{"parentId", 7}}}},
        {{"sequenceNumber", 4}, {"resourceType", "ticket"}, {"apiRequest", {{"id", 999999}}}},
        {{"sequenceNumber", 5}, {"resourceType", "toaster"}, {"apiRequest", Json::object()}},
        {{"sequenceNumber", 6},
         {"resourceType", "ticket"},
         {"apiRequest", {{"filters", {{"conditions", "foo = 1"}}}}}}}}};
  const Response answer = harness.send("POST", "/system/bundles", body.dump());
  CHECK(answer.status == 200);
  const Json results = Json::parse(answer.body)["results"];
  REQUIRE(results.size() == 6);
  CHECK(results[0]["entities"][0]["id"] == 7);
  CHECK(results[0]["version"] == "2025.1");
  CHECK(results[0]["success"] == true);
  CHECK(results[0]["error"] == nullptr);
  CHECK(results[1]["count"] == 2);
  CHECK(results[1]["entities"][0]["id"] == 5);
  CHECK(results[2]["entities"][0]["ticketId"] == 7);
  CHECK(results[3]["statusCode"] == 404);
  CHECK(results[3]["error"]["message"] == "Ticket 999999 not found");
  CHECK(results[4]["statusCode"] == 400);
  CHECK(results[5]["error"]["code"] == "ApiFindCondition");
  const Json counts = Json::parse(harness.send("POST", "/system/bundles/count", body.dump()).body)["results"];
  CHECK(counts[1]["count"] == 5);
  CHECK(counts[1]["entities"].empty());
}

TEST_CASE("a report shows a list as rows of the columns asked for") {
  Harness harness;
  const Json names = harness.get("/system/reports");
  CHECK(names[0]["name"] == "Service");
  const Json report = harness.get(
      "/system/reports/service?columns=TicketNbr,Summary&conditions=TicketNbr%20%3C%204&orderBy=ticketnbr%20desc");
  CHECK(report["column_definitions"][0]["TicketNbr"]["type"] == "Numeric");
  CHECK(report["column_definitions"][1]["Summary"]["isNullable"] == true);
  REQUIRE(report["row_values"].size() == 3);
  CHECK(report["row_values"][0][0] == 3);
  CHECK(report["row_values"][0][1] == harness.get("/service/tickets/3")["summary"]);
  CHECK(harness.get("/system/reports/Service/count?conditions=TicketNbr%20%3C%204")["count"] == 3);
  CHECK(harness.get("/system/reports/Company/columns").at(0).contains("Company_ID"));
  CHECK(harness.send("GET", "/system/reports/Nothing").status == 404);
  CHECK(harness.get("/system/reports/Service?conditions=summary2%20%3D%201")["code"] == "ApiFindCondition");
  CHECK(harness.get("/system/reports/Service?columns=Nope")["code"] == "ApiFindCondition");
}
