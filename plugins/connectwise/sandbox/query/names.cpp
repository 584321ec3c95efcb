#include "plugins/connectwise/sandbox/query/names.hpp"

#include <array>

#include "plugins/connectwise/sandbox/message.hpp"
#include "plugins/connectwise/sandbox/text.hpp"

namespace leat::sandbox {

using connectwise::Field;
using connectwise::Schema;
using connectwise::ValueType;

namespace {

// Shown in `_info`, filtered under the bare name (AMP, DBR).
constexpr std::array<std::string_view, 4> info_names = {"lastUpdated", "updatedBy", "dateEntered", "enteredBy"};

const Field* find(const Schema* schema, std::string_view name) {
  if (schema == nullptr) return nullptr;
  for (const Field& field : schema->fields) {
    if (same_text(field.name, name)) return &field;
  }
  return nullptr;
}

// The name as the live system repeats it: a slash is escaped (CBT).
Refusal unknown(std::string_view written) {
  std::string shown;
  for (const char c : written) {
    if (c == '/') shown += '\\';
    shown += c;
  }
  return {400, "ApiFindCondition", shown + " is not a recognized name.", {}};
}

}  // namespace

Names::Names(const connectwise::Catalog& catalog, const Schema* schema, Scope scope)
    : catalog_(catalog), schema_(schema), scope_(scope) {}

FieldName Names::resolve(std::string_view written) const {
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
        if (same_text(info, steps[i])) return {{}, {"_info", std::string(info)}, nullptr};
      }
    }
    const bool last = i + 1 == steps.size();
    if (field == nullptr || field->type->kind == ValueType::array || field->type->kind == ValueType::map) {
      throw unknown(written);
    }
    if (!last && field->type->kind != ValueType::reference) throw unknown(written);
    name.path.emplace_back(field->name);
    name.type = field->type;
    if (!last) schema = catalog_.schema(field->type->schema);
  }
  return name;
}

}  // namespace leat::sandbox
