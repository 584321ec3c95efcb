#include "plugins/connectwise/sandbox/engine/own_rights.hpp"

#include <array>

namespace leat::sandbox {

namespace {

struct FunctionRow {
  const char* module;
  const char* function;
  std::string_view pattern;  // of the list that it is about
};
constexpr std::array<FunctionRow, 12> functions = {{
    {"Companies", "Company Maintenance", "/company/companies"},
    {"Companies", "Configurations", "/company/configurations"},
    {"Companies", "Contacts", "/company/contacts"},
    {"Finance", "Agreements", "/finance/agreements"},
    {"Finance", "Invoicing", "/finance/invoices"},
    {"Project", "Project Headers", "/project/projects"},
    {"Project", "Project Tickets", "/project/tickets"},
    {"Service Desk", "Resource Scheduling", "/schedule/entries"},
    {"Service Desk", "Service Tickets", "/service/tickets"},
    {"System", "Member Maintenance", "/system/members"},
    {"System", "Table Setup", "/service/boards"},
    {"Time & Expense", "Time Entry", "/time/entries"},
}};

const char* word(Level level) { return level == Level::none ? "None" : level == Level::my ? "My" : "All"; }

}  // namespace

Json own_rights(const Role& role, const Routes& routes) {
  Json rights = Json::array();
  for (const FunctionRow& row : functions) {
    const Route* route = routes.by_pattern(row.pattern);
    const Operation* list = route == nullptr ? nullptr : route->first(Method::get);
    if (list == nullptr) continue;
    const auto level = [&](Right right) { return word(role.level(right, list->tag, row.pattern)); };
    rights.push_back({{"id", rights.size() + 1},
                      {"addLevel", level(Right::add)},
                      {"editLevel", level(Right::edit)},
                      {"deleteLevel", level(Right::remove)},
                      {"inquireLevel", level(Right::inquire)},
                      {"moduleFunctionName", row.function},
                      {"myAllFlag", true},
                      {"moduleName", row.module}});
  }
  return rights;
}

}  // namespace leat::sandbox
