// Callback entries, the events that changes make, and how they are delivered.
#include <doctest/doctest.h>

#include <algorithm>

#include "plugins/connectwise/sandbox/callbacks/signature.hpp"
#include "plugins/connectwise/sandbox/callbacks/url.hpp"
#include "plugins/connectwise/sandbox/text.hpp"
#include "tests/sandbox/harness.hpp"

using namespace leat::sandbox;
using namespace leat::sandbox::test;
using namespace std::chrono_literals;

namespace {

const std::string hook = "https://127.0.0.1:9/hook?recordId=";

Json entry(std::string type, std::string level, Id object) {
  return {{"url", hook}, {"objectId", object}, {"type", std::move(type)}, {"level", std::move(level)}};
}

struct Hooked : Harness {
  explicit Hooked(const Json& registration, Settings settings = few_tickets()) : Harness(std::move(settings)) {
    const Response made = send("POST", "/system/callbacks", registration.dump());
    CHECK(made.status == 201);
    registered = Json::parse(made.body);
  }
  // What is due now, as bodies; all answered with `status`.
  std::vector<Json> deliver(int status = 200) {
    std::vector<Json> bodies;
    for (const Posting& posting : service.outbox().take()) {
      last = posting;
      bodies.push_back(Json::parse(posting.body));
      service.outbox().settle(posting.number, status);
    }
    return bodies;
  }
  Json counts() { return service.outbox().to_json(); }

  Json registered;
  Posting last;
};

}  // namespace

TEST_CASE("a callback entry is created with what the server knows about it") {
  Hooked hooked(entry("Ticket", "Owner", 0));
  const Json& made = hooked.registered;
  CHECK(made["objectId"] == 1);  // 0 means all and is stored as 1
  CHECK(made["memberId"] == 8);  // sandboxApi
  CHECK(made["payloadVersion"] == "3.0.0");
  CHECK(made["inactiveFlag"] == false);
  CHECK(made["connectWiseID"].get<std::string>().size() == 36);
  const std::string path = "/system/callbacks/" + made["id"].dump();
  CHECK(hooked.get("/system/callbacks/count")["count"].get<int>() >= 1);
  CHECK(hooked.patch(path, {{{"op", "replace"}, {"path", "inactiveFlag"}, {"value", true}}})["inactiveFlag"] == true);
  CHECK(hooked.send("DELETE", path).status == 204);
  CHECK(hooked.send("GET", path).status == 404);
}

TEST_CASE("an entry that cannot work is refused with the field and the documented code") {
  struct Row {
    const char* name;
    Json entry;
    std::string code;
    std::string field;
  };
  const Row rows[] = {
      {"no such url",
       {{"url", "nonsense"}, {"objectId", 1}, {"type", "ticket"}, {"level", "owner"}},
       "InvalidField",
       "url"},
      {"plain http elsewhere",
       {{"url", "http://hooks.example/?id="}, {"objectId", 1}, {"type", "ticket"}, {"level", "owner"}},
       "InvalidField",
       "url"},
      {"no objectId", {{"url", hook}, {"type", "ticket"}, {"level", "owner"}}, "MissingRequiredField", "objectId"},
      {"no type", {{"url", hook}, {"objectId", 1}, {"level", "owner"}}, "MissingRequiredField", "type"},
      {"unknown type", entry("toaster", "owner", 1), "InvalidObject", "type"},
      {"a level of another type", entry("time", "board", 1), "InvalidObject", "level"},
      {"no such board", entry("ticket", "board", 99), "NotFound", "objectId"},
      {"no such status on any board", entry("ticket", "status", 99), "NotFound", "objectId"},
      {"no such ticket", entry("ticket", "ticket", 99), "NotFound", "objectId"},
      {"text too long",
       {{"url", hook}, {"objectId", 1}, {"type", "ticket"}, {"level", "owner"}, {"description", std::string(101, 'x')}},
       "MaxLengthField",
       "description"},
  };
  Harness harness(few_tickets());
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const Response response = harness.send("POST", "/system/callbacks", row.entry.dump());
    CHECK(response.status == 400);
    const Json body = Json::parse(response.body);
    CHECK(body["code"] == "InvalidObject");
    CHECK(body["message"] == "callbackEntry object is invalid");
    CHECK(body["errors"][0]["code"] == row.code);
    CHECK(body["errors"][0]["field"] == row.field);
  }
}

