// Rights of API members, impersonated members, codebases and hosts.
#include <doctest/doctest.h>

#include "plugins/connectwise/sandbox/roles.hpp"
#include "tests/sandbox/harness.hpp"

using namespace leat::sandbox;
using namespace leat::sandbox::test;

namespace {

Settings with_role(const std::string& role) {
  Settings settings;
  settings.tickets = 50;
  auto members = parse_members(R"({"roles":{"r":)" + role + R"(},"members":{"sandboxApi":{"role":"r"}}})");
  REQUIRE(members);
  settings.members = *members;
  return settings;
}

}  // namespace

TEST_CASE("a role's rights decide by tag, then by the longest path, then by its default") {
  struct Row {
    const char* role;
    const char* method;
    const char* path;
    const char* body;
    int status;
  };
  const char* reader = R"({"default":["inquire"]})";
  const char* no_companies =
      R"({"rights":{"/company":["inquire"],"/company/contacts":[],"Tickets":["inquire","edit"]}})";
  const char* patch = R"([{"op":"replace","path":"summary","value":"x"}])";
  const Row rows[] = {
      {"{}", "DELETE", "/service/tickets/1", "", 204},
      {reader, "GET", "/service/tickets/1", "", 200},
      {reader, "GET", "/service/tickets/count", "", 200},
      {reader, "POST", "/service/tickets/search", "{}", 200},
      {reader, "PATCH", "/service/tickets/1", patch, 403},
      {reader, "PUT", "/company/addressFormats/1", R"({"name":"n","format":"f"})", 403},
      {reader, "DELETE", "/service/tickets/1", "", 403},
      {reader, "POST", "/service/tickets", R"({"summary":"x","company":{"id":2}})", 403},
      {reader, "POST", "/service/tickets/1/merge", R"({"mergeTicketIds":[2],"status":{"id":7}})", 403},
      {reader, "POST", "/company/configurations/bulk", "[]", 403},
      {no_companies, "GET", "/company/companies", "", 200},
      {no_companies, "GET", "/company/contacts", "", 403},
      {no_companies, "GET", "/company/contacts/1/notes", "", 403},
      {no_companies, "POST", "/company/companies", R"({"identifier":"N","name":"N"})", 403},
      {no_companies, "PATCH", "/service/tickets/1", patch, 200},
      {no_companies, "DELETE", "/service/tickets/1", "", 403},
      {no_companies, "POST", "/time/entries", R"({"timeStart":"2026-01-01T08:00:00Z"})", 201},
  };
  for (const Row& row : rows) {
    CAPTURE(row.role);
    CAPTURE(row.method);
    CAPTURE(row.path);
    Harness harness(with_role(row.role));
    const Response response = harness.send(row.method, row.path, row.body);
    CHECK(response.status == row.status);
    if (row.status != 403) continue;
    const Json body = Json::parse(response.body);
    CHECK(body["code"] == "Security");
    CHECK(body["message"] == "You do not have security permission to perform this action.");
    CHECK_FALSE(body.contains("errors"));
  }
}

TEST_CASE("what a role does not see is not there: lists are shorter, single records not found") {
  Harness all(few_tickets(50));
  Harness some(with_role(R"({"visible":{"/service/tickets":"board/id = 1"}})"));
  const int on_board = all.get("/service/tickets/count?conditions=board%2Fid%3D1")["count"];
  CHECK(on_board > 0);
  CHECK(on_board < 50);
  CHECK(some.get("/service/tickets/count")["count"] == on_board);
  CHECK(some.get("/service/tickets?pageSize=1000").size() == static_cast<std::size_t>(on_board));
  CHECK(some.post("/service/tickets/search", Json::object()).size() <= static_cast<std::size_t>(on_board));
  const Json hidden = all.get("/service/tickets?conditions=board%2Fid%3D2&pageSize=1").at(0);
  const std::string path = "/service/tickets/" + hidden["id"].dump();
  for (const char* method : {"GET", "DELETE"}) {
    const Response response = some.send(method, path);
    CHECK(response.status == 404);
    CHECK(Json::parse(response.body)["message"] == "Ticket " + hidden["id"].dump() + " not found");
  }
}

