// Callbacks from the event to the record, against the sandbox.
#include <doctest/doctest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "connectwise/hooked.hpp"
#include "plugins/connectwise/reading/callback_types.hpp"

using namespace leat;
using namespace leat::test;
using nlohmann::json;

TEST_CASE("what a callback announces is fetched alone, and the next poll does not give it again") {
  Hooked hooked;
  hooked.run();
  hooked.change(7, "announced");
  REQUIRE(hooked.deliver() == 1);
  const std::size_t before = hooked.psa.client.requests().size();
  const auto records = hooked.run_woken();
  REQUIRE(records.size() == 1);
  CHECK(json::parse(records[0]).at("summary") == "announced");
  const auto requests = hooked.psa.client.requests();
  REQUIRE(requests.size() == before + 1);
  CHECK(requests.back().url.find("id%20in%20%287%29") != std::string::npos);
  CHECK(requests.back().priority == Priority::soon);
  CHECK(hooked.run().empty());
  CHECK(hooked.events.counts["missed_by_callbacks"] == 0);
}

TEST_CASE("a poll proves that no callback was missed, and counts those that were") {
  Hooked hooked;
  hooked.run();
  hooked.change(7, "lost");
  hooked.lose();
  hooked.psa.sandbox.now += 60;
  CHECK(ids_of(hooked.run()) == "7 ");
  CHECK(hooked.events.counts["missed_by_callbacks"] == 1);
  // One that may still be on its way is not counted.
  hooked.change(8, "late");
  CHECK(ids_of(hooked.run()) == "8 ");
  CHECK(hooked.events.counts["missed_by_callbacks"] == 1);
  hooked.deliver();
  CHECK(hooked.run_woken().empty());
}

TEST_CASE(
    "a deleted record is reported as that, once for all of its events; several events of one record are one fetch") {
  Hooked hooked;
  hooked.run();
  hooked.change(7, "first");
  hooked.change(7, "second");
  hooked.change(3, "x");
  hooked.psa.sandbox.send("DELETE", "/service/tickets/3");
  CHECK(hooked.deliver() == 4);
  const auto records = hooked.run_woken();
  REQUIRE(records.size() == 2);
  CHECK(json::parse(records[0]).at("summary") == "second");
  CHECK(records[1] == R"({"deleted":true,"id":3})");
}

TEST_CASE("a page that was asked for before a change or a deletion brings back neither") {
  Hooked hooked(hooked_tickets + R"(, "callbacks": {"type": "ticket"}, "pagination": {"page_size": 5})");
  bool told = false;
  const auto records = hooked.run(true, [&] {  // the first page was taken, and the ones behind it are on their way
    if (std::exchange(told, true)) return;
    hooked.change(8, "announced");
    hooked.psa.sandbox.send("DELETE", "/service/tickets/9");
    REQUIRE(hooked.deliver() == 2);
  });
  std::map<int, json> last;
  for (const std::string& record : records) last[json::parse(record).at("id")] = json::parse(record);
  CHECK(last.size() == 20);
  CHECK(last[8]["summary"] == "announced");
  CHECK(last[9] == json::parse(deletion(9)));
  CHECK(hooked.run().empty());
}

TEST_CASE("repeated messages count once, however they come") {
  sandbox::Settings how = announcing();
  how.callbacks.duplicate_every = 1;
  how.callbacks.reorder_every = 2;
  Hooked hooked(with_callbacks, how);
  hooked.run();
  for (int id = 1; id <= 7; ++id) hooked.change(id, "x");
  int messages = 0;
  for (int minutes = 0; minutes < 3; ++minutes) {
    messages += hooked.deliver();
    hooked.psa.sandbox.ticks += std::chrono::minutes(1);
  }
  CAPTURE(hooked.psa.sandbox.service.outbox().to_json().dump());
  CHECK(messages > 7);
  CHECK(hooked.run_woken().size() == 7);
  CHECK(hooked.events.counts["callbacks_repeated"] >= 1);
}

TEST_CASE("a record that the conditions leave out is neither given nor called deleted") {
  Hooked hooked(R"("entity": "GET /service/tickets", "incremental": {}, "callbacks": {"type": "ticket"},
                   "parameters": {"query": {"conditions": "id < 10"}})");
  hooked.run();
  hooked.change(12, "x");
  hooked.change(5, "x");
  hooked.psa.sandbox.send("DELETE", "/service/tickets/6");
  hooked.deliver();
  const auto records = hooked.run_woken();
  REQUIRE(records.size() == 2);
  CHECK(json::parse(records[0]).at("id") == 5);
  CHECK(records[1] == R"({"deleted":true,"id":6})");
}

