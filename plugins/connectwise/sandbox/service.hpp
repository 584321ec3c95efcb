// The whole server without its sockets: a request in, an answer out.
// Owner    whoever listens; the catalog outlives it.
// Threads  any; requests are served one after another.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>

#include "plugins/connectwise/catalog.hpp"
#include "plugins/connectwise/sandbox/evidence.hpp"
#include "plugins/connectwise/sandbox/message.hpp"
#include "plugins/connectwise/sandbox/settings.hpp"
#include "plugins/connectwise/sandbox/timestamp.hpp"

namespace leat::sandbox {

class Service {
 public:
  // `clock` gives the time that writes are stamped with.
  Service(const connectwise::Catalog& catalog, Settings settings, std::function<Seconds()> clock);
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  // Never throws: what goes wrong becomes an answer.
  Response answer(const Request& request);
  Evidence& evidence() { return evidence_; }

 private:
  struct Engine;

  Response route(const Request& request);
  Response company_info(std::string_view company) const;
  Response sandbox_page(const Request& request);
  Response api(const Request& request, std::string_view path);
  Response serve(const Request& request, std::string_view path, std::string& operation);
  Response system_info() const;
  void add_headers(Response& response);

  const Settings settings_;
  Faults faults_;
  Evidence evidence_;
  std::mutex mutex_;  // the engine's
  std::unique_ptr<Engine> engine_;
  std::atomic<std::uint64_t> requests_{0};
};

}  // namespace leat::sandbox
