// `leat plan` and `leat apply`: what a route would send, shown first and then sent.
#pragma once

#include <cstdint>
#include <string>

#include "host/cli/session.hpp"

namespace leat::host {

struct PlanOptions {
  std::string route{};
  std::string out{};          // a file; empty: none
  std::uint32_t limit = 100;  // tasks; 0: all
  bool json = false;          // the plan itself to stdout
};

// Exit codes: 0 there is a plan, in which every task can be sent; 1 there is one with tasks that would fail; 2 wrong
// arguments or configuration, or a publisher that cannot be rehearsed; 3 the store, or the file that is written.
int make_plan(Session& session, const PlanOptions& options);

// Exit codes: 0 all was sent and is finished; 1 not all: stale, failed, uncertain, or left for another time; 2 wrong
// configuration or plan, nothing was sent; 3 the store or the machine.
int apply_plan(Session& session, const std::string& file, bool json);

}  // namespace leat::host
