// The whole server without its sockets: a request in, an answer out.
// Owner    whoever listens; the catalog outlives it.
// Threads  any; reads are served at the same time.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <set>

#include "plugins/connectwise/catalog/catalog.hpp"
#include "plugins/connectwise/sandbox/access.hpp"
#include "plugins/connectwise/sandbox/callbacks/outbox.hpp"
#include "plugins/connectwise/sandbox/evidence.hpp"
#include "plugins/connectwise/sandbox/message.hpp"
#include "plugins/connectwise/sandbox/settings.hpp"
#include "plugins/connectwise/sandbox/timestamp.hpp"

namespace leat::sandbox {

class Engine;

class Service {
 public:
  using Ticks = std::function<std::chrono::milliseconds()>;

  // `clock` gives the time that writes are stamped with, `ticks` the one that callbacks are repeated by. Throws std::exception when a
  // member of the settings does not exist, or the state file cannot be read; a state file that is not there is a new one.
  Service(const connectwise::Catalog& catalog, Settings settings, std::function<Seconds()> clock, Ticks ticks = {});
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  // Never throws: what goes wrong becomes an answer.
  Response answer(const Request& request);
  Evidence& evidence() { return evidence_; }
  // Callback events for whoever has sockets.
  Outbox& outbox() { return outbox_; }
  const Settings& settings() const { return settings_; }

  // For the control pages and the program; the state is written to the settings' file, replaced at once. Throws std::exception
  // when it cannot be.
  void save_state();

 private:
  friend class Control;

  Response route(const Request& request);
  Response company_info(std::string_view company) const;
  Response signing_key(const Request& request) const;
  Response api(const Request& request, std::string_view path);
  Response serve(const Request& request, std::string_view path, std::string& operation);
  Response unknown_codebase(std::string_view name) const;
  void add_headers(Response& response);
  std::string codebase() const;
  void set_codebase(const std::string& name);
  Json state() const;
  void restore(const Json& state);

  const Settings settings_;
  Access access_;
  Faults faults_;
  Evidence evidence_;
  Outbox outbox_;
  std::unique_ptr<Engine> engine_;
  std::atomic<std::uint64_t> requests_{0};
  mutable std::mutex codebase_mutex_;
  std::string codebase_;
  std::set<std::string> former_;  // codebases that were replaced
};

}  // namespace leat::sandbox
