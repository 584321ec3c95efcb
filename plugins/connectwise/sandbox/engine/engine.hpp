// The API itself, behind authentication: finds the operation, checks the caller's rights, and reads or writes.
// Owner    catalog, settings, access and outbox outlive it.
// Threads  any: reads run at the same time, a write alone.
// Errors   Refusal as the live system words it.
#pragma once

#include <shared_mutex>

#include "plugins/connectwise/sandbox/callbacks/callbacks.hpp"
#include "plugins/connectwise/sandbox/engine/acting.hpp"
#include "plugins/connectwise/sandbox/engine/bundles.hpp"
#include "plugins/connectwise/sandbox/engine/documents.hpp"
#include "plugins/connectwise/sandbox/engine/reports.hpp"

namespace leat::sandbox {

class Engine {
 public:
  Engine(const connectwise::Catalog& catalog, const Settings& settings, Access& access, Outbox& outbox, Clock clock);

  // `path` is the request's, below the API's prefix. `operation` becomes "GET /service/tickets/{id}" once it is found.
  Response answer(const Request& request, std::string_view path, const Caller& caller, std::string& operation);

  // Of a test's making: stored as it is, with its callbacks. Refusal for a path that is no record's.
  Json put_record(std::string_view path, const Json& record, std::string_view member);
  void erase_record(std::string_view path, std::string_view member);

  // Records, documents. restore() throws std::exception when it is not such a state.
  Json to_json() const;
  void restore(const Json& state);
  std::vector<std::pair<std::string, std::size_t>> sizes() const;
  // Whether the members are there. invalid: one is not; the message names it.
  Result<Done> check_members(const std::map<std::string, Member>& members);

  Callbacks& callbacks() { return callbacks_; }

 private:
  struct Found {
    Place place;
    const Operation* operation = nullptr;
  };
  Found find(std::string_view method, std::string_view path) const;
  Response serve(const Call& call);
  Response read(const Call& call);
  Response impersonate(const Call& call);
  // What the caller's role says about the call. Refusal 403 when it does not allow it.
  void take_rights(Call& call) const;
  // The list and id of a record's path.
  std::pair<ListPlace, Id> record_place(std::string_view path) const;

  const Settings& settings_;
  Access& access_;
  mutable std::shared_mutex mutex_;
  Routes routes_;
  Store store_;
  Callbacks callbacks_;
  Reading reading_;
  Writer writer_;
  Acting acting_;
  Documents documents_;
  Reports reports_;
  Bundles bundles_;
};

}  // namespace leat::sandbox
