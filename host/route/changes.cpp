#include "host/route/changes.hpp"

#include <nlohmann/json.hpp>

namespace leat::host {
namespace {

// "/company/id" and "company/id" are company.id.
std::string field_of(std::string_view pointer) {
  std::string field;
  for (const char c : pointer) {
    if (c == '/') {
      if (!field.empty()) field += '.';
    } else {
      field += c;
    }
  }
  return field;
}

// nullptr: nothing is there.
const Json* at(const Json& document, std::string_view field) {
  const Json* value = &document;
  while (!field.empty()) {
    const std::size_t dot = field.find('.');
    const std::string name(field.substr(0, dot));
    if (value->is_object() && value->contains(name)) {
      value = &(*value)[name];
    } else if (value->is_array() && !name.empty() && name.size() < 10 &&
               name.find_first_not_of("0123456789") == std::string::npos && std::stoul(name) < value->size()) {
      value = &(*value)[std::stoul(name)];
    } else {
      return nullptr;
    }
    field = dot == std::string_view::npos ? std::string_view() : field.substr(dot + 1);
  }
  return value;
}

class Comparison {
 public:
  explicit Comparison(const Json* before) : before_(before) {}

  void set(std::string field, const Json* after) {
    FieldChange change{std::move(field), std::nullopt, std::nullopt, before_ != nullptr};
    if (const Json* was = before(change.field)) change.before = *was;
    if (after != nullptr) change.after = *after;
    if (change.known && change.before == change.after) return;
    changes.push_back(std::move(change));
  }

  // nullptr: not known, or not there.
  const Json* before(std::string_view field) const { return before_ == nullptr ? nullptr : at(*before_, field); }

  // Objects member by member, everything else as a whole.
  void walk(const std::string& field, const Json& after) {
    if (!after.is_object() || after.empty()) {
      if (!field.empty()) set(field, &after);
      return;
    }
    for (const auto& [name, value] : after.items()) walk(field.empty() ? name : field + "." + name, value);
  }

  std::vector<FieldChange> changes;

 private:
  const Json* before_;
};

bool is_json_patch(const Json& body) {
  if (!body.is_array() || body.empty()) return false;
  for (const Json& step : body) {
    if (!step.is_object() || !step.contains("op") || !step.contains("path") || !step["path"].is_string()) return false;
  }
  return true;
}

}  // namespace

std::vector<FieldChange> changes_of(std::string_view method, std::string_view path, std::string_view body,
                                    const Json* before) {
  if (method == "DELETE") {
    path = path.substr(0, path.find('?'));
    return {{"id", Json(std::string(path.substr(path.rfind('/') + 1))), std::nullopt, true}};
  }
  Comparison comparison(method == "POST" ? nullptr : before);
  const Json document = Json::parse(body, nullptr, false);
  if (document.is_discarded()) return {};
  if (is_json_patch(document)) {
    for (const Json& step : document) {
      const std::string field = field_of(step["path"].get_ref<const std::string&>());
      if (step["op"] == "remove") {
        comparison.set(field, nullptr);
      } else if (step["op"] == "move" || step["op"] == "copy") {
        const std::string from = field_of(step.value("from", std::string()));
        const Json told = "(what " + from + " is)";
        const Json* value = comparison.before(from);
        comparison.set(field, value == nullptr ? &told : value);
        if (step["op"] == "move") comparison.set(from, nullptr);
      } else if (step["op"] != "test") {
        const Json none = nullptr;
        const Json& after = step.contains("value") ? step["value"] : none;
        if (after.is_object()) {
          comparison.walk(field, after);
        } else {
          comparison.set(field, &after);
        }
      }
    }
  } else if (document.is_object()) {
    comparison.walk("", document);
  } else if (document.is_array()) {
    for (std::size_t i = 0; i < document.size(); ++i) comparison.walk(std::to_string(i), document[i]);
  }
  return std::move(comparison.changes);
}

}  // namespace leat::host
