// `leat run`: the routes of a configuration until they are asked to stop, or once.
#pragma once

#include <string>
#include <vector>

#include "host/cli/session.hpp"

namespace leat::host {

struct RunOptions {
  bool once = false;                // each incoming to its end, each task that is due
  bool store_only = false;          // read and stored, not delivered
  std::vector<std::string> routes;  // empty: all
  bool json = false;                // the summary
};

// Gives the exit code.
int run_routes(Session& session, const RunOptions& options);

}  // namespace leat::host
