// A subscriber whose sandbox announces changes to it, for tests of callbacks.
#pragma once

#include <doctest/doctest.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "connectwise/reading_host.hpp"
#include "connectwise/sandbox_psa.hpp"
#include "connectwise/scripted_events.hpp"

namespace leat::test {

inline const std::string hooked_tickets = R"("entity": "GET /service/tickets", "incremental": {})";
inline const std::string with_callbacks = hooked_tickets + R"(, "callbacks": {"type": "ticket"})";

inline sandbox::Settings announcing() {
  sandbox::Settings made;
  made.tickets = 20;
  made.callbacks.anywhere = true;
  return made;
}

struct Hooked {
  explicit Hooked(const std::string& config = with_callbacks, sandbox::Settings how = announcing())
      : psa(std::move(how)), reading(psa.client, config, nullptr, &state) {
    reading.host().offer(LEAT_EVENTS_SERVICE, events.table());
    reading.host().offer(LEAT_METRIC_SERVICE, events.metrics());
  }

  // A run of the host, which stores each page, unless it fails to; after_page: behind each of them.
  std::vector<std::string> run(bool stores = true, const std::function<void()>& after_page = {}) {
    std::vector<std::string> all;
    reading.open(cursor);
    for (int polls = 0; polls < 1000; ++polls) {
      const auto page = reading.poll();
      REQUIRE_MESSAGE(page, page.error().message);
      all.insert(all.end(), page->records.begin(), page->records.end());
      reading.settle(page->cursor, stores);
      if (stores) cursor = page->cursor;
      if (after_page) after_page();
      if (!page->ended) continue;
      reading.close();
      return all;
    }
    FAIL("endless");
    return all;
  }
  // A run that events began.
  std::vector<std::string> run_woken(bool stores = true) {
    events.woken = true;
    auto records = run(stores);
    events.woken = false;
    return records;
  }
  void change(int id, const std::string& summary) {
    change("/service/tickets/" + std::to_string(id), "summary", summary);
  }
  void change(const std::string& path, const std::string& member, const std::string& text) {
    psa.sandbox.now += 60;
    psa.sandbox.patch(path, nlohmann::json::array({{{"op", "replace"}, {"path", member}, {"value", text}}}));
  }
  // By somebody else than the API member.
  void change_as(const std::string& member, int id, const std::string& summary) {
    psa.sandbox.now += 60;
    const std::string ticket = "/service/tickets/" + std::to_string(id);
    nlohmann::ordered_json record = psa.sandbox.get(ticket);
    record["summary"] = summary;
    psa.sandbox.control("PUT", "/sandbox/records" + ticket + "?member=" + member, record.dump());
  }
  nlohmann::json entries() {
    nlohmann::json ours = nlohmann::json::array();
    for (const auto& entry : psa.sandbox.get("/system/callbacks?pageSize=1000")) {
      if (entry.at("url").get<std::string>().starts_with("https://hooks.test/"))
        ours.push_back(nlohmann::json::parse(entry.dump()));
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
  // What is waiting is lost on its way.
  void lose() {
    for (const sandbox::Posting& posting : psa.sandbox.service.outbox().take()) {
      psa.sandbox.service.outbox().settle(posting.number, 500);
    }
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

// The ids of records, in order: "1 2 3 ".
inline std::string ids_of(const std::vector<std::string>& records) {
  std::string text;
  for (const std::string& record : records)
    text += std::to_string(nlohmann::json::parse(record).at("id").get<int>()) + " ";
  return text;
}

inline std::string deletion(int id) { return R"({"deleted":true,"id":)" + std::to_string(id) + "}"; }

}  // namespace leat::test
