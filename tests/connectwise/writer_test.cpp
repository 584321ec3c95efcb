// What a publisher does against the sandbox: comparing, looking up, actions.
#include "plugins/connectwise/writing/writer.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "connectwise/publishing.hpp"
#include "connectwise/sandbox_psa.hpp"

using namespace leat;
using namespace leat::connectwise;
using namespace std::chrono_literals;
using test::Publishing;
using test::SandboxPsa;
using Parsed = nlohmann::json;
using Lines = std::vector<std::string>;

namespace {

const std::string compare_tickets = R"("entity": "PATCH /service/tickets/{id}", "names": true, "compare": )";
const std::string upsert_tickets = R"("entity": "POST /service/tickets", "names": true, "match": )";

std::string change(const std::string& payload, const std::string& more = {}) {
  return R"({"path": {"id": 1}, "payload": )" + payload + more + "}";
}
std::string ticket(const std::string& key, const std::string& summary = "x", const std::string& more = {}) {
  return R"({"payload": {"externalXRef": ")" + key + R"(", "summary": ")" + summary +
         R"(", "company": {"id": 3}, "board": "Help Desk")" + more + "}}";
}
std::size_t tickets(SandboxPsa& psa) { return psa.sandbox.get("/service/tickets/count")["count"]; }

}  // namespace

TEST_CASE("a change is compared with the record: the smallest PATCH, or nothing") {
  SandboxPsa psa;
  Publishing writing(psa.client.table(), compare_tickets + "true");
  const std::string wanted =
      R"({"summary": "New words", "board": "Help Desk", "status": "Assigned", "customFields": {"Asset": "PC-1"}})";
  const auto first = writing.publish(change(wanted));
  REQUIRE_MESSAGE(first, first.error().message);
  const auto after = psa.sandbox.get("/service/tickets/1");
  CHECK(after["summary"] == "New words");
  CHECK(after["status"]["name"] == "Assigned");
  CHECK(after["customFields"][0]["value"] == "PC-1");
  REQUIRE(psa.writes() == Lines{"PATCH /service/tickets/1"});
  // Said again, nothing is sent.
  CHECK(*writing.publish(change(wanted)) == R"({"id":1,"unchanged":true})");
  CHECK(psa.writes().size() == 1);
  // Only what differs.
  REQUIRE(writing.publish(change(R"({"summary": "New words", "status": "Closed"})")));
  CHECK(psa.last().body == R"([{"op":"replace","path":"status","value":{"id":7}}])");
  // A plain object alone can be compared.
  CHECK(writing.publish(change(R"([{"op": "remove", "path": "owner"}])"))
            .error()
            .message.starts_with("payload must be an object"));
  CHECK(writing.publish(R"({"path": {"id": 4711}, "payload": {"summary": "x"}})").error().kind == ErrorKind::not_found);
}

TEST_CASE("a time entry in a closed period fails for good, and the line says what a person can do") {
  SandboxPsa psa;
  Publishing writing(psa.client.table(), R"("entity": "POST /time/entries")");
  const auto refused = writing.publish(
      R"({"payload": {"chargeToId": 1, "chargeToType": "ServiceTicket", "timeStart": "2024-12-10T08:00:00Z"}})");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::invalid);
  const std::string& line = refused.error().message;
  CHECK(line.find("400 InvalidObject: timeEntry object is invalid - timeStart: The time period 2024-12-08 to "
                  "2024-12-14 is closed: time sheet 14 is ApprovedByTierOne. (InvalidObject); give a date of an open "
                  "period, or have the time sheet opened again in ConnectWise [x-cw-request-id ") != std::string::npos);
  CHECK(line.find('\n') == std::string::npos);
}

TEST_CASE("of the current record the board of a status is known") {
  SandboxPsa psa;
  const int board = psa.sandbox.get("/service/tickets/2")["board"]["id"];
  Publishing writing(psa.client.table(), R"("entity": "PATCH /service/tickets/{id}", "names": true)");
  REQUIRE(writing.publish(R"({"path": {"id": 2}, "payload": {"status": "Scheduled"}})"));
  const auto after = psa.sandbox.get("/service/tickets/2");
  CHECK(after["status"]["name"] == "Scheduled");
  CHECK(after["board"]["id"] == board);
}