TEST_CASE("a callback that is not genuine is denied, and nothing is kept of it") {
  Hooked hooked;
  hooked.run();
  hooked.change(7, "x");
  REQUIRE(hooked.deliver() == 1);
  hooked.events.waiting.clear();
  const std::string body = hooked.last.body;
  const std::string signature = hooked.last.signature;
  const auto with_key = [&](const std::string& key_url) {
    json changed = json::parse(body);
    changed["Metadata"]["key_url"] = key_url;
    return changed.dump();
  };
  const std::pair<std::string, std::string> rows[] = {
      {body, ""},
      {body, "AAAA"},
      {body + " ", signature},
      {with_key("https://evil.test/system/callbackkey/index.rails?id=1"), signature},
      {with_key("http://127.0.0.1:8123/v2025_8/apis/3.0/system/info"), signature},
      {with_key("http://127.0.0.1:8123/v2025_8/system/callbackkey/index.rails?id=none"), signature},
      {with_key(""), signature}};
  for (const auto& row : rows) {
    CAPTURE(row.first);
    CHECK(hooked.post(row.first, row.second, "?recordId=7") == LEAT_DENIED);
    CHECK(hooked.events.waiting.empty());
  }
  // Whoever posts to us does not choose what our keys are shown to: only the page of the signing keys is asked for.
  const std::size_t asked = hooked.psa.client.requests().size();
  const std::string here = "http://127.0.0.1:8123";
  for (const std::string path :
       {"/v2025_8/system/callbackkey/../../apis/3.0/system/info", "/v2025_8/system/callbackkey/index.rails/../x",
        "/v2025_8/system/callbackkey/%2e%2e/%2e%2e/apis/3.0/system/info", "/v2025_8/system/callbackkey/other.rails",
        "/v2025_8/system/callbackkey/index.rails%2f..", "/v2025_8/./system/callbackkey/index.rails",
        "/../system/callbackkey/index.rails", "/v2025_8/apis/3.0/system/callbackkey/index.rails",
        "/x?/system/callbackkey/"}) {
    CAPTURE(path);
    CHECK(hooked.post(with_key(here + path + "?id=1"), signature, "?recordId=7") == LEAT_DENIED);
  }
  CHECK(hooked.psa.client.requests().size() == asked);
  CHECK(hooked.post("no JSON", signature, "") == LEAT_INVALID);
  CHECK(hooked.post(body, signature, "?recordId=7") == LEAT_OK);
  CHECK(hooked.events.waiting.size() == 1);
}

TEST_CASE("signing keys are asked for once each, and not without end") {
  Hooked hooked;
  hooked.run();
  const std::size_t before = hooked.psa.client.requests().size();
  for (int i = 1; i <= 3; ++i) {
    hooked.change(i, "x");
    hooked.deliver();
  }
  CHECK(hooked.psa.client.requests().size() == before + 1);
  hooked.psa.sandbox.control("POST", "/sandbox/callbacks/key");
  hooked.change(4, "x");
  CHECK(hooked.deliver() == 1);
  CHECK(hooked.psa.client.requests().size() == before + 2);
  leat_kind last = LEAT_OK;
  for (int i = 0; i < 20; ++i) {
    json body = json::parse(hooked.last.body);
    body["Metadata"]["key_url"] =
        "http://127.0.0.1:8123/v2025_8/system/callbackkey/index.rails?id=x" + std::to_string(i);
    last = hooked.post(body.dump(), "AAAA", "");
  }
  CHECK(last == LEAT_BUSY);
  CHECK(hooked.psa.client.requests().size() < before + 14);
}

TEST_CASE("changes of the API member itself can be left out") {
  Hooked hooked(hooked_tickets + R"(, "callbacks": {"type": "ticket", "ignore_own": true})");
  hooked.run();
  REQUIRE(hooked.entries().size() == 1);
  CHECK(hooked.entries()[0].at("isSelfSuppressedFlag") == true);
  hooked.change(7, "own");
  hooked.psa.sandbox.now += 60;
  CHECK(hooked.run().empty());
  CHECK(hooked.events.counts["own_changes"] == 1);
  // The server was asked not to announce it.
  CHECK(hooked.events.counts["missed_by_callbacks"] == 0);
  hooked.change_as("admin1", 8, "foreign");
  CHECK(hooked.deliver() == 1);
  CHECK(ids_of(hooked.run_woken()) == "8 ");
}

TEST_CASE("types and levels of callbacks are checked against what there is") {
  using connectwise::check_callback;
  CHECK(check_callback("Ticket", "board"));
  const std::pair<std::string, std::string> rows[] = {
      {R"("entity": "GET /service/tickets", "callbacks": {"type": "tiket"})",
       "callbacks.type: there are none of \"tiket\" (did you mean ticket?)"},
      {R"("entity": "GET /service/tickets", "callbacks": {"type": "ticket", "level": "class"})",
       "callbacks.level: ticket has no level \"class\", but owner, board, project, phase, status, ticket, "
       "integratorTag"},
      {R"("entity": "GET /service/tickets", "callbacks": {"type": "contact"})",
       "callbacks.type: events of type contact are not about GET /service/tickets"},
      {R"("entity": "GET /service/tickets/{id}", "parameters": {"path": {"id": 1}}, "callbacks": {"type": "ticket"})",
       "callbacks need a list"}};
  for (const auto& [config, message] : rows) {
    const Error error = refusal(config);
    CAPTURE(error.message);
    CHECK(error.kind == ErrorKind::invalid);
    CHECK(error.message.starts_with(message));
  }
}

TEST_CASE("the doctor reads one record, tries the condition, and looks for the entry") {
  Hooked hooked;
  const auto examine = [&] {
    const auto ctx = hooked.reading.host().call();
    Context context(ctx.get());
    NewRecord found;
    Findings findings{Record(found.raw())};
    hooked.reading.subscriber().doctor(NewRecord(), findings, context);
    return json::parse(found.json());
  };
  json found = examine();
  REQUIRE(found.size() == 3);
  CHECK(found[0].at("status") == "ok");
  CHECK(found[1].at("message") == "GET /service/tickets can be read by lastUpdated");
  CHECK(found[2].at("status") == "warning");
  hooked.run();
  found = examine();
  CHECK(found[2].at("status") == "ok");
  hooked.events.address.clear();
  CHECK(examine()[2].at("status") == "error");
  hooked.psa.sandbox.control("PUT", "/sandbox/permissions",
                             R"({"roles": {"none": {"default": []}}, "members": {"sandboxApi": {"role": "none"}}})");
  found = examine();
  CHECK(found[0].at("status") == "error");
  CHECK(found[0].at("advice") ==
        "give the API member's security role Inquire of Service Desk > Service Tickets, at level All");
}
