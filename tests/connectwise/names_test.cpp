#include "plugins/connectwise/writing/names.hpp"

#include <doctest/doctest.h>

#include <string>
#include <thread>
#include <vector>

#include "connectwise/sandbox_psa.hpp"
#include "support/plugin_host.hpp"

using namespace leat;
using namespace leat::connectwise;
using namespace std::chrono_literals;
using test::SandboxPsa;

namespace {

// Names of one schema, asked for in a payload, against the sandbox.
class Asking {
 public:
  explicit Asking(SandboxPsa& psa, const std::string& schema = "Ticket", std::string list = "/service/tickets")
      : names_(builtin_catalog(), *builtin_catalog().schema(schema), std::move(list), 10min) {
    host_.offer(LEAT_CLIENT_SERVICE, psa.client.table());
    const auto ctx = host_.call();
    Context context(ctx.get());
    client_ = leat::Client::open("psa", context);
  }

  // The payload with its ids, or what is wrong.
  std::string resolved(const std::string& payload, const Names::Present& present = nothing) {
    const auto ctx = host_.call();
    Context context(ctx.get());
    const NewRecord record(payload);
    const auto done = names_.resolve(record.root(), present, client_, context);
    return done ? std::string(record.json()) : done.error().message;
  }
  void advance(std::chrono::milliseconds by) { host_.clock.advance(by); }

  static Result<std::string> nothing(std::string_view) { return std::string(); }

 private:
  test::PluginHost host_;
  leat::Client client_;
  Names names_;
};

}  // namespace

TEST_CASE("names become ids wherever the schema has a reference") {
  SandboxPsa psa;
  Asking asking(psa);
  const std::pair<std::string, std::string> rows[] = {
      {R"({"board": "Network Operations", "status": "in progress"})", R"({"board":{"id":2},"status":{"id":13}})"},
      {R"({"status": {"name": "Completed"}, "board": {"id": 3}})", R"({"status":{"id":26},"board":{"id":3}})"},
      {R"({"board": "Help Desk", "type": "Network", "subType": "Change", "item": "Repair", "team": "Second Line"})",
       R"({"board":{"id":1},"type":{"id":3},"subType":{"id":3},"item":{"id":2},"team":{"id":2}})"},
      {R"({"priority": "Priority 2 - High", "source": "Phone", "owner": {"identifier": "JDOE"}})",
       R"({"priority":{"id":2},"source":{"id":2},"owner":{"id":2}})"},
      {R"({"status": {"id": 5, "name": "old"}, "summary": "Phone", "company": null, "zip": "New"})",
       R"({"status":{"id":5,"name":"old"},"summary":"Phone","company":null,"zip":"New"})"},
      {R"([{"op": "replace", "path": "/status", "value": "Closed"}, {"op": "replace", "path": "board", "value": "Projects"}])",
       R"([{"op":"replace","path":"/status","value":{"id":27}},{"op":"replace","path":"board","value":{"id":3}}])"},
      {R"([{"op": "replace", "path": "status/name", "value": "Closed"}])",
       R"([{"op":"replace","path":"status/name","value":"Closed"}])"},
      {R"([{"board": "Projects"}, {"source": "Portal"}])", R"([{"board":{"id":3}},{"source":{"id":3}}])"},
  };
  for (const auto& row : rows) {
    const auto& payload = row.first;
    const auto& ids = row.second;
    CAPTURE(payload);
    CHECK(asking.resolved(payload) == ids);
  }
}

TEST_CASE("a company goes by identifier or name, a contact by name or address, within its company") {
  SandboxPsa psa;
  const auto company = psa.sandbox.get("/company/companies/7");
  const auto contact = psa.sandbox.get("/company/contacts/9");
  Asking asking(psa);
  const std::string by_identifier = company["identifier"];
  const std::string by_name = company["name"];
  CHECK(asking.resolved(R"({"company": ")" + by_identifier + "\"}") == R"({"company":{"id":7}})");
  CHECK(asking.resolved(R"({"company": {"name": ")" + by_name + "\"}}") == R"({"company":{"id":7}})");
  const std::string name = contact["firstName"].get<std::string>() + " " + contact["lastName"].get<std::string>();
  const std::string owner = std::to_string(contact["company"]["id"].get<int>());
  CHECK(asking.resolved(R"({"company": {"id": )" + owner + R"(}, "contact": ")" + name + "\"}") ==
        R"({"company":{"id":)" + owner + R"(},"contact":{"id":9}})");
  std::string address;
  for (const auto& item : contact["communicationItems"]) {
    if (item["communicationType"] == "Email") address = item["value"];
  }
  REQUIRE_FALSE(address.empty());
  CHECK(asking.resolved(R"({"contact": ")" + address + "\"}") == R"({"contact":{"id":9}})");
}