TEST_CASE("what was changed at the server since is not overwritten, unless the rules say so") {
  SandboxPsa psa;
  const std::string base = psa.sandbox.get("/service/tickets/1")["_info"]["lastUpdated"];
  psa.sandbox.now += 3600;
  psa.sandbox.patch("/service/tickets/1", {{{"op", "replace"}, {"path", "summary"}, {"value", "Theirs"}}});
  const std::string record =
      change(R"({"summary": "Ours", "zip": "12345"})", R"(, "base": {"lastUpdated": ")" + base + "\"}");
  const auto refused = Publishing(psa.client.table(), compare_tickets + "true").publish(record);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::invalid);
  CHECK(refused.error().message.find("it would overwrite summary") != std::string::npos);
  CHECK(psa.writes().empty());
  REQUIRE(Publishing(psa.client.table(), compare_tickets + R"({"conflict": "ours", "fields": {"summary": "theirs"}})")
              .publish(record));
  const auto after = psa.sandbox.get("/service/tickets/1");
  CHECK(after["summary"] == "Theirs");
  CHECK(after["zip"] == "12345");
}

TEST_CASE("a record is created once and changed from then on") {
  SandboxPsa psa;
  const std::size_t before = tickets(psa);
  Publishing writing(psa.client.table(), upsert_tickets + R"("externalXRef")");
  const auto created = writing.publish(ticket("K-1", "First", R"(, "initialDescription": "Long")"));
  REQUIRE_MESSAGE(created, created.error().message);
  const int id = Parsed::parse(*created)["id"];
  CHECK(*writing.publish(ticket("K-1", "First", R"(, "initialDescription": "Long")")) ==
        R"({"id":)" + std::to_string(id) + R"(,"unchanged":true})");
  REQUIRE(writing.publish(ticket("K-1", "Second", R"(, "status": "Assigned")")));
  CHECK(psa.sandbox.get("/service/tickets/" + std::to_string(id))["summary"] == "Second");
  CHECK(tickets(psa) == before + 1);
  CHECK(psa.writes() == Lines{"POST /service/tickets", "PATCH /service/tickets/" + std::to_string(id)});
}

TEST_CASE("when_found: leave creates what is missing and touches nothing else") {
  SandboxPsa psa;
  Publishing writing(psa.client.table(), upsert_tickets + R"("externalXRef", "when_found": "leave")");
  REQUIRE(writing.publish(ticket("K-1", "First")));
  REQUIRE(writing.publish(ticket("K-1", "Second")));
  CHECK(psa.writes() == Lines{"POST /service/tickets"});
}

TEST_CASE("match looks for names as they came and for the ids that they became") {
  SandboxPsa psa;
  const std::string company = psa.sandbox.get("/company/companies/3")["identifier"];
  const std::string by_name = psa.sandbox.get("/company/companies/3")["name"];
  struct Row {
    std::string match, company;
  };
  const Row rows[] = {
      {R"(["externalXRef", "company/identifier"])", R"({"identifier": ")" + company + R"("})"},
      {R"(["externalXRef", "company/name"])", R"({"name": ")" + by_name + R"("})"},
      {R"(["externalXRef", "company/id"])", R"({"identifier": ")" + company + R"("})"},
      {R"(["externalXRef", "company"])", "\"" + company + "\""},
      {R"({"conditions": "externalXRef = {payload.externalXRef} and company/identifier = {payload.company.identifier}"})",
       R"({"identifier": ")" + company + R"("})"},
      {R"({"conditions": "externalXRef = {payload.externalXRef} and company/identifier = {payload.company}"})",
       "\"" + company + "\""},
      {R"({"conditions": "externalXRef = {payload.externalXRef} and company/id = {payload.company.id}"})",
       "\"" + company + "\""},
  };
  int number = 0;
  for (const Row& row : rows) {
    CAPTURE(row.match);
    Publishing writing(psa.client.table(), upsert_tickets + row.match);
    const std::string key = "M-" + std::to_string(++number);
    const auto record = [&](const std::string& summary) {
      return R"({"payload": {"externalXRef": ")" + key + R"(", "summary": ")" + summary +
             R"(", "board": "Help Desk", )" + R"("company": )" + row.company + "}}";
    };
    const std::size_t before = tickets(psa);
    const auto made = writing.publish(record("one"));
    REQUIRE_MESSAGE(made, made.error().message);
    CHECK(Parsed::parse(*made)["company"]["id"] == 3);
    CHECK(psa.last().body.find(R"("company":{"id":3})") != std::string::npos);
    const auto changed = writing.publish(record("two"));
    REQUIRE_MESSAGE(changed, changed.error().message);
    CHECK(psa.last().body == R"([{"op":"replace","path":"summary","value":"two"}])");
    CHECK(tickets(psa) == before + 1);
  }
}

