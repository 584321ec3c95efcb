#include "plugins/connectwise/sandbox/query/selection.hpp"

#include <algorithm>

#include "plugins/connectwise/sandbox/message.hpp"
#include "plugins/connectwise/sandbox/query/field_value.hpp"
#include "plugins/connectwise/sandbox/text.hpp"

namespace leat::sandbox {

namespace {

constexpr std::size_t entries_max = 16;

struct SortValue {
  Value::Kind kind = Value::Kind::absent;
  double number = 0;
  std::string text;
};

struct Row {
  Id id = 0;
  std::vector<SortValue> values;
};

SortValue to_sort_value(const Value& value) {
  SortValue result;
  result.kind = value.kind;
  result.number = value.kind == Value::Kind::boolean ? (value.boolean ? 1 : 0) : value.number;
  if (value.kind == Value::Kind::text) result.text = lower(value.text);
  return result;
}

// The order of the list itself, or its reverse.
bool is_by_id(const std::vector<SortKey>& order) {
  if (order.empty()) return true;
  const FieldName& field = order.front().field;
  return order.size() == 1 && field.list.empty() && field.joins.empty() && field.path == std::vector<std::string>{"id"};
}

int compare(const SortValue& a, const SortValue& b) {
  if (a.kind != b.kind) return a.kind < b.kind ? -1 : 1;
  if (a.kind == Value::Kind::text) return a.text.compare(b.text);
  return a.number < b.number ? -1 : (b.number < a.number ? 1 : 0);
}

}  // namespace

std::vector<SortKey> parse_order(std::string_view text, const Names& names) {
  std::vector<SortKey> keys;
  if (trim(text).empty()) return keys;
  for (const std::string_view part : split(text, ',')) {
    const std::string_view item = trim(part);
    const std::size_t blank = item.find_first_of(" \t");
    const std::string_view direction =
        blank == std::string_view::npos ? std::string_view("asc") : trim(item.substr(blank));
    if (item.empty() || (!same_text(direction, "asc") && !same_text(direction, "desc"))) {
      throw Refusal{
          400, "ApiFindCondition", "orderBy takes 'field asc' or 'field desc', not '" + std::string(item) + "'.", {}};
    }
    keys.push_back({names.resolve(item.substr(0, blank)), same_text(direction, "desc")});
  }
  return keys;
}

Selection SelectionCache::select(const std::string& key, const Collection& collection, const Filter& filter,
                                 const std::vector<SortKey>& order, const Lookup* lookup) {
  const bool joins = filter.joins() || std::any_of(order.begin(), order.end(),
                                                   [](const SortKey& sort) { return !sort.field.joins.empty(); });
  if (!joins) {
    const std::lock_guard lock(mutex_);
    const auto known =
        std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) { return entry.key == key; });
    if (known != entries_.end()) {
      if (known->version == collection.version()) return known->selection;
      entries_.erase(known);
    }
  }
  std::vector<Row> rows;
  RecordView view;
  std::string record;
  const IdRange range = filter.ids();
  const bool by_id = is_by_id(order);
  for (auto id = collection.next(std::max<Id>(range.least, 1) - 1); id && *id <= range.most;
       id = collection.next(*id)) {
    if (range.exact && by_id) {
      rows.push_back({*id, {}});
      continue;
    }
    record.clear();
    collection.write(*id, record);
    view.open(record);
    if (!filter.matches(view)) continue;
    Row row{*id, {}};
    if (!by_id) {
      for (const SortKey& sort : order) row.values.push_back(with_value(view, sort.field, lookup, to_sort_value));
    }
    rows.push_back(std::move(row));
  }
  if (by_id) {
    if (!order.empty() && order.front().descending) std::reverse(rows.begin(), rows.end());
  } else {
    std::stable_sort(rows.begin(), rows.end(), [&](const Row& a, const Row& b) {
      for (std::size_t i = 0; i < order.size(); ++i) {
        const int result = compare(a.values[i], b.values[i]);
        if (result != 0) return (result < 0) != order[i].descending;
      }
      return false;
    });
  }
  auto ids = std::make_shared<std::vector<Id>>();
  ids->reserve(rows.size());
  for (const Row& row : rows) ids->push_back(row.id);
  if (joins) return ids;
  const std::lock_guard lock(mutex_);
  entries_.push_front({key, collection.version(), ids});
  if (entries_.size() > entries_max) entries_.pop_back();
  return ids;
}

}  // namespace leat::sandbox
