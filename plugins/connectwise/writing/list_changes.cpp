#include "plugins/connectwise/writing/list_changes.hpp"

#include <optional>
#include <vector>

#include "leat/schema.hpp"
#include "plugins/connectwise/values.hpp"

namespace leat::connectwise {
namespace {

using JsonType = leat::Type;

bool same_id(leat::Node a, leat::Node b) { return !is_absent(a["id"]) && same_number(a["id"].text(), b["id"].text()); }

// Says by id, whatever stands beside it, or by nothing but names which record it means.
bool is_reference(leat::Node wanted) {
  if (!is_absent(wanted["id"])) return true;
  for (const auto item : wanted) {
    if (item.key != "identifier" && item.key != "name" && item.key != "_info") return false;
  }
  return wanted.size() > 0;
}

bool same_list(leat::Node wanted, leat::Node current) {
  if (wanted.size() != current.size()) return false;
  for (std::size_t i = 0, size = wanted.size(); i < size; ++i) {
    leat::Node like = is_absent(wanted[i]["id"]) ? current[i] : leat::Node();
    for (const auto item : current) {
      if (same_id(wanted[i], item.value)) like = item.value;
    }
    if (!covers(wanted[i], like)) return false;
  }
  return true;
}

// Which element of `current` each wanted one means.
std::vector<std::optional<std::size_t>> pairs(leat::Node wanted, leat::Node current) {
  std::vector<std::optional<std::size_t>> meant(wanted.size());
  std::vector<bool> used(current.size());
  const auto pair = [&](auto is_meant) {
    for (std::size_t i = 0; i < meant.size(); ++i) {
      for (std::size_t j = 0; j < used.size() && !meant[i]; ++j) {
        if (used[j] || !is_meant(i, j)) continue;
        meant[i] = j;
        used[j] = true;
      }
    }
  };
  const auto nameless = [&](std::size_t i) { return is_absent(wanted[i]["id"]); };
  pair([&](std::size_t i, std::size_t j) { return same_id(wanted[i], current[j]); });
  pair([&](std::size_t i, std::size_t j) { return nameless(i) && covers(wanted[i], current[j]); });
  pair([&](std::size_t i, std::size_t j) {
    return nameless(i) && !is_absent(wanted[i]["type"]) && same_reference(wanted[i]["type"], current[j]["type"]);
  });
  pair([&](std::size_t i, std::size_t j) { return nameless(i) && is_absent(wanted[i]["type"]) && i == j; });
  return meant;
}

}  // namespace

bool covers(leat::Node wanted, leat::Node current) {
  static const Type text{.kind = ValueType::string};
  static const Type number{.kind = ValueType::number};
  if (wanted.type() == JsonType::array) return same_list(wanted, current);
  if (wanted.type() != JsonType::object) {
    return same_scalar(wanted.type() == JsonType::number ? number : text, wanted, current);
  }
  if (current["_info"] && is_reference(wanted)) return same_reference(wanted, current);
  for (const auto item : wanted) {
    if (item.key != "_info" && !covers(item.value, current[item.key])) return false;
  }
  return true;
}

bool is_list_of_records(const Catalog& catalog, const Type& type) {
  if (type.kind != ValueType::array || type.item->schema.ends_with("Reference")) return false;
  const Schema* schema = catalog.schema(type.item->schema);
  return schema && schema->find("id");
}

std::string list_operations(std::string_view member, leat::Node wanted, leat::Node current) {
  std::string operations;
  const auto add = [&](std::string_view op, const std::string& place, std::string_view value) {
    operations += (operations.empty() ? "" : ",") + std::string(R"({"op":")") + std::string(op) + R"(","path":)" +
                  leat::detail::json_quoted(std::string(member) + "/" + place) +
                  (value.empty() ? "}" : R"(,"value":)" + std::string(value) + "}");
  };
  const auto meant = pairs(wanted, current);
  std::vector<bool> kept(current.size());
  for (std::size_t i = 0; i < meant.size(); ++i) {
    if (!meant[i]) continue;
    kept[*meant[i]] = true;
    for (const auto item : wanted[i]) {
      if (item.key == "id" || item.key == "_info" || covers(item.value, current[*meant[i]][item.key])) continue;
      add("replace", std::to_string(*meant[i]) + "/" + std::string(item.key), item.value.json());
    }
  }
  std::size_t end = current.size();
  for (std::size_t i = 0; i < meant.size(); ++i) {
    if (!meant[i]) add("add", std::to_string(end++), wanted[i].json());
  }
  for (std::size_t i = kept.size(); i-- > 0;) {
    if (!kept[i]) add("remove", std::to_string(i), {});
  }
  return operations;
}

}  // namespace leat::connectwise