TEST_CASE("match and the host's cross-references know a source by its name") {
  const test::PluginHost host;
  const NewRecord record(R"({"payload": {"company": {"id": 3}}})");
  const NewRecord given(R"({"payload": {"company": {"identifier": "acme"}}})");
  const NewRecord option(R"({"xref": "companies", "source": "payload.company.identifier"})");
  const auto match = Match::parse(builtin_catalog(), option.root(), *builtin_catalog().schema("Ticket"));
  REQUIRE(match);
  CHECK(*match->xref_source(record.root(), given.root()) == "acme");
  CHECK_FALSE(match->xref_source(record.root()));
}

TEST_CASE("several records for one match are a failure that lists them, and so is one that differs in case alone") {
  SandboxPsa psa;
  const auto add = [&](const char* key) {
    const auto made =
        psa.sandbox.post("/service/tickets", {{"summary", "x"}, {"company", {{"id", 3}}}, {"externalXRef", key}});
    return std::to_string(made["id"].get<int>());
  };
  const std::string first = add("TWO");
  const std::string second = add("TWO");
  const std::string third = add("Case");
  Publishing writing(psa.client.table(), upsert_tickets + R"("externalXRef")");
  const auto several = writing.publish(ticket("TWO"));
  REQUIRE_FALSE(several);
  CHECK(several.error().kind == ErrorKind::invalid);
  CHECK(several.error().message.starts_with("match finds several records (ids " + first + ", " + second +
                                            ") where one or none is expected"));
  const auto other = writing.publish(ticket("CASE"));
  REQUIRE_FALSE(other);
  CHECK(other.error().message.starts_with("match finds only records whose values differ in upper and lower case (ids " +
                                          third + ")"));
  CHECK(psa.writes().empty());
  // The one of the same letters is meant.
  add("CASE");
  const auto exact = writing.publish(ticket("CASE"));
  CHECK_MESSAGE(exact, exact.error().message);
}

TEST_CASE("values with quotes and wildcards find their own record and no other") {
  SandboxPsa psa;
  Publishing writing(psa.client.table(), upsert_tickets + R"("externalXRef")");
  const std::vector<std::string> keys = {
      R"(a\"b)", R"(a'b)", R"(a\\b)", "a%b",       "a*b",
      "a_b",     "a[b]",   "a+b&c#d", "\u00fcber", R"(x\" or id > 0 or summary = \"x)"};
  for (const std::string& key : keys) REQUIRE(writing.publish(ticket(key, "First")));
  const std::size_t made = tickets(psa);
  for (const std::string& key : keys) {
    CAPTURE(key);
    CHECK(writing.publish(ticket(key, "First"))->find("unchanged") != std::string::npos);
  }
  CHECK(tickets(psa) == made);
}

