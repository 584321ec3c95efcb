// `leat doctor` and `leat check --online`: is every far side ready for this configuration?
#pragma once

#include "host/cli/session.hpp"

namespace leat::host {

struct DoctorOptions {
  double limit_seconds = 60;  // for each component
  bool json = false;
};

// Exit codes: 0 nothing is wrong (there may be warnings); 1 something is, or could not be looked at; 2 the configuration
// is wrong, and nothing was looked at; 3 the store cannot be opened, and nothing was looked at.
int run_doctor(Session& session, const DoctorOptions& options);
// The same for a configuration that was checked; `problems` are warnings, and told with --json.
int run_doctor(Session& session, const Config& config, const Problems& problems, const DoctorOptions& options);

}  // namespace leat::host
