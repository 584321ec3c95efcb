#include "plugins/connectwise/rights.hpp"

#include <array>

namespace leat::connectwise {
namespace {

struct Row {
  std::string_view path;  // with what lies below it
  std::string_view module;
  std::string_view action;
};
constexpr std::array<Row, 19> rows = {{
    {"/company/companies", "Companies", "Company Maintenance"},
    {"/company/configurations", "Companies", "Configurations"},
    {"/company/contacts", "Companies", "Contacts"},
    {"/expense/entries", "Time & Expense", "Expense Report Entry"},
    {"/expense/reports", "Time & Expense", "Expense Report Entry"},
    {"/finance/agreements", "Finance", "Agreements"},
    {"/finance/invoices", "Finance", "Invoicing"},
    {"/procurement/catalog", "Procurement", "Product Catalog"},
    {"/procurement/products", "Procurement", "Products"},
    {"/procurement/purchaseorders", "Procurement", "Purchase Orders"},
    {"/project/projects", "Project", "Project Headers"},
    {"/project/tickets", "Project", "Project Tickets"},
    {"/schedule/entries", "Service Desk", "Resource Scheduling"},
    {"/service/boards", "System", "Table Setup"},
    {"/service/priorities", "System", "Table Setup"},
    {"/service/tickets", "Service Desk", "Service Tickets"},
    {"/system/members", "System", "Member Maintenance"},
    {"/system/reports", "System", "API Reports"},
    {"/time/entries", "Time & Expense", "Time Entry"},
}};

std::string_view level_of(const Operation& operation) {
  switch (operation.method) {
    case Method::post: return operation.path.ends_with("/search") ? "Inquire" : "Add";
    case Method::put:
    case Method::patch: return "Edit";
    case Method::del: return "Delete";
    case Method::get: break;
  }
  return "Inquire";
}

bool is_below(std::string_view path, std::string_view root) {
  return path.starts_with(root) && (path.size() == root.size() || path[root.size()] == '/');
}

}  // namespace

NeededRight needed_right(const Operation& operation) {
  NeededRight right{.level = level_of(operation), .module = {}, .action = {}};
  for (const Row& row : rows) {
    if (!is_below(operation.path, row.path)) continue;
    // "/company/companies/statuses": a table of the set-up, though it lies below the companies.
    const std::string_view rest = operation.path.substr(row.path.size());
    const bool setup = rest.starts_with("/types") || rest.starts_with("/statuses");
    right.module = setup ? "System" : row.module;
    right.action = setup ? "Table Setup" : row.action;
  }
  return right;
}

std::string to_string(const NeededRight& right) {
  std::string text(right.level);
  if (!right.action.empty()) text += " of " + std::string(right.module) + " > " + std::string(right.action);
  return text;
}

}  // namespace leat::connectwise
