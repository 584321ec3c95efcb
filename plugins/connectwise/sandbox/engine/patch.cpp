#include "plugins/connectwise/sandbox/engine/patch.hpp"

#include <string>
#include <vector>

#include "plugins/connectwise/sandbox/engine/custom_fields.hpp"
#include "plugins/connectwise/sandbox/message.hpp"
#include "plugins/connectwise/sandbox/text.hpp"

namespace leat::sandbox {

namespace {

std::vector<std::string> steps_of(std::string_view path) {
  if (!path.empty() && path.front() == '/') path.remove_prefix(1);
  std::vector<std::string> steps;
  for (const std::string_view part : split(path, '/')) {
    std::string step;
    // JSON Pointer: ~1 is a slash, ~0 a tilde (RFC 6901, 3).
    for (std::size_t i = 0; i < part.size(); ++i) {
      const bool escape = part[i] == '~' && i + 1 < part.size() && (part[i + 1] == '0' || part[i + 1] == '1');
      step += escape ? (part[++i] == '1' ? '/' : '~') : part[i];
    }
    steps.push_back(std::move(step));
  }
  return steps;
}

Refusal nowhere(const std::string& path) {
  return invalid_object("patchOperation",
                        {{"InvalidField", "The path '" + path + "' could not be resolved.", "patchOperation", "path"}});
}

// The index of an existing element; -1: none.
std::int64_t index_in(const Json& list, const std::string& step) {
  const auto index = to_integer(step);
  return index && *index >= 0 && *index < static_cast<std::int64_t>(list.size()) ? *index : -1;
}

bool is_reference(const Json& value) {
  return value.is_object() && (value.contains("id") || value.contains("identifier"));
}

class Patcher {
 public:
  Patcher(Json& record, bool into_references) : record_(record), into_references_(into_references) {}

  void apply(const std::string& op, const std::string& path, const Json& value) {
    const std::vector<std::string> steps = steps_of(path);
    if (steps.empty() || steps.front().empty()) throw nowhere(path);
    if (steps.size() == 1 && steps.front() == "customFields" && op != "remove" && record_.contains("customFields")) {
      record_["customFields"] = merge_custom_fields(record_["customFields"], value);
      return;
    }
    Json* at = &record_;
    for (std::size_t i = 0; i + 1 < steps.size(); ++i) {
      const bool create = op != "remove" && at->is_object() && !at->contains(steps[i]);
      at = create ? &((*at)[steps[i]] = Json::object()) : descend(*at, steps[i], path);
      // A reference below the record: what it says besides the new value belonged to the old one.
      const bool last = i + 2 == steps.size();
      if (last && is_reference(*at) && i == 0) {
        if (!into_references_) return;
        if (op != "remove") *at = Json::object();
      }
    }
    change(*at, op, steps.back(), path, value);
  }

 private:
  static Json* descend(Json& at, const std::string& step, const std::string& path) {
    if (at.is_object() && at.contains(step)) return &at[step];
    if (at.is_array()) {
      const std::int64_t index = index_in(at, step);
      if (index >= 0) return &at[static_cast<std::size_t>(index)];
    }
    throw nowhere(path);
  }

  static void change(Json& at, const std::string& op, const std::string& step, const std::string& path,
                     const Json& value) {
    if (at.is_array()) {
      const std::int64_t index = index_in(at, step);
      const bool append = step == "-" || step == std::to_string(at.size());
      if (op == "add" && append) {
        at.push_back(value);
      } else if (index < 0) {
        throw nowhere(path);
      } else if (op == "add") {
        at.insert(at.begin() + index, value);
      } else if (op == "remove") {
        at.erase(at.begin() + index);
      } else {
        at[static_cast<std::size_t>(index)] = value;
      }
      return;
    }
    if (!at.is_object()) throw nowhere(path);
    if (op == "remove") {
      at.erase(step);
    } else {
      at[step] = value;
    }
  }

  Json& record_;
  bool into_references_;
};

}  // namespace

Json apply_patch(Json record, const Json& operations, bool into_references) {
  if (!operations.is_array()) throw api_error(400, "A PATCH takes a list of operations.");
  Patcher patcher(record, into_references);
  for (const Json& operation : operations) {
    if (!operation.is_object()) throw api_error(400, "A patch operation is an object with op, path and value.");
    const std::string op = lower(text_at(operation, "op"));
    const std::string path = text_at(operation, "path");
    if (op != "add" && op != "replace" && op != "remove") {
      throw invalid_object("patchOperation",
                           {{"InvalidField", "The operation '" + op + "' is not supported.", "patchOperation", "op"}});
    }
    patcher.apply(op, path, operation.contains("value") ? operation["value"] : Json());
  }
  return record;
}

}  // namespace leat::sandbox
