// What a security role must allow for an operation, in the words of the screen System > Security Roles.
// Threads  any; pure.
// Source   permission lists that makers of integrations publish (C, where several agree); what is not in them is not
//          guessed.
#pragma once

#include <string>
#include <string_view>

#include "plugins/connectwise/catalog/catalog.hpp"

namespace leat::connectwise {

struct NeededRight {
  std::string_view level;   // "Inquire", "Add", "Edit", "Delete"
  std::string_view module;  // "Service Desk"; empty: not known
  std::string_view action;  // "Service Tickets"; empty: not known
};

NeededRight needed_right(const Operation& operation);

// "Add of Service Desk > Service Tickets", or "Add" where the action is not known.
std::string to_string(const NeededRight& right);

}  // namespace leat::connectwise
