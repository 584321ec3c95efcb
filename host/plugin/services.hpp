// The host as plugins see it: the leat_host and its service tables, found by id.
// Owner    main; made before any library is loaded, ends after the last one's deinit.
// Threads  any.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "host/base/guarded.hpp"
#include "host/base/host_state.hpp"
#include "host/plugin/chain.hpp"
#include "host/plugin/client_instance.hpp"
#include "host/plugin/metrics.hpp"
#include "host/store/cross_references.hpp"
#include "host/store/memory_state.hpp"
#include "leat/abi.h"

namespace leat::host {

// What plugins may open by name. Holds on to nothing: a handle whose target is gone fails.
template <class T>
class Directory {
 public:
  void add(std::string name, const std::shared_ptr<T>& target) {
    entries_.with([&](auto& entries) { entries.insert_or_assign(std::move(name), target); });
  }
  std::weak_ptr<T> find(std::string_view name) const {
    return entries_.with([&](const auto& entries) {
      const auto found = entries.find(name);
      return found == entries.end() ? std::weak_ptr<T>() : found->second;
    });
  }

 private:
  Guarded<std::map<std::string, std::weak_ptr<T>, std::less<>>> entries_;
};

class Services final : public HostState {
 public:
  // version: of the host, "0.1.0".
  Services(Log& log, Secrets& secrets, const Clock& clock, std::string version);
  Services(const Services&) = delete;
  Services& operator=(const Services&) = delete;

  const leat_host& host() const { return host_; }

  // What components may keep: a store that outlives them all, set before the first one is made; until then, memory.
  void keep_state_in(ComponentState& state) { state_ = &state; }
  ComponentState& state() { return *state_; }

  // Where they are looked up; until it is set there are none.
  void find_xrefs_in(CrossReferences& xrefs) { xrefs_ = &xrefs; }
  CrossReferences& xrefs() { return *xrefs_; }

  Directory<ClientInstance> clients;  // by their name in the configuration; Runtime fills it
  Directory<const Chain> chains;      // by reference
  Metrics metrics;
  // Where requests for a component come in, as the world sees it, by its place: "incoming.tickets.subscriber". Set before the
  // first component is made, constant afterwards.
  std::map<std::string, std::string, std::less<>> webhook_urls;

 private:
  std::string version_;
  MemoryState memory_;
  ComponentState* state_ = &memory_;
  NoCrossReferences none_;
  CrossReferences* xrefs_ = &none_;
  leat_host host_{};
};

inline Services& services_of(const leat_host* host) { return static_cast<Services&>(state_of(host)); }

// The service tables of this layer; all expect a leat_host made by Services.
const leat_client_api& client_api();  // "leat.client/1"
const leat_secret_api& secret_api();  // "leat.secret/1"
const leat_chain_api& chain_api();    // "leat.chain/1"
const leat_metric_api& metric_api();  // "leat.metric/1"
const leat_kv_api& kv_api();          // "leat.kv/1"
const leat_events_api& events_api();  // "leat.events/1"
const leat_xref_api& xref_api();      // "leat.xref/1"

}  // namespace leat::host