TEST_CASE("an unknown name is refused with the nearest ones") {
  SandboxPsa psa;
  Asking asking(psa);
  CHECK(asking.resolved(R"({"board": "Help Desk", "status": "In Progres"})")
            .starts_with("payload.status: \"In Progres\" is none of the names of GET /service/boards/1/statuses; the "
                         "nearest are \"In Progress\", "));
  CHECK(asking.resolved(R"({"priority": "High"})").find("the nearest are \"Priority 2 - High\"") != std::string::npos);
  CHECK(asking.resolved(R"({"board": ""})") == R"({"board":""})");
  CHECK(asking.resolved(R"({"board": "  "})") == "payload.board: the name is empty");
}

TEST_CASE("a name that several records have is refused with their ids, unless one alone is in use") {
  SandboxPsa psa;
  for (const char* name : {"Twice", "Twice", "Once", "Once"}) psa.sandbox.post("/service/sources", {{"name", name}});
  Asking asking(psa);
  CHECK(asking.resolved(R"({"source": "Twice"})") ==
        "payload.source: \"Twice\" is the name of 2 records of GET /service/sources (ids 5, 6): give the id");
  for (const auto& [id, closed] : {std::pair("90", "true"), std::pair("91", "false")}) {
    psa.sandbox.control("PUT", std::string("/sandbox/records/time/workTypes/") + id,
                        std::string(R"({"name": "Old and new", "inactiveFlag": )") + closed + "}");
  }
  CHECK(asking.resolved(R"({"workType": "Old and new"})") == R"({"workType":{"id":91}})");
}

TEST_CASE("a status needs a board: of the payload, or of the record as it is") {
  SandboxPsa psa;
  Asking asking(psa);
  const std::string payload = R"({"status": "Closed"})";
  CHECK(asking.resolved(payload) ==
        "payload.status: \"Closed\" is a name of one board: add board to the payload, or give { id: ... }");
  CHECK(asking.resolved(payload, [](std::string_view member) -> Result<std::string> {
    CHECK(member == "board");
    return std::string("2");
  }) == R"({"status":{"id":17}})");
  CHECK(asking.resolved(payload, [](std::string_view) -> Result<std::string> {
    return Error{ErrorKind::busy, "later", 0};
  }) == "payload.status: later");
}

TEST_CASE("a list is read once for many, and again for a name that may be new") {
  SandboxPsa psa;
  Asking asking(psa);
  for (int i = 0; i < 5; ++i) asking.resolved(R"({"source": "Phone"})");
  CHECK(psa.lines() == std::vector<std::string>{"GET /service/sources"});
  psa.sandbox.post("/service/sources", {{"name", "Drone"}});
  // Read a moment ago: the name is refused as it stands.
  CHECK(asking.resolved(R"({"source": "Drone"})").starts_with("payload.source: "));
  CHECK(psa.lines().size() == 1);
  asking.advance(6s);
  CHECK(asking.resolved(R"({"source": "Drone"})") == R"({"source":{"id":5}})");
  CHECK(psa.lines().size() == 2);
  for (int i = 0; i < 5; ++i) asking.resolved(R"({"source": "No such"})");
  CHECK(psa.lines().size() == 2);
  asking.advance(10min);
  asking.resolved(R"({"source": "Phone"})");
  CHECK(psa.lines().size() == 3);
}

TEST_CASE("calls at the same time share one read") {
  SandboxPsa psa;
  Asking asking(psa);
  std::vector<std::jthread> threads;
  std::vector<std::string> results(4);
  for (std::string& result : results) {
    threads.emplace_back([&] { result = asking.resolved(R"({"board": "Projects", "source": "Phone"})"); });
  }
  threads.clear();
  for (const std::string& result : results) CHECK(result == R"({"board":{"id":3},"source":{"id":2}})");
  CHECK(psa.lines().size() == 2);
}

TEST_CASE("of a list longer than a page each name is asked for, once") {
  SandboxPsa psa;
  for (int i = 0; i < 1000; ++i) psa.sandbox.post("/service/sources", {{"name", "S " + std::to_string(i) + " \"x\""}});
  Asking asking(psa);
  const std::string ids = R"({"source":{"id":1004}})";
  CHECK(asking.resolved(R"({"source": "s 999 \"x\""})") == ids);
  CHECK(asking.resolved(R"({"source": "S 999 \"x\""})") == ids);
  CHECK(psa.lines().size() == 2);
  CHECK(psa.last().url.find("conditions=") != std::string::npos);
  CHECK(asking.resolved(R"({"source": "S 99x"})").find("the nearest are \"S 9") != std::string::npos);
}

