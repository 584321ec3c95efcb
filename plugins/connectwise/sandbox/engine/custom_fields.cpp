#include "plugins/connectwise/sandbox/engine/custom_fields.hpp"

#include <array>
#include <cstdio>

namespace leat::sandbox {

namespace {

constexpr std::array<CustomField, 16> fields = {{
    {21, "Ticket", "Asset", "Text", "EntryField"},
    {22, "Ticket", "Root cause", "Text", "List"},
    {23, "Ticket", "On site", "Checkbox", "Option"},
    {24, "Ticket", "Downtime", "Number", "EntryField"},
    {25, "Ticket", "Follow up", "Date", "Date"},
    {31, "Company", "Tier", "Text", "List"},
    {32, "Company", "Backup", "Checkbox", "Option"},
    {33, "Company", "Seats", "Number", "EntryField"},
    {41, "Contact", "Language", "Text", "List"},
    {42, "Contact", "VIP", "Checkbox", "Option"},
    {51, "Company.Configuration", "Rack", "Text", "EntryField"},
    {52, "Company.Configuration", "Monitored", "Checkbox", "Option"},
    {61, "TimeEntry", "Travel", "Number", "EntryField"},
    {71, "Agreement", "Renewal owner", "Text", "EntryField"},
    {81, "ProjectTicket", "Work package", "Text", "EntryField"},
    {91, "Project", "Sponsor", "Text", "EntryField"},
}};

Json entry(const CustomField& field) {
  std::array<char, 40> guid{};
  std::snprintf(guid.data(), guid.size(), "9a0b1c2d-0000-4000-8000-%012d", static_cast<int>(field.id));
  return {{"id", field.id},
          {"caption", field.caption},
          {"type", field.type},
          {"entryMethod", field.entry_method},
          {"numberOfDecimals", field.type == "Number" ? 2 : 0},
          {"value", nullptr},
          {"connectWiseId", guid.data()}};
}

}  // namespace

std::span<const CustomField> custom_fields() { return fields; }

Json empty_custom_fields(std::string_view entity) {
  Json list = Json::array();
  for (const CustomField& field : fields) {
    if (field.entity == entity) list.push_back(entry(field));
  }
  return list;
}

Json merge_custom_fields(Json current, const Json& changes) {
  if (!changes.is_array()) return current;
  for (const Json& change : changes) {
    if (!change.is_object() || change.find("value") == change.end()) continue;
    for (Json& field : current) {
      if (id_at(field) == id_at(change)) field["value"] = change["value"];
    }
  }
  return current;
}

}  // namespace leat::sandbox