TEST_CASE("a second entry for the same thing exists already") {
  Hooked hooked(entry("ticket", "board", 1));
  Json second = entry("TICKET", "Board", 1);
  second["url"] = "https://127.0.0.1:9/other?id=";
  const Json refused = hooked.post("/system/callbacks", second);
  CHECK(refused["errors"][0]["code"] == "ObjectExists");
  CHECK(refused["errors"][0]["message"] == "A matching callback entry already exists");
  CHECK(hooked.send("POST", "/system/callbacks", entry("ticket", "board", 2).dump()).status == 201);

  Settings by_url = few_tickets();
  REQUIRE(by_url.variants.set("callback-match=url"));
  Hooked lenient(entry("ticket", "board", 1), by_url);
  CHECK(lenient.send("POST", "/system/callbacks", second.dump()).status == 201);
}

TEST_CASE("each write makes the event of the levels it is about") {
  struct Row {
    const char* name;
    Json entry;
    const char* method;
    const char* path;
    const char* body;
    std::vector<std::string> actions;  // of the events
  };
  const Row rows[] = {
      {"ticket added",
       entry("ticket", "owner", 1),
       "POST",
       "/service/tickets",
       R"({"summary":"x","company":{"id":2}})",
       {"added"}},
      {"ticket of the board",
       entry("ticket", "board", 1),
       "POST",
       "/service/tickets",
       R"({"summary":"x","company":{"id":2},"board":{"id":1}})",
       {"added"}},
      {"ticket of another board",
       entry("ticket", "board", 2),
       "POST",
       "/service/tickets",
       R"({"summary":"x","company":{"id":2},"board":{"id":1}})",
       {}},
      {"ticket with the status",
       entry("ticket", "status", 1),
       "POST",
       "/service/tickets",
       R"({"summary":"x","company":{"id":2}})",
       {"added"}},
      {"one ticket changed",
       entry("ticket", "ticket", 5),
       "PATCH",
       "/service/tickets/5",
       R"([{"op":"replace","path":"summary","value":"y"}])",
       {"updated"}},
      {"another ticket changed",
       entry("ticket", "ticket", 6),
       "PATCH",
       "/service/tickets/5",
       R"([{"op":"replace","path":"summary","value":"y"}])",
       {}},
      {"nothing changed", entry("ticket", "owner", 1), "PATCH", "/service/tickets/5", "[]", {}},
      {"ticket deleted", entry("ticket", "ticket", 5), "DELETE", "/service/tickets/5", "", {"deleted"}},
      {"note on the ticket",
       entry("ticket", "ticket", 5),
       "POST",
       "/service/tickets/5/notes",
       R"({"text":"n","detailDescriptionFlag":true})",
       {"updated"}},
      {"time on the ticket",
       entry("ticket", "ticket", 5),
       "POST",
       "/time/entries",
       R"({"timeStart":"2026-01-01T08:00:00Z","chargeToId":5,"chargeToType":"ServiceTicket"})",
       {"updated"}},
      {"time",
       entry("time", "owner", 1),
       "POST",
       "/time/entries",
       R"({"timeStart":"2026-01-01T08:00:00Z"})",
       {"added"}},
      {"company deleted, which only marks it",
       entry("company", "company", 3),
       "DELETE",
       "/company/companies/3",
       "",
       {"updated"}},
      {"company of the type",
       entry("company", "type", 1),
       "PATCH",
       "/company/companies/3",
       R"([{"op":"replace","path":"city","value":"Rome"}])",
       {"updated"}},
      {"contact of the company",
       entry("contact", "company", 1),
       "PATCH",
       "/company/contacts/1",
       R"([{"op":"replace","path":"title","value":"Boss"}])",
       {"updated"}},
      {"contact of the company's territory",
       entry("contact", "territory", 1),
       "PATCH",
       "/company/contacts/1",
       R"([{"op":"replace","path":"title","value":"Boss"}])",
       {"updated"}},
      {"configuration",
       entry("configuration", "type", 2),
       "PATCH",
       "/company/configurations/1",
       R"([{"op":"replace","path":"name","value":"S"}])",
       {"updated"}},
      {"refused write", entry("ticket", "owner", 1), "POST", "/service/tickets", R"({"summary":"x"})", {}},
      {"skipCallback",
       entry("ticket", "owner", 1),
       "POST",
       "/service/tickets",
       R"({"summary":"x","company":{"id":2},"skipCallback":true})",
       {}},
      {"a list without callbacks",
       entry("ticket", "owner", 1),
       "POST",
       "/company/addressFormats",
       R"({"name":"n","format":"f"})",
       {}},
  };
  for (const Row& row : rows) {
    CAPTURE(std::string(row.name));
    Hooked hooked(row.entry);
    hooked.send(row.method, row.path, row.body);
    std::vector<std::string> actions;
    for (const Json& body : hooked.deliver()) actions.push_back(body["Action"]);
    CHECK(actions == row.actions);
  }
}

