// "/system/mySecurity": the rights of the caller's own role, in the words of the screen System > Security Roles.
// Threads  any.
// Source   members and levels: document C; names of modules and functions: permission lists of integrators, L.
#pragma once

#include "plugins/connectwise/sandbox/engine/json.hpp"
#include "plugins/connectwise/sandbox/engine/routes.hpp"
#include "plugins/connectwise/sandbox/roles.hpp"

namespace leat::sandbox {

Json own_rights(const Role& role, const Routes& routes);

}  // namespace leat::sandbox