TEST_CASE("in a list longer than a page any blank of a person's name may part the first name from the last") {
  SandboxPsa psa;
  const auto add = [&](const std::string& first, const std::string& last) {
    return std::to_string(
        psa.sandbox
            .post("/company/contacts", {{"firstName", first}, {"lastName", last}, {"company", {{"id", 3}}}})["id"]
            .get<int>());
  };
  for (int i = 0; i < 1000; ++i) add("F" + std::to_string(i), "L");
  const std::string names[][2] = {{"Mary Ann", "Smith"}, {"Jan", "van der Berg"}, {"Anna Maria", "de la Cruz"}};
  std::vector<std::string> ids;
  for (const auto& name : names) ids.push_back(add(name[0], name[1]));
  const std::string alone = std::to_string(
      psa.sandbox.post("/company/contacts", {{"firstName", "Front Desk"}, {"company", {{"id", 3}}}})["id"].get<int>());
  Asking asking(psa);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    CHECK(asking.resolved(R"({"contact": ")" + names[i][0] + " " + names[i][1] + "\"}") ==
          R"({"contact":{"id":)" + ids[i] + "}}");
  }
  CHECK(asking.resolved(R"({"contact": "Front Desk"})") == R"({"contact":{"id":)" + alone + "}}");
}

TEST_CASE("a reference without a list takes an id alone") {
  SandboxPsa psa;
  Asking asking(psa, "Member", "/system/members");
  CHECK(asking.resolved(R"({"photo": "me.png"})") ==
        "payload.photo: this API has no list of these to look \"me.png\" up: give { id: ... }");
  CHECK(asking.resolved(R"({"photo": {"name": "me.png"}})") == R"({"photo":{"name":"me.png"}})");
}

TEST_CASE("custom fields go by their captions, with the values their types take") {
  SandboxPsa psa;
  Asking asking(psa);
  const auto fields = [&](const std::string& json) { return asking.resolved(R"({"customFields": )" + json + "}"); };
  CHECK(
      fields(
          R"({"Asset": "PC-7", "on site": "true", "Downtime": "1.50", "Follow up": "2026-02-03", "Root cause": null})") ==
      R"({"customFields":[{"id":21,"value":"PC-7"},{"id":23,"value":true},{"id":24,"value":1.50},)"
      R"({"id":25,"value":"2026-02-03"},{"id":22,"value":null}]})");
  CHECK(fields(R"([{"caption": "Asset", "value": 7}, {"id": 24, "value": 2}])") ==
        R"({"customFields":[{"id":21,"value":"7"},{"id":24,"value":2}]})");
  CHECK(fields("[]") == R"({"customFields":[]})");
  CHECK(fields("null") == R"({"customFields":null})");
  CHECK(psa.lines() == std::vector<std::string>{"GET /service/tickets"});
  const std::pair<std::string, std::string> wrong[] = {
      {R"({"Aset": 1})",
       "payload.customFields[\"Aset\"]: no custom field has this caption (did you mean Asset?); there "
       "are Asset, Root cause, On site, Downtime, Follow up"},
      {R"({"On site": "maybe"})",
       "payload.customFields[\"On site\"] must be true or false: the field is of type Checkbox"},
      {R"({"Downtime": "long"})", "payload.customFields[\"Downtime\"] must be a number: the field is of type Number"},
      {R"({"Follow up": "soon"})",
       "payload.customFields[\"Follow up\"] must be a date such as 2026-02-03T00:00:00Z: the field is of type Date"},
      {R"({"Asset": {"a": 1}})", "payload.customFields[\"Asset\"] must be a single value: the field is of type Text"},
  };
  for (const auto& [json, message] : wrong) CHECK(fields(json) == message);
}

TEST_CASE("custom fields of a list without records come from their definitions") {
  SandboxPsa psa;
  psa.sandbox.post("/system/userDefinedFields",
                   {{"podId", 1}, {"caption", "Colour"}, {"sequenceNumber", 1}, {"fieldTypeIdentifier", "Text"}});
  Asking asking(psa, "Opportunity", "");
  const std::string made = asking.resolved(R"({"customFields": {"Colour": "red"}})");
  CHECK(made.starts_with(R"({"customFields":[{"id":)"));
  CHECK(made.ends_with(R"("value":"red"}]})"));
}