TEST_CASE("an event has the recorded form and a signature that its key proves") {
  Hooked hooked(entry("ticket", "owner", 1));
  hooked.patch("/service/tickets/7", {{{"op", "replace"}, {"path", "summary"}, {"value", "Gr\u00fc\u00dfe"}}});
  const Json body = hooked.deliver().at(0);
  const Posting& posting = hooked.last;
  CHECK(posting.url == hook + "7&action=updated");
  std::string keys_in_order;
  for (const auto& [key, value] : body.items()) keys_in_order += key + " ";
  CHECK(keys_in_order ==
        "Action CallbackObjectRecId CompanyId Entity FromUrl ID MemberId MessageId Metadata PartnerId "
        "ProductInstanceId Type ");
  CHECK(body["ID"] == 7);
  CHECK(body["Type"] == "ticket");
  CHECK(body["MemberId"] == "sandboxApi");
  CHECK(body["CallbackObjectRecId"] == hooked.registered["id"]);
  const Json ticket = Json::parse(body["Entity"].get<std::string>());
  CHECK(ticket["summary"] == "Gr\u00fc\u00dfe");
  CHECK(ticket["_info"]["notes_href"].get<std::string>().find("/v2025_8//apis/3.0/service/tickets/7/notes") !=
        std::string::npos);

  const std::string key_url = body["Metadata"]["key_url"];
  const auto target = parse_url(key_url)->target;
  CHECK(target.substr(0, 46) == "/v2025_8//system/callbackkey/index.rails?compa");
  const Response key = hooked.control("GET", target);
  CHECK(key.status == 200);
  CHECK(posting.signature == sign(Json::parse(key.body)["signing_key"].get<std::string>(), posting.body));
  CHECK(hooked.control("GET", "/v2025_8/system/callbackkey/index.rails?id=other").status == 404);

  // After a change of key old events can still be verified.
  CHECK(hooked.control("POST", "/sandbox/callbacks/key").status == 204);
  hooked.send("DELETE", "/service/tickets/7");
  const Json gone = hooked.deliver().at(0);
  CHECK(gone["Entity"] == nullptr);
  CHECK(gone["Metadata"]["key_url"] != key_url);
  CHECK(hooked.control("GET", target).status == 200);
}

TEST_CASE("the signature is HMAC-SHA256 under the digest of the key") {
  // Computed apart with Python's hmac and hashlib.
  CHECK(sign("secret", R"({"ID":1})") == "P4fzi2Mk/ZJ26ddnC2+RyR0XCiyXwhehKIQEAZpEp8k=");
}

TEST_CASE("a contact's event is thinner than the contact") {
  Hooked hooked(entry("contact", "owner", 1));
  hooked.patch("/company/contacts/1", {{{"op", "replace"}, {"path", "title"}, {"value", "Boss"}}});
  const Json contact = Json::parse(hooked.deliver().at(0)["Entity"].get<std::string>());
  CHECK(contact["title"] == "Boss");
  CHECK_FALSE(contact.contains("customFields"));
  CHECK_FALSE(contact.contains("communicationItems"));
}

TEST_CASE("an entry that suppresses its own member's changes tells of others' only") {
  Json own = entry("ticket", "owner", 1);
  own["isSelfSuppressedFlag"] = true;
  Hooked hooked(own);
  hooked.patch("/service/tickets/7", {{{"op", "replace"}, {"path", "summary"}, {"value", "mine"}}});
  CHECK(hooked.deliver().empty());
  Json ticket = hooked.get("/service/tickets/7");
  ticket["summary"] = "theirs";
  CHECK(hooked.control("PUT", "/sandbox/records/service/tickets/7?member=jdoe", ticket.dump()).status == 200);
  const auto events = hooked.deliver();
  REQUIRE(events.size() == 1);
  CHECK(events[0]["MemberId"] == "jdoe");
}

