#include "plugins/connectwise/reading/callback_types.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "plugins/connectwise/text.hpp"

namespace leat::connectwise {
namespace {

struct Row {
  std::string_view type;
  std::string_view levels;
  std::string_view lists;
};

constexpr std::array<Row, 16> table = {{
    {"activity", "owner,status,type,company,activity", "/sales/activities"},
    {"agreement", "owner,type,company,agreement", "/finance/agreements"},
    {"company", "owner,status,type,territory,company,integratorTag", "/company/companies"},
    {"configuration", "owner,type,status,configuration", "/company/configurations"},
    {"contact", "owner,type,territory,company,contact", "/company/contacts"},
    {"expense", "owner,chargeToType,type,class,company,expense", "/expense/entries"},
    {"invoice", "owner,status,company,invoice", "/finance/invoices"},
    {"member", "owner,location,securityRole,member", "/system/members"},
    {"opportunity", "owner,statusId,company,opportunity", "/sales/opportunities"},
    {"productCatalog", "owner", "/procurement/catalog"},
    {"project", "owner,status,board,project", "/project/projects"},
    {"purchaseOrder", "owner,status,vendor,company,purchaseOrder", "/procurement/purchaseorders"},
    {"schedule", "owner,status,type,location,member,schedule", "/schedule/entries"},
    {"site", "owner,site", "/company/companies/{parentId}/sites"},
    {"ticket", "owner,board,project,phase,status,ticket,integratorTag",
     "/service/tickets,/project/tickets,/service/tickets/search,/project/tickets/search"},
    {"time", "owner,company,time", "/time/entries"},
}};

const Row* find(std::string_view type) {
  const auto found = std::ranges::find_if(table, [type](const Row& row) { return same_letters(row.type, type); });
  return found == table.end() ? nullptr : &*found;
}

std::string list_of(const std::vector<std::string_view>& names) {
  std::string text;
  for (const std::string_view name : names) text += (text.empty() ? "" : ", ") + std::string(name);
  return text;
}

}  // namespace

Result<Done> check_callback(std::string_view type, std::string_view level) {
  const Row* row = find(type);
  if (row == nullptr) {
    std::vector<std::string_view> types;
    for (const Row& known : table) types.push_back(known.type);
    const std::string hint = did_you_mean(type, types);
    return Error{ErrorKind::invalid,
                 "callbacks.type: there are none of \"" + std::string(type) + "\"" +
                     (hint.empty() ? "; there are " + list_of(types) : hint),
                 0};
  }
  const auto levels = split(row->levels, ',');
  if (std::ranges::any_of(levels, [level](std::string_view known) { return same_letters(known, level); }))
    return Done{};
  return Error{ErrorKind::invalid,
               "callbacks.level: " + std::string(row->type) + " has no level \"" + std::string(level) + "\", but " +
                   list_of(levels),
               0};
}

bool is_list_of(std::string_view type, std::string_view path) {
  const Row* row = find(type);
  if (row == nullptr) return false;
  return std::ranges::any_of(split(row->lists, ','),
                             [path](std::string_view list) { return same_letters(list, path); });
}

}  // namespace leat::connectwise
