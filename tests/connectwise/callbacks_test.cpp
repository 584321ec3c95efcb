// Callbacks from the registration to the record, against the sandbox.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "connectwise/reading_host.hpp"
#include "connectwise/sandbox_psa.hpp"
#include "connectwise/scripted_events.hpp"
#include "plugins/connectwise/reading/callback_types.hpp"

using namespace leat;
using namespace leat::test;
using nlohmann::json;

namespace {

const std::string tickets = R"("entity": "GET /service/tickets", "incremental": {})";
const std::string with_callbacks = tickets + R"(, "callbacks": {"type": "ticket"})";

sandbox::Settings settings() {
  sandbox::Settings made;
  made.tickets = 20;
  made.callbacks.anywhere = true;
  return made;
}

// A subscriber whose system announces changes.
struct Hooked {
  explicit Hooked(const std::string& config = with_callbacks, sandbox::Settings how = settings())
      : psa(std::move(how)), reading(psa.client, config, nullptr, &state) {
    reading.host().offer(LEAT_EVENTS_SERVICE, events.table());
    reading.host().offer(LEAT_METRIC_SERVICE, events.metrics());
  }

  std::vector<std::string> run() { return reading.run(cursor); }
  // A run that events began.
  std::vector<std::string> run_woken() {
    events.woken = true;
    auto records = reading.run(cursor);
    events.woken = false;
    return records;
  }
  void change(int id, const std::string& summary) {
    psa.sandbox.now += 60;
    psa.sandbox.patch("/service/tickets/" + std::to_string(id),
                      json::array({{{"op", "replace"}, {"path", "summary"}, {"value", summary}}}));
  }
  json entries() {
    json ours = json::array();
    for (const auto& entry : psa.sandbox.get("/system/callbacks?pageSize=1000")) {
      if (entry.at("url").get<std::string>().starts_with("https://hooks.test/"))
        ours.push_back(json::parse(entry.dump()));
    }
    return ours;
  }
  // The listener of the host: what the sandbox posts is verified, and stored when it is genuine.
  leat_kind post(const std::string& body, const std::string& signature, const std::string& target) {
    const leat_header header{str("X-Content-Signature"), str(signature)};
    leat_webhook raw{};
    raw.struct_size = sizeof raw;
    raw.method = str("POST");
    raw.target = str(target);
    raw.headers = &header;
    raw.header_count = signature.empty() ? 0 : 1;
    raw.body = bytes(body);
    const auto ctx = reading.host().call();
    Context context(ctx.get());
    host::Batch kept;
    Batch batch(&kept);
    const auto done = reading.subscriber().webhook(Webhook(raw), batch, context);
    for (std::size_t i = 0; i < batch.size(); ++i) events.waiting.emplace_back(batch.at(i)->json());
    if (!done) said = done.error().message;
    return done ? LEAT_OK : static_cast<leat_kind>(done.error().kind);
  }
  int deliver() {
    int count = 0;
    for (const sandbox::Posting& posting : psa.sandbox.service.outbox().take()) {
      CHECK(posting.url.starts_with(events.address + "?recordId="));
      last = posting;
      CHECK(post(posting.body, posting.signature, posting.url.substr(events.address.size())) == LEAT_OK);
      psa.sandbox.service.outbox().settle(posting.number, 200);
      ++count;
    }
    return count;
  }

  SandboxPsa psa;
  ScriptedState state;
  ScriptedEvents events;
  Reading reading;
  std::string cursor;
  std::string said;
  sandbox::Posting last;
};

std::string ids_of(const std::vector<std::string>& records) {
  std::string text;
  for (const std::string& record : records) text += std::to_string(json::parse(record).at("id").get<int>()) + " ";
  return text;
}

}  // namespace

TEST_CASE("an entry is registered once, with our address") {
  Hooked hooked;
  CHECK(hooked.run().size() == 20);
  REQUIRE(hooked.entries().size() == 1);
  const json entry = hooked.entries()[0];
  CHECK(entry.at("url") == "https://hooks.test/leat/tickets?recordId=");
  CHECK(entry.at("type") == "ticket");
  hooked.reading.host().clock.advance(std::chrono::hours(1));
  hooked.run();
  CHECK(hooked.entries().size() == 1);
}

TEST_CASE(
    "an entry that the server gave up is switched on again, one with an old address corrected, a second one removed") {
  Hooked hooked;
  hooked.run();
  const std::string path = "/system/callbacks/" + hooked.entries()[0].at("id").dump();
  hooked.psa.sandbox.patch(path, json::array({{{"op", "replace"}, {"path", "inactiveFlag"}, {"value", true}}}));
  hooked.reading.host().clock.advance(std::chrono::hours(1));
  hooked.run();
  REQUIRE(hooked.entries().size() == 1);
  CHECK(hooked.entries()[0].at("inactiveFlag") == false);
  CHECK(hooked.events.counts["callbacks_repaired"] == 1);

  hooked.events.address = "https://hooks.test/moved/tickets";
  hooked.psa.sandbox.post("/system/callbacks", {{"url", "https://hooks.test/moved/tickets?recordId="},
                                                {"objectId", 1},
                                                {"type", "company"},
                                                {"level", "owner"}});
  hooked.reading.host().clock.advance(std::chrono::hours(1));
  hooked.run();
  REQUIRE(hooked.entries().size() == 1);
  CHECK(hooked.entries()[0].at("url") == "https://hooks.test/moved/tickets?recordId=");
}

TEST_CASE("without the option the entry of former times is removed") {
  Hooked hooked;
  hooked.run();
  REQUIRE(hooked.entries().size() == 1);
  Reading without(hooked.psa.client, tickets, nullptr, &hooked.state);
  std::string cursor = hooked.cursor;
  without.run(cursor);
  CHECK(hooked.entries().empty());
  CHECK(hooked.state.values.empty());
}

TEST_CASE("somebody else's entry is left alone, and polling goes on without callbacks") {
  Hooked hooked;
  const auto made = hooked.psa.sandbox.post(
      "/system/callbacks",
      {{"url", "https://other.test/?id="}, {"objectId", 1}, {"type", "ticket"}, {"level", "owner"}});
  CHECK(hooked.run().size() == 20);
  CHECK(hooked.entries().empty());
  CHECK(hooked.psa.sandbox.get("/system/callbacks/" + made.at("id").dump()).at("url") == "https://other.test/?id=");
  bool told = false;
  for (const std::string& line : hooked.reading.host().lines) {
    told = told || line.find("leads to https://other.test/?id=") != std::string::npos;
  }
  CHECK(told);
}

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
  for (const sandbox::Posting& posting : hooked.psa.sandbox.service.outbox().take()) {
    hooked.psa.sandbox.service.outbox().settle(posting.number, 500);
  }
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

TEST_CASE("repeated messages count once, however they come") {
  sandbox::Settings how = settings();
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
  Hooked hooked(tickets + R"(, "callbacks": {"type": "ticket", "ignore_own": true})");
  hooked.run();
  REQUIRE(hooked.entries().size() == 1);
  CHECK(hooked.entries()[0].at("isSelfSuppressedFlag") == true);
  hooked.change(7, "own");
  CHECK(hooked.run().empty());
  CHECK(hooked.events.counts["own_changes"] == 1);
  hooked.psa.sandbox.now += 60;
  json ticket = hooked.psa.sandbox.get("/service/tickets/8");
  ticket["summary"] = "foreign";
  hooked.psa.sandbox.control("PUT", "/sandbox/records/service/tickets/8?member=admin1", ticket.dump());
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