TEST_CASE("an event is repeated after 2 and 4 more seconds for the documented statuses, then lost") {
  struct Row {
    int status;
    int attempts;
  };
  const Row rows[] = {{200, 1}, {204, 1}, {404, 3}, {409, 3}, {419, 3}, {429, 3},
                      {0, 3},   {400, 1}, {401, 1}, {500, 1}, {302, 1}};
  for (const Row& row : rows) {
    CAPTURE(row.status);
    Hooked hooked(entry("ticket", "owner", 1));
    hooked.patch("/service/tickets/7", {{{"op", "replace"}, {"path", "summary"}, {"value", "x"}}});
    int attempts = 0;
    std::string message;
    for (const auto pause : {0ms, 1999ms, 1ms, 3999ms, 1ms, 60'000ms}) {
      hooked.ticks += pause;
      for (const Json& body : hooked.deliver(row.status)) {
        ++attempts;
        CHECK((message.empty() || message == body["MessageId"]));
        message = body["MessageId"];
      }
      if (pause == 1999ms) CHECK(attempts == 1);
      if (pause == 3999ms) CHECK(attempts == std::min(row.attempts, 2));
    }
    CHECK(attempts == row.attempts);
    CHECK(hooked.counts()["lost"] == (row.status >= 200 && row.status < 300 ? 0 : 1));
    CHECK(hooked.counts()["waiting"] == 0);
  }
}

TEST_CASE("three days of failures in a row switch an entry off; it can be switched on again") {
  Hooked hooked(entry("ticket", "owner", 1));
  const std::string path = "/system/callbacks/" + hooked.registered["id"].dump();
  const auto change = [&] {
    hooked.patch("/service/tickets/7", {{{"op", "replace"}, {"path", "summary"}, {"value", "x"}}});
  };
  const auto day = 24h;
  change();
  hooked.deliver(500);
  hooked.ticks += 2 * day;
  change();
  hooked.deliver(200);  // a success between
  hooked.ticks += 2 * day;
  change();
  hooked.deliver(500);
  CHECK(hooked.get(path)["inactiveFlag"] == false);
  hooked.ticks += 3 * day;
  change();
  hooked.deliver(500);
  CHECK(hooked.get(path)["inactiveFlag"] == true);
  change();
  CHECK(hooked.deliver().empty());
  hooked.patch(path, {{{"op", "replace"}, {"path", "inactiveFlag"}, {"value", false}}});
  change();
  CHECK(hooked.deliver().size() == 1);
}

TEST_CASE("events can be lost, doubled and put out of order") {
  const auto change = [](Hooked& hooked, Id id) {
    hooked.patch("/service/tickets/" + std::to_string(id), {{{"op", "replace"}, {"path", "summary"}, {"value", "x"}}});
  };
  struct Row {
    const char* faults;
    std::vector<Id> delivered;  // of changes to 1, 2, 3, 4
  };
  const Row rows[] = {{"{}", {1, 2, 3, 4}},
                      {R"({"loseEvery":2})", {1, 3}},
                      {R"({"duplicateEvery":3})", {1, 2, 3, 3, 4}},
                      {R"({"reorderEvery":2})", {1, 3, 2, 4}}};
  for (const Row& row : rows) {
    CAPTURE(row.faults);
    Hooked hooked(entry("ticket", "owner", 1));
    CHECK(hooked.control("PUT", "/sandbox/callbacks", row.faults).status == 200);
    std::vector<Id> delivered;
    const auto collect = [&] {
      for (const Json& body : hooked.deliver()) delivered.push_back(body["ID"].get<Id>());
    };
    for (Id id = 1; id <= 4; ++id) {
      change(hooked, id);
      collect();
      hooked.ticks += 200ms;
      collect();
    }
    hooked.ticks += 5s;
    collect();
    // The last one of a reordered pair comes after a while, if nothing follows it.
    CHECK(delivered == row.delivered);
  }
}

TEST_CASE("events go to this machine only, unless that is allowed") {
  Json far = entry("ticket", "owner", 1);
  far["url"] = "https://hooks.example/cw?id=";
  for (const bool anywhere : {false, true}) {
    CAPTURE(anywhere);
    Settings settings = few_tickets();
    settings.callbacks.anywhere = anywhere;
    Hooked hooked(far, settings);
    hooked.send("DELETE", "/service/tickets/7");
    CHECK(hooked.deliver().size() == (anywhere ? 1U : 0U));
    CHECK(hooked.counts()["withheld"] == (anywhere ? 0 : 1));
  }
}

TEST_CASE("the address of a callback is taken apart, or refused") {
  struct Row {
    const char* text;
    std::string host;  // empty: refused
    int port;
    std::string target;
    bool loopback;
  };
  const Row rows[] = {
      {"https://a.example/hook?id=", "a.example", 443, "/hook?id=", false},
      {"http://127.0.0.1:8080", "127.0.0.1", 8080, "/", true},
      {"HTTP://LocalHost?x=1", "localhost", 80, "/?x=1", true},
      {"https://[::1]:8443/a#b", "::1", 8443, "/a", true},
      {"https://127.0.0.1.evil.example/", "127.0.0.1.evil.example", 443, "/", false},
      {"ftp://a.example/", "", 0, "", false},
      {"https://user@a.example/", "", 0, "", false},
      {"https://a.example:0/", "", 0, "", false},
      {"https://a.example:99999/", "", 0, "", false},
      {"https://a b.example/", "", 0, "", false},
      {"https:///x", "", 0, "", false},
      {"a.example/x", "", 0, "", false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const auto url = parse_url(row.text);
    CHECK(url.has_value() == !row.host.empty());
    if (!url) continue;
    CHECK(url->host == row.host);
    CHECK(url->port == row.port);
    CHECK(url->target == row.target);
    CHECK(url->is_loopback() == row.loopback);
  }
}
