// What leat_host.impl points to: the collaborators every service may need. host/plugin extends it with what only it
// knows.
#pragma once

#include "host/base/clock.hpp"
#include "host/base/log.hpp"
#include "host/base/secrets.hpp"
#include "leat/abi.h"

namespace leat::host {

class RequestGate;

struct HostState {
  HostState(Log& a_log, Secrets& a_secrets, const Clock& a_clock) : log(a_log), secrets(a_secrets), clock(a_clock) {}
  virtual ~HostState() = default;

  Log& log;
  Secrets& secrets;
  const Clock& clock;
  // Both are set before any request, or after the last one.
  RequestGate* gate = nullptr;
  bool person_waits = false;  // requests to clients go before scheduled ones
};

inline HostState& state_of(const leat_host* host) { return *static_cast<HostState*>(host->impl); }

}  // namespace leat::host
