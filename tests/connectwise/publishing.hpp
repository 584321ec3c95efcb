// A publisher in a host of its own, given records one at a time or several at once.
#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "connectwise/scripted_chain.hpp"
#include "plugins/connectwise/writing/publisher.hpp"
#include "support/plugin_host.hpp"

namespace leat::test {

class Publishing {
 public:
  // `options` without the client: `"entity": "POST /service/tickets"`.
  Publishing(const leat_client_api* client, const std::string& options, const ScriptedChain* chain = nullptr,
             const leat_xref_api* xref = nullptr) {
    host_.offer(LEAT_CLIENT_SERVICE, client);
    if (xref) host_.offer(LEAT_XREF_SERVICE, xref);
    if (chain) host_.offer(LEAT_CHAIN_SERVICE, chain->table());
    publisher_ = host_.make<connectwise::Publisher>(R"({"client": "psa", )" + options + "}");
  }

  // The answers kept, or why the records failed, in their order.
  std::vector<Result<std::string>> publish(const std::vector<std::string>& records) {
    return publish(*publisher_, records);
  }
  Result<std::string> publish(const std::string& record) { return publish(std::vector<std::string>{record}).front(); }
  // What it finds, as JSON.
  std::string doctor(const std::string& known) {
    const auto ctx = host_.call();
    Context context(ctx.get());
    const NewRecord constants(known);
    const NewRecord out;
    Findings findings{Record(out.raw())};
    publisher_->doctor(Record(constants.raw()), findings, context);
    return std::string(out.json());
  }
  // A further publisher of the same host.
  class Another {
   public:
    Another(Publishing& first, const std::string& options)
        : first_(first),
          publisher_(first.host_.make<connectwise::Publisher>(R"({"client": "psa", )" + options + "}")) {}
    Result<std::string> publish(const std::string& record) { return first_.publish(*publisher_, {record}).front(); }

   private:
    Publishing& first_;
    std::unique_ptr<connectwise::Publisher> publisher_;
  };
  const connectwise::Publisher& publisher() const { return *publisher_; }
  PluginHost& host() { return host_; }
  void stop() { host_.stop(); }

 private:
  std::vector<Result<std::string>> publish(connectwise::Publisher& publisher, const std::vector<std::string>& records) {
    const auto ctx = host_.call();
    Context context(ctx.get());
    host::Batch raw;
    Batch batch(&raw);
    for (const std::string& record : records) batch.append(NewRecord(record));
    std::vector<Result<std::string>> results;
    const auto done = publisher.publish(batch, context);
    for (std::size_t i = 0; i < records.size(); ++i) {
      if (raw.fate(i) == host::Fate::rejected) {
        results.emplace_back(raw.error(i));
      } else if (!done) {
        results.emplace_back(done.error());
      } else {
        REQUIRE(raw.fate(i) == host::Fate::delivered);
        results.emplace_back(std::string(raw.answer(i)));
      }
    }
    return results;
  }

  PluginHost host_;
  std::unique_ptr<connectwise::Publisher> publisher_;
};

}  // namespace leat::test
