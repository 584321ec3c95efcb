// Who is calling: Basic company+public:private, the clientId header, and the version asked for.
// Threads  any.
// Source   connectwise/README.md, "Access".
#pragma once

#include "plugins/connectwise/sandbox/message.hpp"
#include "plugins/connectwise/sandbox/settings.hpp"

namespace leat::sandbox {

// Refusal as the live system words it, or as a variant says.
void authenticate(const Request& request, const Settings& settings);
// Refusal when the first media type of Accept names a version that this one does not serve.
void check_version(const Request& request, const Settings& settings);

}  // namespace leat::sandbox