TEST_CASE("at level My a member sees what is assigned to it or was entered by it, and nothing else is there") {
  Harness all(few_tickets(50));
  Harness own(with_role(R"({"rights":{"/service/tickets":{"inquire":"My","add":"My","edit":"My","delete":"My"},)"
                        R"("/time/entries":{"inquire":"My"}}})"));
  CHECK(own.get("/service/tickets").empty());
  CHECK(own.get("/service/tickets/count")["count"] == 0);
  CHECK(own.post("/service/tickets/search", Json::object()).empty());
  CHECK(own.get("/time/entries/count")["count"] == 0);
  for (const char* path : {"/service/tickets/4", "/service/tickets/4/notes", "/service/tickets/4/notes/count"}) {
    CAPTURE(path);
    const Response response = own.send("GET", path);
    CHECK(response.status == 404);
    CHECK(Json::parse(response.body)["message"] == "Ticket 4 not found");
  }
  const std::string patch = R"([{"op":"replace","path":"summary","value":"y"}])";
  CHECK(own.send("PATCH", "/service/tickets/4", patch).status == 404);
  CHECK(own.send("DELETE", "/service/tickets/4").status == 404);
  CHECK(own.send("POST", "/service/tickets/4/notes", R"({"text":"n","detailDescriptionFlag":true})").status == 404);

  const Json created = own.post("/service/tickets", {{"summary", "x"}, {"company", {{"id", 2}}}});
  const std::string path = "/service/tickets/" + created["id"].dump();
  CHECK(own.ids("/service/tickets") == std::vector<Id>{created["id"].get<Id>()});
  CHECK(own.send("PATCH", path, patch).status == 200);
  CHECK(own.send("POST", path + "/notes", R"({"text":"n","detailDescriptionFlag":true})").status == 201);
  CHECK(own.get(path + "/notes").size() == 1);
  CHECK(own.send("DELETE", path).status == 204);

  // Of people: what they own, are a resource of or have entered.
  Settings settings = few_tickets(50);
  const auto members = parse_members(R"({"roles":{"r":{"default":{"inquire":"My"}}},)"
                                     R"("members":{"jdoe":{"publicKey":"jp","privateKey":"js","role":"r"}}})");
  REQUIRE(members);
  settings.members = *members;
  Harness people(settings);
  const std::string whose =
      "owner%2Fidentifier%3D'jdoe'%20or%20enteredBy%3D'jdoe'%20or%20resources%20contains%20'jdoe'";
  const Response seen = people.send("GET", "/service/tickets/count", "", {keys("jp", "js")});
  CHECK(Json::parse(seen.body) == people.get("/service/tickets/count?conditions=" + whose));
  CHECK(Json::parse(seen.body)["count"] > 0);
  CHECK(Json::parse(seen.body)["count"] < 50);
  const Response times = people.send("GET", "/time/entries?pageSize=1000", "", {keys("jp", "js")});
  for (const Json& entry : Json::parse(times.body)) CHECK(entry["member"]["identifier"] == "jdoe");
}

TEST_CASE("what a member sees but does not own it changes only at level All") {
  const std::string patch = R"([{"op":"replace","path":"summary","value":"y"}])";
  Harness harness(with_role(R"({"rights":{"/service/tickets":{"inquire":"All","add":"My","edit":"My"},)"
                            R"("/company/configurations":{"inquire":"All","edit":"My"}}})"));
  CHECK(harness.get("/service/tickets/count")["count"] == 50);
  const Json refused = Json::parse(harness.send("PATCH", "/service/tickets/4", patch).body);
  CHECK(refused["code"] == "Security");
  CHECK(harness.send("POST", "/service/tickets/4/notes", R"({"text":"n","detailDescriptionFlag":true})").status == 403);
  CHECK(harness.send("DELETE", "/service/tickets/4").status == 403);
  const Json bulk = Json::parse(
      harness.send("PUT", "/company/configurations/bulk", Json::array({{{"id", 1}, {"name", "x"}}}).dump()).body);
  CHECK(bulk["payload"][0]["statusCode"] == 403);
  const Json created = harness.post("/service/tickets", {{"summary", "x"}, {"company", {{"id", 2}}}});
  CHECK(harness.send("PATCH", "/service/tickets/" + created["id"].dump(), patch).status == 200);

  // The member may read it of itself.
  for (const Json& function : harness.get("/system/mySecurity?pageSize=1000")) {
    CAPTURE(function.dump());
    const bool tickets = function["moduleFunctionName"] == "Service Tickets";
    const bool configurations = function["moduleFunctionName"] == "Configurations";
    CHECK(function["inquireLevel"] == "All");
    CHECK(function["addLevel"] == (tickets ? "My" : configurations ? "None" : "All"));
    CHECK(function["editLevel"] == (tickets || configurations ? "My" : "All"));
    CHECK(function["deleteLevel"] == (tickets || configurations ? "None" : "All"));
  }
}

