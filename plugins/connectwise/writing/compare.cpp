#include "plugins/connectwise/writing/compare.hpp"

#include "leat/schema.hpp"
#include "plugins/connectwise/timestamp.hpp"
#include "plugins/connectwise/values.hpp"
#include "plugins/connectwise/writing/list_changes.hpp"

namespace leat::connectwise {
namespace {

using JsonType = leat::Type;

bool is_custom_fields(const Type& type) {
  return type.kind == ValueType::array && type.item->schema == "CustomFieldValue";
}

// The custom field that `wanted` speaks of: by id, else by caption, else none.
leat::Node entry_like(leat::Node wanted, leat::Node list) {
  for (const auto item : list) {
    if (!is_absent(wanted["id"])) {
      if (same_number(wanted["id"].text(), item.value["id"].text())) return item.value;
    } else if (!is_absent(wanted["caption"]) && wanted["caption"].text() == item.value["caption"].text()) {
      return item.value;
    }
  }
  return {};
}

// By the type of the field as the server tells it.
bool same_custom_value(leat::Node wanted, leat::Node entry) {
  static const Type text{.kind = ValueType::string};
  static const Type number{.kind = ValueType::number};
  static const Type boolean{.kind = ValueType::boolean};
  const std::string_view type = entry["type"].str().value_or("");
  const bool numeric = type == "Number" || type == "Percent" || type == "Currency";
  const Type& as = numeric ? number : type == "Checkbox" ? boolean : text;
  // A box that was never ticked has no value.
  if (type == "Checkbox" && is_absent(entry["value"])) return is_absent(wanted) || wanted.text() == "false";
  return same_scalar(as, wanted, entry["value"]);
}

bool same(const Type& type, leat::Node wanted, leat::Node current) {
  switch (type.kind) {
    case ValueType::reference:
      return type.schema.ends_with("Reference") ? same_reference(wanted, current) : covers(wanted, current);
    case ValueType::array: return is_absent(wanted) ? current.size() == 0 : covers(wanted, current);
    case ValueType::map:
    case ValueType::object: return covers(wanted, current);
    default: return same_scalar(type, wanted, current);
  }
}

// The entries of custom fields that differ, as a JSON array; empty: none does. One that the record does not have is
// sent: the server says what is wrong with it.
std::string changed_entries(leat::Node wanted, leat::Node current) {
  std::string entries;
  for (const auto item : wanted) {
    const leat::Node entry = entry_like(item.value, current);
    if (entry && same_custom_value(item.value["value"], entry)) continue;
    entries += (entries.empty() ? "" : ",") + std::string(item.value.json());
  }
  return entries.empty() ? entries : "[" + entries + "]";
}

std::string replace(std::string_view member, std::string_view value) {
  return R"({"op":"replace","path":)" + leat::detail::json_quoted(member) + R"(,"value":)" + std::string(value) + "}";
}

// The operations that make the member what is wanted; empty: it is.
std::string operations(const Catalog& catalog, const Field& field, leat::Node wanted, leat::Node current) {
  if (is_custom_fields(*field.type) && wanted.type() == JsonType::array) {
    const std::string entries = changed_entries(wanted, current);
    return entries.empty() ? std::string() : replace(field.name, entries);
  }
  if (same(*field.type, wanted, current)) return {};
  const bool list = wanted.type() == JsonType::array && current.size() > 0;
  if (list && is_list_of_records(catalog, *field.type)) return list_operations(field.name, wanted, current);
  return replace(field.name, wanted.json());
}

leat::Node last_updated(leat::Node record) {
  const leat::Node above = record["lastUpdated"];
  return above ? above : record["_info"]["lastUpdated"];
}

// Whether the record was changed after the base; nothing to go by is no change.
Result<bool> is_newer(leat::Node current, leat::Node base) {
  if (!base || base.is_null()) return false;
  const auto known = parse_timestamp(last_updated(base).str().value_or(""));
  if (!known) {
    return Error{ErrorKind::invalid,
                 "base.lastUpdated must be the time of the record that the change is based on, as its "
                 "_info.lastUpdated says it",
                 0};
  }
  const auto now = parse_timestamp(last_updated(current).str().value_or(""));
  return now && *now > *known;
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

Error conflict(leat::Node current, leat::Node base, const std::vector<std::string>& members) {
  std::string text = "the record was changed at " + std::string(last_updated(current).text());
  const std::string_view who = current["_info"]["updatedBy"].text();
  if (!who.empty()) text += " by " + std::string(who);
  text += ", after " + std::string(last_updated(base).text()) + " that this change is based on; it would overwrite " +
          joined(members) + ": read it again, or say who wins (compare.conflict, compare.fields: ours or theirs)";
  return Error{ErrorKind::invalid, std::move(text), 0};
}

}  // namespace

Result<Comparison> compare(const Catalog& catalog, const Schema& schema, leat::Node wanted, leat::Node current,
                           leat::Node base, const ConflictRules& rules) {
  const auto newer = is_newer(current, base);
  if (!newer) return newer.error();
  Comparison result;
  std::vector<std::string> refused;
  for (const auto item : wanted) {
    const Field* field = schema.find(item.key);
    if (item.key == "id" || item.key == "_info" || (field && field->create_only)) continue;
    static const Type unknown{.kind = ValueType::object};
    const Field as = field ? *field : Field{.name = item.key, .type = &unknown};
    const leat::Node there = current[item.key];
    const std::string changes = operations(catalog, as, item.value, there);
    if (changes.empty()) continue;
    const leat::Node before = base[item.key];
    if (*newer && !(before && same(*as.type, before, there))) {
      const auto rule = rules.members.find(item.key);
      const Winner winner = rule == rules.members.end() ? rules.otherwise : rule->second;
      if (winner == Winner::refuse) refused.emplace_back(item.key);
      if (winner == Winner::theirs) result.theirs.emplace_back(item.key);
      if (winner != Winner::ours) continue;
    }
    result.patch += (result.patch.empty() ? "" : ",") + changes;
  }
  if (!refused.empty()) return conflict(current, base, refused);
  if (!result.patch.empty()) result.patch = "[" + result.patch + "]";
  return result;
}

}  // namespace leat::connectwise
