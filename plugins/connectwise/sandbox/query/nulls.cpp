#include "plugins/connectwise/sandbox/query/nulls.hpp"

#include "plugins/connectwise/sandbox/engine/json.hpp"

namespace leat::sandbox {

namespace {

void complete(const connectwise::Schema& schema, Json& record) {
  if (!record.is_object()) return;
  for (const connectwise::Field& field : schema.fields) {
    const std::string name(field.name);
    if (!field.create_only && !record.contains(name)) record[name] = nullptr;
  }
}

}  // namespace

void add_nulls(const connectwise::Schema* schema, std::string& body) {
  if (schema == nullptr || body.empty()) return;
  Json json = Json::parse(body, nullptr, false);
  if (json.is_array()) {
    for (Json& record : json) complete(*schema, record);
  } else if (json.is_object()) {
    complete(*schema, json);
  } else {
    return;
  }
  body = to_text(json);
}

}  // namespace leat::sandbox
