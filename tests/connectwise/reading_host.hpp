// A subscriber in a host, polled by hand, for tests of what it reads.
#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "connectwise/scripted_chain.hpp"
#include "connectwise/scripted_client.hpp"
#include "connectwise/scripted_state.hpp"
#include "plugins/connectwise/reading/subscriber.hpp"
#include "support/plugin_host.hpp"

namespace leat::test {

struct ReadPage {
  std::vector<std::string> records;  // as JSON, those that were not dropped
  std::string cursor;
  bool ended = false;
};

class Reading {
 public:
  // `config`: the options but for the client.
  Reading(ScriptedClient& client, const std::string& config, const ScriptedChain* chain = nullptr,
          const ScriptedState* state = nullptr) {
    host_.offer(LEAT_CLIENT_SERVICE, client.table());
    if (chain) host_.offer(LEAT_CHAIN_SERVICE, chain->table());
    if (state) host_.offer(LEAT_KV_SERVICE, state->table());
    subscriber_ =
        host_.make<connectwise::Subscriber>(R"({"client": "psa")" + (config.empty() ? "" : ", " + config) + "}");
  }

  void open(std::string_view cursor = {}) {
    const auto ctx = host_.call();
    Context context(ctx.get());
    subscriber_->open(cursor, context);
  }
  void close() {
    const auto ctx = host_.call();
    Context context(ctx.get());
    subscriber_->close(context);
  }
  Result<ReadPage> poll() {
    const auto ctx = host_.call();
    Context context(ctx.get());
    host::Batch raw;
    Batch batch(&raw);
    if (auto done = subscriber_->poll(batch, Poll{max_, {}}, context); !done) return done.error();
    ReadPage page;
    for (std::size_t i = 0; i < batch.size(); ++i) {
      if (const auto record = batch.at(i)) page.records.emplace_back(record->json());
    }
    page.cursor = raw.cursor().value_or("");
    page.ended = raw.ended();
    return page;
  }
  // What the host says of the batch with this cursor.
  void settle(const std::string& cursor, bool stored) {
    const auto ctx = host_.call();
    Context context(ctx.get());
    const auto settled = subscriber_->settle(cursor, stored, context);
    CHECK(settled);
  }
  // Records that a poll asks for.
  void set_max(std::uint32_t max) { max_ = max; }
  // Everything until the end, one JSON text each; the cursors in order.
  std::vector<std::string> records(std::vector<std::string>* cursors = nullptr) {
    std::vector<std::string> all;
    for (int polls = 0; polls < 10'000; ++polls) {
      const auto page = poll();
      REQUIRE_MESSAGE(page, page.error().message);
      all.insert(all.end(), page->records.begin(), page->records.end());
      if (cursors) cursors->push_back(page->cursor);
      if (page->ended) return all;
    }
    FAIL("endless");
    return all;
  }
  // The same as ids: "1 2 3 ".
  std::string ids(std::vector<std::string>* cursors = nullptr) {
    std::string text;
    for (const std::string& record : records(cursors)) {
      text += std::string(NewRecord(record)["id"].number().value_or("?")) + " ";
    }
    return text;
  }
  // A run as the host makes it: opened at the cursor, read to its end, closed. Returns the records; moves the cursor.
  std::vector<std::string> run(std::string& cursor) {
    std::vector<std::string> cursors;
    open(cursor);
    std::vector<std::string> all = records(&cursors);
    for (auto& next : cursors) {
      if (!next.empty()) cursor = std::move(next);
    }
    close();
    return all;
  }

  PluginHost& host() { return host_; }
  connectwise::Subscriber& subscriber() { return *subscriber_; }

 private:
  PluginHost host_;
  std::unique_ptr<connectwise::Subscriber> subscriber_;
  std::uint32_t max_ = 1000;
};

// Why a configuration is refused.
inline Error refusal(const std::string& config) {
  ScriptedClient client([](const Request&) { return Scripted{"[]"}; });
  try {
    const Reading reading(client, config);
  } catch (const Failure& failure) {
    return failure.error();
  }
  return {};
}

}  // namespace leat::test
