// A request for each operation of the catalog that the sandbox accepts: the records it is about are there or made first,
// its body has what the document requires and nothing more.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "plugins/connectwise/sandbox/text.hpp"
#include "tests/sandbox/harness.hpp"

namespace leat::sandbox::test {

using connectwise::BodyKind;
using connectwise::Field;
using connectwise::Method;
using connectwise::Operation;
using connectwise::ResponseKind;
using connectwise::Schema;
using connectwise::ValueType;

inline const leat::connectwise::Catalog& catalog() { return leat::connectwise::builtin_catalog(); }

inline Json minimal_value(const Field& field, int depth);

// What the document requires and nothing more; references by id 1.
inline Json minimal_body(std::string_view name, int depth = 0) {
  Json body = Json::object();
  const Schema* schema = catalog().schema(name);
  if (schema == nullptr || depth > 4) return body;
  for (const Field& field : schema->fields) {
    if (field.required) body[std::string(field.name)] = minimal_value(field, depth);
  }
  return body;
}

inline Json minimal_value(const Field& field, int depth) {
  switch (field.type->kind) {
    case ValueType::string:
      if (!field.type->choices.empty()) return std::string(field.type->choices.front());
      if (field.type->format == "date-time") return "2026-01-01T00:00:00Z";
      if (field.type->format == "date") return "2026-01-01";
      return std::string(field.name).substr(0, field.type->length_max == 0 ? 50 : field.type->length_max);
    case ValueType::integer: return 1;
    case ValueType::number: return 1.5;
    case ValueType::boolean: return true;
    case ValueType::array: return Json::array();
    case ValueType::reference: {
      const std::string_view target = field.type->schema;
      const bool reference = target.size() > 9 && target.substr(target.size() - 9) == "Reference";
      return reference ? Json{{"id", 1}} : minimal_body(target, depth + 1);
    }
    case ValueType::object:
    case ValueType::map: break;
  }
  return Json::object();
}

// Members that are needed though the document does not say so: connectwise/README.md, "Writing".
inline void add_needed(std::string_view schema, Json& body) {
  if (schema == "Contact") body["firstName"] = "Ina";
  if (schema == "ServiceNote") body["detailDescriptionFlag"] = true;
  if (schema == "CallbackEntry") {
    body["url"] = "https://127.0.0.1/hook?id=";
    body["type"] = "ticket";
    body["level"] = "owner";
  }
  if (schema == "Company") body["identifier"] = "Unique";
}

struct Asked {
  std::string path;
  std::string body;
  std::string content_type;
};

// The POST of a template, whatever its placeholders are called.
inline const Operation* find_post(std::string_view path_template) {
  const auto nameless = [](std::string_view path) {
    std::string text;
    bool inside = false;
    for (const char c : path) {
      inside = (inside || c == '{') && c != '}';
      if (!inside) text += lower(c);
    }
    if (text.back() == '/') text.pop_back();
    return text;
  };
  static const std::map<std::string, const Operation*> posts = [&] {
    std::map<std::string, const Operation*> map;
    for (const Operation& operation : catalog().operations()) {
      if (operation.method == Method::post) map.emplace(nameless(operation.path), &operation);
    }
    return map;
  }();
  const auto found = posts.find(nameless(path_template));
  return found == posts.end() ? nullptr : found->second;
}

inline std::string list_of(std::string_view path) { return std::string(path.substr(0, path.rfind('/'))); }

// A record of a list: one that is there, else one made first, else 1. `spare`: one that no other record points at.
inline std::string any_id(Harness& harness, std::string list, std::string list_template, bool spare = false) {
  // The document spells some paths of this list without their module.
  if (list.rfind("/configurations/types/", 0) == 0) {
    list = "/company" + list;
    list_template = "/company" + list_template;
  }
  const Json known = Json::parse(harness.send("GET", list).body, nullptr, false);
  if (known.is_array() && !known.empty() && known[0].contains("id"))
    return (spare ? known.back() : known[0])["id"].dump();
  if (list.size() > 5 && list.substr(list.size() - 5) == "/info")
    return any_id(harness, list_of(list), list_of(list_template), spare);
  if (list.size() > 9 && list.substr(list.size() - 9) == "/forecast") {
    // Items of a forecast are added below the forecast's id.
    list += "/1";
    list_template += "/{id}";
  }
  const Operation* add = find_post(list_template);
  if (add == nullptr || add->body != BodyKind::object) return "1";
  Json body = minimal_body(add->body_schema);
  add_needed(add->body_schema, body);
  const Json made = Json::parse(harness.send("POST", list, body.dump()).body, nullptr, false);
  const Json record = made.is_array() && !made.empty() ? made[0] : made;
  return record.is_object() && record.contains("id") ? record["id"].dump() : "1";
}

inline std::string minimal_path(Harness& harness, std::string_view path_template, bool spare) {
  std::string path;
  std::string_view rest = path_template;
  for (std::size_t open = rest.find('{'); open != std::string_view::npos; open = rest.find('{')) {
    path += rest.substr(0, open);
    const std::string_view list_template = path_template.substr(0, path_template.size() - rest.size() + open);
    const std::size_t close = rest.find('}', open);
    rest = close == std::string_view::npos ? std::string_view() : rest.substr(close + 1);
    if (open == 0) continue;  // "{id}{id}": the document's slip for one
    const bool list = path.back() == '/';
    path += list ? any_id(harness, path.substr(0, path.size() - 1), list_of(list_template),
                          spare && (rest.empty() || rest == "/convert"))
                 : "1";
  }
  return path + std::string(rest);
}

// One that takes a record out of its list: others may refer to the first one.
inline bool is_conversion(const Operation& operation) {
  constexpr std::string_view word = "/convert";
  return operation.path.size() > word.size() && operation.path.substr(operation.path.size() - word.size()) == word;
}

inline Asked minimal_request(Harness& harness, const Operation& operation) {
  Asked asked;
  asked.path = minimal_path(harness, operation.path, operation.method == Method::del || is_conversion(operation));
  if (operation.path.find("regex") != std::string_view::npos) asked.path = list_of(asked.path) + "/jdoe";
  if (operation.path.find("{reportName}") != std::string_view::npos)
    asked.path.replace(asked.path.find("/1"), 2, "/Service");
  if (operation.path == "/system/documents" || operation.path == "/system/documents/count")
    asked.path += "?recordType=Ticket&recordId=1";
  Json body = minimal_body(operation.body_schema);
  add_needed(operation.body_schema, body);
  switch (operation.body) {
    case BodyKind::none: break;
    case BodyKind::object: asked.body = body.dump(); break;
    case BodyKind::array:
      // Bulk PUTs name the record.
      if (operation.method == Method::put)
        body["id"] = Json::parse(any_id(harness, list_of(asked.path), list_of(operation.path)));
      asked.body = Json::array({body}).dump();
      break;
    case BodyKind::json_patch: asked.body = "[]"; break;
    case BodyKind::multipart:
      asked.content_type = "multipart/form-data; boundary=x";
      for (const char* name : {"recordType", "recordId", "title"}) {
        asked.body += "--x\r\nContent-Disposition: form-data; name=\"" + std::string(name) + "\"\r\n\r\n1\r\n";
      }
      asked.body +=
          "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nhello\r\n--x--\r\n";
      break;
  }
  // DELETE of a bulk list: the document declares no body everywhere.
  if (operation.method == Method::del && operation.response == ResponseKind::bulk) {
    asked.body = R"({"ids":[)" + any_id(harness, list_of(asked.path), list_of(operation.path)) + "]}";
  }
  if (asked.content_type.empty() && !asked.body.empty()) asked.content_type = "application/json";
  return asked;
}

}  // namespace leat::sandbox::test
