#include "plugins/connectwise/sandbox/query/names.hpp"

#include <array>

#include "plugins/connectwise/sandbox/message.hpp"
#include "plugins/connectwise/sandbox/text.hpp"

namespace leat::sandbox {

using connectwise::Field;
using connectwise::Schema;
using connectwise::ValueType;

namespace {

// Shown in `_info`, filtered under the bare name (clients, C).
constexpr std::array<std::string_view, 4> info_names = {"lastUpdated", "updatedBy", "dateEntered", "enteredBy"};

const Field* find(const Schema* schema, std::string_view name) {
  if (schema == nullptr) return nullptr;
  for (const Field& field : schema->fields) {
    if (same_text(field.name, name)) return &field;
  }
  return nullptr;
}

// The name as the live system repeats it: a slash is escaped (clients, C).
Refusal unknown(std::string_view written) {
  std::string shown;
  for (const char c : written) {
    if (c == '/') shown += '\\';
    shown += c;
  }
  return {400, "ApiFindCondition", shown + " is not a recognized name.", {}};
}

}  // namespace

Names::Names(const connectwise::Catalog& catalog, const Schema* schema, Scope scope, const Lookup* lookup)
    : catalog_(catalog), schema_(schema), scope_(scope), lookup_(lookup) {}

FieldName Names::resolve(std::string_view name_written) const {
  std::string_view written = name_written;
  if (!renamed_.empty()) {
    const auto found = renamed_.find(lower(written));
    if (found == renamed_.end()) throw unknown(written);
    written = found->second;
  }
  std::vector<std::string_view> steps = split(written, '/');
  FieldName name;
  const Schema* schema = schema_;
  if (scope_ == Scope::custom_fields) {
    schema = find(schema_, "customFields") != nullptr ? catalog_.schema("CustomFieldValue") : nullptr;
    name.list = {"customFields"};
  } else if (scope_ == Scope::children) {
    const Field* list = find(schema_, steps.front());
    if (list == nullptr || list->type->kind != ValueType::array || steps.size() < 2) throw unknown(written);
    name.list.emplace_back(list->name);
    schema = catalog_.schema(list->type->item->schema);
    steps.erase(steps.begin());
  }
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const Field* field = find(schema, steps[i]);
    if (field == nullptr && i == 0 && name.list.empty() && steps.size() == 1 && find(schema, "_info") != nullptr) {
      for (const std::string_view info : info_names) {
        if (same_text(info, steps[i])) return {{}, {"_info", std::string(info)}, nullptr, {}};
      }
    }
    const bool last = i + 1 == steps.size();
    if (field == nullptr || field->type->kind == ValueType::array || field->type->kind == ValueType::map) {
      throw unknown(written);
    }
    if (!last && field->type->kind != ValueType::reference) throw unknown(written);
    (name.joins.empty() ? name.path : name.joins.back().path).emplace_back(field->name);
    name.type = field->type;
    if (last) break;
    schema = catalog_.schema(field->type->schema);
    // What the reference does not show is looked up in the record it refers to.
    if (find(schema, steps[i + 1]) != nullptr || lookup_ == nullptr || !name.list.empty()) continue;
    schema = lookup_->target(field->type->schema);
    name.joins.push_back({std::string(field->type->schema), {}});
  }
  return name;
}

}  // namespace leat::sandbox