TEST_CASE("a POST whose answer was lost is looked for, not repeated") {
  SandboxPsa psa;
  const std::size_t before = tickets(psa);
  Publishing writing(psa.client.table(), upsert_tickets + R"("externalXRef", "keep_answer": 100000)");
  psa.fault(R"({"fault": "drop-after", "method": "POST", "path": "/service/tickets", "count": 1})");
  const auto settled = writing.publish(ticket("K-1"));
  REQUIRE_MESSAGE(settled, settled.error().message);
  CHECK(Parsed::parse(*settled)["externalXRef"] == "K-1");
  psa.fault(R"({"fault": "truncate", "method": "POST", "path": "/service/tickets", "count": 1})");
  CHECK(writing.publish(ticket("K-2")));
  CHECK(tickets(psa) == before + 2);
}

TEST_CASE("a POST that was not done stays uncertain, and its next attempt creates the record") {
  SandboxPsa psa;
  test::PluginHost host;
  host.offer(LEAT_CLIENT_SERVICE, psa.client.table());
  const auto ctx = host.call();
  Context context(ctx.get());
  const auto client = leat::Client::open("psa", context);
  const NewRecord option(R"("externalXRef")");
  WriteRules rules;
  rules.visible_after = 1ms;
  rules.match = *Match::parse(builtin_catalog(), option.root(), *builtin_catalog().schema("Ticket"));
  Writer writer(builtin_catalog(), *builtin_catalog().by_id("postServiceTickets"), rules, nullptr,
                std::make_shared<Creations>());
  const NewRecord record(R"({"payload": {"externalXRef": "K", "summary": "x", "company": {"id": 3}}})");
  psa.fault(R"({"fault": "drop-before", "method": "POST", "path": "/service/tickets", "count": 1})");
  const auto lost = writer.write(record.root(), client, context);
  REQUIRE_FALSE(lost);
  CHECK(lost.error().kind == ErrorKind::uncertain);
  CHECK(lost.error().message.ends_with("match does not find it yet, it is looked for again before it is sent again"));
  CHECK(writer.write(record.root(), client, context));
  CHECK(tickets(psa) == 6);
}

TEST_CASE("records of one match at the same time make one record") {
  SandboxPsa psa;
  const std::size_t before = tickets(psa);
  Publishing writing(psa.client.table(), upsert_tickets + R"("externalXRef")");
  std::vector<std::jthread> threads;
  std::atomic<int> done{0};
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] { done += writing.publish(ticket("K-" + std::to_string(i % 2))) ? 1 : 0; });
  }
  threads.clear();
  CHECK(done == 8);
  CHECK(tickets(psa) == before + 2);
}

TEST_CASE("what another route is about to create is not looked up before that is done") {
  int look_ups = 0;
  int posts = 0;
  std::function<void()> meanwhile;
  test::ScriptedClient far([&](const Request& request) {
    const std::string record = R"({"id": 7, "externalXRef": "K", "summary": "x", "company": {"id": 3}})";
    if (request.method == "POST") {
      if (++posts == 1) meanwhile();
      return test::Scripted{record};
    }
    if (request.method != "GET" || request.url.find("conditions=") == std::string::npos) return test::Scripted{record};
    ++look_ups;
    return test::Scripted{posts > 0 ? "[" + record + "]" : std::string("[]")};
  });
  test::PluginHost host;
  host.offer(LEAT_CLIENT_SERVICE, far.table());
  const auto ctx = host.call();
  Context context(ctx.get());
  const auto client = leat::Client::open("psa", context);
  const Operation& create = *builtin_catalog().by_id("postServiceTickets");
  WriteRules rules;
  rules.match = *Match::parse(builtin_catalog(), NewRecord(R"("externalXRef")").root(),
                              *builtin_catalog().schema(create.body_schema));
  Writer one(builtin_catalog(), create, rules, nullptr, Creations::of("psa", create.path));
  Writer other(builtin_catalog(), create, rules, nullptr, Creations::of("psa", create.path));
  const std::string record = R"({"payload": {"externalXRef": "K", "summary": "x", "company": {"id": 3}}})";
  // One that is asked to stop does not wait for its turn: that it has none shows without a second thread.
  meanwhile = [&] {
    std::stop_source stop;
    stop.request_stop();
    leat_ctx stopped(host.clock, stop.get_token(), "test");
    Context leaving(&stopped);
    const NewRecord same(record);
    const auto result = other.write(same.root(), client, leaving);
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == ErrorKind::cancelled);
    CHECK(look_ups == 1);
  };
  const NewRecord first(record);
  CHECK(one.write(first.root(), client, context));
  const NewRecord second(record);
  CHECK(other.write(second.root(), client, context));
  CHECK(look_ups == 2);
  CHECK(posts == 1);
}

