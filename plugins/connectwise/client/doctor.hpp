// Whether a system can be reached and used as configured: address, keys, clientId, clocks, version. By reads only.
// Threads  the thread of the call.
#pragma once

#include "leat/doctor.hpp"
#include "plugins/connectwise/client/session.hpp"

namespace leat::connectwise {

void examine(Session& session, Findings& findings, Context& context);

// How far the version a server says ("2025.1", "v2024.12") is behind or before another one: negative when older. Nothing
// when either cannot be read.
std::optional<int> compare_versions(std::string_view server, std::string_view other);

}  // namespace leat::connectwise
