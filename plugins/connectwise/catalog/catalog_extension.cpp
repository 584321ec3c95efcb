#include "plugins/connectwise/catalog/catalog_extension.hpp"

#include <string>
#include <string_view>
#include <unordered_map>

#include "leat/schema.hpp"
#include "leat/thunk.hpp"
#include "plugins/connectwise/catalog/entity_names.hpp"
#include "plugins/connectwise/text.hpp"

namespace leat::connectwise {
namespace {

std::string in_quotes(std::string_view text) { return leat::detail::json_quoted(text); }

// `"name": value` pairs of an object, in order.
class JsonObject {
 public:
  JsonObject& add(std::string_view name, const std::string& json) {
    if (!text_.empty()) text_ += ',';
    text_ += in_quotes(name) + ':' + json;
    return *this;
  }
  JsonObject& add_text(std::string_view name, std::string_view text) { return add(name, in_quotes(text)); }
  std::string text() const { return '{' + text_ + '}'; }

 private:
  std::string text_;
};

class JsonArray {
 public:
  void add(const std::string& json) { text_ += (text_.empty() ? "" : ",") + json; }
  std::string text() const { return '[' + text_ + ']'; }

 private:
  std::string text_;
};

// "path.id: int32, required".
std::string described(std::string_view name, const Type& type, bool required) {
  return in_quotes(std::string(name) + ": " + std::string(type.text) + (required ? ", required" : ""));
}

std::string parameters(const Operation& operation) {
  JsonArray list;
  const auto add = [&list](std::string_view in, const Parameter& parameter, bool required) {
    list.add(described(std::string(in) + '.' + std::string(parameter.name), *parameter.type, required));
  };
  for (const Parameter& known : operation.path_parameters) add("path", known, true);
  for (const Parameter& known : operation.query_parameters) add("query", known, false);
  if (operation.method == Method::get) {
    for (const Parameter& known : standard_query()) add("query", known, false);
  }
  return list.text();
}

// Of the payload where there is one; of a patch the record it changes; else of the answer.
std::string_view schema_of(const Operation& operation) {
  const bool has_own = operation.body == BodyKind::object || operation.body == BodyKind::array;
  return has_own ? operation.body_schema : operation.response_schema;
}

std::string fields(const Operation& operation) {
  JsonArray list;
  const Schema* schema = builtin_catalog().schema(schema_of(operation));
  for (const Field& field : schema ? schema->fields : std::span<const Field>()) {
    list.add(described(field.name, *field.type, field.required));
  }
  return list.text();
}

std::string_view body_name(BodyKind kind) {
  switch (kind) {
    case BodyKind::none: return "none";
    case BodyKind::object: return "object";
    case BodyKind::array: return "array";
    case BodyKind::json_patch: return "json-patch";
    case BodyKind::multipart: return "multipart";
  }
  return "none";
}

std::string entry(const Operation& operation, const std::string& name) {
  JsonObject made;
  made.add_text("name", name)
      .add_text("method", to_string(operation.method))
      .add_text("path", operation.path)
      .add_text("id", operation.id)
      .add_text("body", body_name(operation.body))
      .add_text("schema", schema_of(operation));
  if (!operation.note.empty()) made.add_text("note", operation.note);
  return made.add("parameters", parameters(operation)).add("fields", fields(operation)).text();
}

leat_kind search(leat_ctx* ctx, leat_str words, std::uint32_t limit, leat_rec* out) noexcept {
  return leat::detail::guarded(ctx, [&](Context& context) {
    const Catalog& catalog = builtin_catalog();
    const auto found = search_entities(catalog, view(words), 0);
    const auto names = entity_names(catalog);
    JsonArray entries;
    std::size_t count = 0;
    for (const Operation* operation : found) {
      if (limit != 0 && ++count > limit) break;
      entries.add(entry(*operation, names.at(operation)));
    }
    const std::string text = JsonObject()
                                 .add("total", std::to_string(catalog.operations().size()))
                                 .add("matches", std::to_string(found.size()))
                                 .add("entries", entries.text())
                                 .text();
    Record(out).set_json(text, context);
  });
}

}  // namespace

const leat_catalog& catalog_extension() {
  static const leat_catalog table{sizeof(leat_catalog), 0, &search};
  return table;
}

}  // namespace leat::connectwise