TEST_CASE("permissions can change while the sandbox runs, and bad ones are refused with their place") {
  struct Row {
    const char* text;
    std::string message;
  };
  const Row rows[] = {
      {"nonsense", "permissions are not JSON"},
      {R"({"roles":{"r":{"default":["read"]}}})", "roles.r.default: \"read\" is none of inquire, add, edit, delete"},
      {R"({"roles":{"r":{"right":{}}}})", "roles.r has no 'right'; it takes default, rights, visible"},
      {R"({"roles":{"r":{"default":{"read":"All"}}}})", "roles.r.default: \"read\" is none of inquire, add"},
      {R"({"roles":{"r":{"default":{"edit":"Mine"}}}})", "roles.r.default.edit: \"Mine\" is none of None, My, All"},
      {R"({"roles":{"r":{"default":true}}})", "roles.r.default must be a list"},
      {R"({"members":{"sandboxApi":{"role":"r"}}})", "members.sandboxApi.role: no role 'r' is defined"},
      {R"({"members":{"nobody":{}}})", "members.nobody: there is no such member"},
      {R"({"people":{}})", "permissions have no 'people'; they take roles, members"},
  };
  Harness harness(few_tickets(50));
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const Response response = harness.control("PUT", "/sandbox/permissions", row.text);
    CHECK(response.status == 400);
    CHECK(response.body.find(Json(row.message).dump().substr(1, 20)) != std::string::npos);
  }
  CHECK(harness.send("GET", "/service/tickets/1").status == 200);
  CHECK(harness
            .control("PUT", "/sandbox/permissions",
                     R"({"roles":{"r":{"default":[]}},"members":{"sandboxApi":{"role":"r"}}})")
            .status == 204);
  CHECK(harness.send("GET", "/service/tickets/1").status == 403);
}

TEST_CASE("another API member has its own keys, and its writes carry its name") {
  Settings settings = few_tickets(50);
  auto members = parse_members(R"({"members":{"jdoe":{"publicKey":"jp","privateKey":"js"}}})");
  REQUIRE(members);
  settings.members = *members;
  Harness harness(settings);
  const std::string patch = R"([{"op":"replace","path":"summary","value":"x"}])";
  const Response response = harness.send("PATCH", "/service/tickets/1", patch, {keys("jp", "js")});
  CHECK(response.status == 200);
  CHECK(Json::parse(response.body)["_info"]["updatedBy"] == "jdoe");
  CHECK(harness.send("GET", "/service/tickets/1", "", {keys("jp", "other")}).status == 401);
}

TEST_CASE("a member is impersonated with keys that expire") {
  Harness harness(few_tickets(50));
  const Response made = harness.send("POST", "/system/members/akim/tokens", R"({"memberIdentifier":"akim"})",
                                     {{"x-cw-usertype", "member"}});
  CHECK(made.status == 200);
  const Json token = Json::parse(made.body);
  CHECK(token["expiration"] == "2026-02-03T14:11:12Z");  // four hours
  const Header basic = keys(token["publicKey"], token["privateKey"]);
  const std::string body = R"({"summary":"x","company":{"id":2}})";
  const Response created = harness.send("POST", "/service/tickets", body, {basic});
  CHECK(created.status == 201);
  CHECK(Json::parse(created.body)["_info"]["enteredBy"] == "akim");
  harness.now += 4 * 3600 - 1;
  CHECK(harness.send("GET", "/service/tickets/1", "", {basic}).status == 200);
  harness.now += 1;
  CHECK(harness.send("GET", "/service/tickets/1", "", {basic}).status == 401);

  CHECK(harness.send("POST", "/system/members/nobody/tokens", R"({"memberIdentifier":"nobody"})").status == 404);
  CHECK(harness.send("POST", "/system/members/akim/tokens", R"({"memberIdentifier":"jdoe"})").status == 400);
}