TEST_CASE("what one route has just created is known to another one while the list does not show it yet") {
  SandboxPsa psa;
  const std::size_t before = tickets(psa);
  Publishing one(psa.client.table(), upsert_tickets + R"("externalXRef")");
  Publishing::Another other(one, upsert_tickets + R"("externalXRef")");
  REQUIRE(one.publish(ticket("K-late", "first")));
  psa.empty_lists = true;
  REQUIRE(other.publish(ticket("K-late", "second")));
  psa.empty_lists = false;
  CHECK(tickets(psa) == before + 1);
  CHECK(psa.writes().back().starts_with("PATCH /service/tickets/"));
}

TEST_CASE("a path that is null is none, and one that is no object is refused by its name") {
  static std::string known;
  leat_xref_api xref{};
  xref.struct_size = sizeof xref;
  xref.find = [](leat_ctx*, leat_str, leat_str, leat_str* target) -> leat_kind {
    *target = str(known);
    return LEAT_OK;
  };
  SandboxPsa psa;
  known = std::to_string(
      psa.sandbox.post("/service/tickets", {{"summary", "x"}, {"company", {{"id", 3}}}})["id"].get<int>());
  const std::string by_member = R"("externalXRef")";
  const std::string by_xref = R"({"xref": "tickets", "source": "payload.externalXRef"})";
  for (const std::string& match : {by_member, by_xref}) {
    CAPTURE(match);
    Publishing writing(psa.client.table(), upsert_tickets + match, nullptr, &xref);
    const auto with_path = [&](const std::string& path, const std::string& summary) {
      return writing.publish(R"({"path": )" + path + R"(, "payload": {"externalXRef": "K-1", "summary": ")" + summary +
                             R"(", "company": {"id": 3}}})");
    };
    for (const std::string summary : {"first", "second", "third"}) {
      const auto done = with_path("null", summary + (match == by_xref ? " by xref" : ""));
      CHECK_MESSAGE(done, done.error().message);
    }
    for (const std::string path : {R"("x")", "[]", "5"}) {
      CAPTURE(path);
      const auto refused = with_path(path, "fourth");
      REQUIRE_FALSE(refused);
      CHECK(refused.error().message == "path must be an object");
    }
  }
}

TEST_CASE("a closed ticket does not swallow the next one of its match") {
  SandboxPsa psa;
  const std::size_t before = tickets(psa);
  Publishing writing(
      psa.client.table(),
      upsert_tickets + R"({"conditions": "externalXRef = {payload.externalXRef} and closedFlag = false"})");
  const auto first = writing.publish(ticket("K-alert"));
  REQUIRE(first);
  const std::string url = "/service/tickets/" + std::to_string(Parsed::parse(*first)["id"].get<int>());
  const auto close = [&] {
    psa.sandbox.patch(url, {{{"op", "replace"}, {"path", "status"}, {"value", {{"id", 7}}}}});
    REQUIRE(psa.sandbox.get(url)["closedFlag"] == true);
  };
  SUBCASE("once a list cannot hide a new ticket any more") {
    close();
    writing.host().clock.advance(2min);
  }
  SUBCASE("once the list has shown the first one") {
    REQUIRE(writing.publish(ticket("K-alert")));
    close();
  }
  const auto second = writing.publish(ticket("K-alert"));
  REQUIRE_MESSAGE(second, second.error().message);
  CHECK(psa.writes() == Lines{"POST /service/tickets", "POST /service/tickets"});
  CHECK(tickets(psa) == before + 2);
}

