// What the security role of the API member itself allows, as the member may read it.
// Threads  any.
// Source   "/system/mySecurity": document C; which of its names the screen shows: U, both are compared.
#pragma once

#include <string>

#include "leat/client.hpp"
#include "plugins/connectwise/rights.hpp"

namespace leat::connectwise {

// "None", "My" (the member's own records only) or "All"; empty: the member may not read it, or nothing is called so.
std::string own_level(const NeededRight& right, const leat::Client& client, Context& context);

}  // namespace leat::connectwise