TEST_CASE("after an upgrade the old codebase fails as documented, companyinfo names the new one, the alias goes on") {
  const auto ask = [](Harness& harness, const std::string& codebase) {
    return harness.service.answer(
        {"GET",
         "/" + codebase + "/apis/3.0/service/tickets/1",
         {{"Host", "cw.test"}, {"Authorization", std::string(good_credentials)}, {"clientId", "c"}},
         "",
         "http"});
  };
  for (const char* variant : {"stale-codebase=404", "stale-codebase=400"}) {
    CAPTURE(variant);
    Settings settings = few_tickets(50);
    REQUIRE(settings.variants.set(variant));
    Harness harness(settings);
    CHECK(ask(harness, "v2025_8").status == 200);
    CHECK(ask(harness, "v2026_1").status == 400);
    CHECK(harness.control("PUT", "/sandbox/codebase", R"({"codebase":"v2026_1"})").status == 200);
    const bool page = settings.variants.is(Point::stale_codebase, "404");
    const Response stale = ask(harness, "v2025_8");
    CHECK(stale.status == (page ? 404 : 400));
    CHECK(stale.content_type.find(page ? "text/html" : "text/plain") == 0);
    CHECK(ask(harness, "v2026_1").status == 200);
    CHECK(ask(harness, "v4_6_release").status == 200);
    const Json info = Json::parse(harness.control("GET", "/login/companyinfo/sandbox").body);
    CHECK(info["Codebase"] == "v2026_1/");
    CHECK(info["VersionCode"] == "v2026.1");
  }
  Harness harness(few_tickets(50));
  CHECK(harness.control("PUT", "/sandbox/codebase", R"({"codebase":"a/b"})").status == 400);
  CHECK(ask(harness, "v4_6_release/apis/3.0/v4_6_release").body == "Cannot route. Codebase/company is invalid");
}

TEST_CASE("the points on which sources disagree can be switched") {
  struct Row {
    const char* variant;
    const char* method;
    const char* path;
    std::vector<Header> headers;
    int status;
    std::string content;  // part of the body
  };
  const std::string long_path = "/service/tickets?conditions=" + std::string(2100, 'a');
  const Row rows[] = {
      {"host-prefix=optional", "GET", "/service/tickets/1", {}, 200, ""},
      {"host-prefix=required", "GET", "/service/tickets/1", {}, 403, "SSL is required."},
      {"host-prefix=required", "GET", "/service/tickets/1", {{"Host", "api-na.test"}}, 200, ""},
      {"null-members=omitted", "GET", "/company/addressFormats/1", {}, 200, R"("countryIds":[])"},
      {"null-members=sent", "GET", "/company/companies/1", {}, 200, R"("faxNumber":null)"},
      {"null-members=sent", "GET", "/company/companies?pageSize=1", {}, 200, R"("faxNumber":null)"},
      {"long-url=414", "GET", long_path.c_str(), {}, 414, "HTTP Error 414"},
      {"long-url=400", "GET", long_path.c_str(), {}, 400, "HTTP Error 400"},
      {"past-end=404", "GET", "/service/tickets?page=999", {}, 404, "NotFound"},
      {"page-size=400", "GET", "/service/tickets?pageSize=1001", {}, 400, "pageSize"},
      {"unknown-field=400", "GET", "/service/tickets?fields=id,foo", {}, 400, "ApiFindCondition"},
      {"accept-version=404",
       "GET",
       "/service/tickets/1",
       {{"Accept", "application/vnd.connectwise.com+json; version=2019.1"}},
       404,
       "2019.1"},
      {"wrong-keys=nested", "GET", "/service/tickets/1", {keys("a", "b")}, 401, "UserNotAuthenticated"},
      {"missing-client-id=403", "GET", "/service/tickets/1", {{"clientId", ""}}, 403, "clientId"},
      {"system-info=open", "GET", "/system/info", {keys("a", "b")}, 200, "isCloud"},
      {"error-text=compact", "GET", "/service/tickets/999", {}, 404, R"({"code":"NotFound")"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.variant);
    CAPTURE(row.path);
    Settings settings = few_tickets(50);
    REQUIRE(settings.variants.set(row.variant));
    Harness harness(settings);
    const Response response = harness.send(row.method, row.path, "", row.headers);
    CHECK(response.status == row.status);
    CHECK(response.body.find(row.content) != std::string::npos);
  }
  Settings closed = few_tickets(50);
  REQUIRE(closed.variants.set("key-url=closed"));
  Harness harness(closed);
  CHECK(harness.control("GET", "/v2025_8//system/callbackkey/index.rails?id=x").status == 401);
}