TEST_CASE("children are looked for in the list of their own parent") {
  SandboxPsa psa;
  Publishing writing(psa.client.table(), R"("entity": "POST /company/companies/{parentId}/sites", "match": "name")");
  const std::string site = R"({"path": {"parentId": 2}, "payload": {"name": "Depot", "addressLine1": "1 Road"}})";
  REQUIRE_MESSAGE(writing.publish(site), writing.publish(site).error().message);
  const auto again = writing.publish(site);
  REQUIRE(again);
  CHECK(again->find("unchanged") != std::string::npos);
  CHECK(psa.writes() == Lines{"POST /company/companies/2/sites"});
}

TEST_CASE("a contact is found by its address, and of its items only what differs is changed") {
  SandboxPsa psa;
  Publishing writing(psa.client.table(), R"("entity": "POST /company/contacts", "names": true, "match": )"
                                         R"({"childConditions": "communicationItems/value = {match.email}"})");
  const auto contact = [](const std::string& phone, const std::string& more = {}) {
    return R"({"match": {"email": "new@example.test"}, "payload": {"firstName": "Nora", "company": {"id": 3}, )"
           R"("communicationItems": [{"type": "Email", "value": "new@example.test", "communicationType": "Email"}, )"
           R"({"type": "Phone", "value": ")" +
           phone + R"(", "communicationType": "Phone"}])" + more + "}}";
  };
  const auto made = writing.publish(contact("100"));
  REQUIRE_MESSAGE(made, made.error().message);
  const auto again = writing.publish(contact("100"));
  REQUIRE_MESSAGE(again, again.error().message);
  CHECK(again->find("unchanged") != std::string::npos);
  const auto changed = writing.publish(contact("200", R"(, "title": "Head")"));
  REQUIRE_MESSAGE(changed, changed.error().message);
  const std::string url = "/company/contacts/" + std::to_string(Parsed::parse(*made)["id"].get<int>());
  CHECK(psa.writes() == Lines{"POST /company/contacts", "PATCH " + url});
  CHECK(psa.last().body == R"([{"op":"replace","path":"communicationItems/1/value","value":"200"},)"
                           R"({"op":"replace","path":"title","value":"Head"}])");
  const auto after = psa.sandbox.get(url);
  CHECK(after["communicationItems"].size() == 2);
  CHECK(after["communicationItems"][1]["value"] == "200");
}

TEST_CASE("cross-references name the record before the server is asked; one that is gone is made anew") {
  static std::string known;
  known = "2";
  leat_xref_api xref{};
  xref.struct_size = sizeof xref;
  xref.find = [](leat_ctx*, leat_str set, leat_str source, leat_str* target) -> leat_kind {
    if (view(set) != "orders" || view(source) != "A-7") return LEAT_NOT_FOUND;
    *target = str(known);
    return LEAT_OK;
  };
  SandboxPsa psa;
  Publishing writing(psa.client.table(),
                     R"("entity": "POST /service/tickets", "match": {"xref": "orders", "source": "match.key"})",
                     nullptr, &xref);
  const auto order = [](const std::string& key) {
    return R"({"match": {"key": ")" + key + R"("}, "payload": {"summary": "Order", "company": {"id": 3}}})";
  };
  psa.sandbox.post("/service/tickets", {{"summary", "x"}, {"company", {{"id", 3}}}});
  known = std::to_string(
      psa.sandbox.post("/service/tickets", {{"summary", "x"}, {"company", {{"id", 3}}}})["id"].get<int>());
  CHECK(writing.publish(order("A-7")));
  CHECK(writing.publish(order("B-8")));
  CHECK(psa.writes() == Lines{"PATCH /service/tickets/" + known, "POST /service/tickets"});
  known = "4711";
  CHECK(writing.publish(order("A-7")));
  CHECK(psa.writes().back() == "POST /service/tickets");
}

TEST_CASE("actions are POSTs like any other, and one that was refused says so") {
  SandboxPsa psa;
  Publishing copying(psa.client.table(), R"("entity": "POST /service/tickets/{parentId}/merge")");
  const auto merged =
      copying.publish(R"({"path": {"parentId": 1}, "payload": {"mergeTicketIds": [2], "status": {"id": 7}}})");
  CHECK_MESSAGE(merged, merged.error().message);
}
