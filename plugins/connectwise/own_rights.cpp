#include "plugins/connectwise/own_rights.hpp"

#include "plugins/connectwise/exchange.hpp"
#include "plugins/connectwise/request.hpp"
#include "plugins/connectwise/text.hpp"

namespace leat::connectwise {
namespace {

std::string_view member_of(std::string_view level) {
  return level == "Add"      ? "addLevel"
         : level == "Edit"   ? "editLevel"
         : level == "Delete" ? "deleteLevel"
                             : "inquireLevel";
}

}  // namespace

std::string own_level(const NeededRight& right, const leat::Client& client, Context& context) {
  if (right.action.empty()) return {};
  std::string url = "/system/mySecurity";
  append_query(url, "pageSize", "1000");
  const auto own = read_json(client, url, context);
  if (!own) return {};
  std::string level;
  for (const auto item : own->root()) {
    const auto called = [&](std::string_view member) {
      return same_letters(item.value[member].str().value_or(""), right.action);
    };
    if (called("moduleFunctionName") || called("moduleFunctionDescription"))
      level = item.value[member_of(right.level)].str().value_or("None");
  }
  return level;
}

}  // namespace leat::connectwise
