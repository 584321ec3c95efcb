#include "plugins/connectwise/sandbox/query/projection.hpp"

#include <simdjson.h>

#include <algorithm>
#include <stdexcept>

#include "plugins/connectwise/sandbox/message.hpp"
#include "plugins/connectwise/sandbox/text.hpp"

namespace leat::sandbox {

namespace ondemand = simdjson::ondemand;

namespace {

struct Node {
  std::string name;
  std::vector<Node> children;  // none: the whole value

  Node& child(std::string_view wanted) {
    const auto found =
        std::find_if(children.begin(), children.end(), [&](const Node& node) { return same_text(node.name, wanted); });
    if (found != children.end()) return *found;
    children.push_back({std::string(wanted), {}});
    return children.back();
  }
  const Node* find(std::string_view wanted) const {
    const auto found =
        std::find_if(children.begin(), children.end(), [&](const Node& node) { return same_text(node.name, wanted); });
    return found == children.end() ? nullptr : &*found;
  }
};

void write_object(ondemand::object object, const Node& node, std::string& out);

void write_value(ondemand::value value, const Node& node, std::string& out) {
  const ondemand::json_type type = value.type();
  if (node.children.empty() || (type != ondemand::json_type::object && type != ondemand::json_type::array)) {
    out += std::string_view(simdjson::to_json_string(value));
    return;
  }
  if (type == ondemand::json_type::object) {
    write_object(value.get_object(), node, out);
    return;
  }
  out += '[';
  bool first = true;
  for (ondemand::value element : value.get_array()) {
    if (!first) out += ',';
    first = false;
    write_value(element, node, out);
  }
  out += ']';
}

void write_object(ondemand::object object, const Node& node, std::string& out) {
  out += '{';
  bool first = true;
  for (auto field : object) {
    const std::string key(std::string_view(field.unescaped_key()));
    const Node* wanted = node.find(key);
    if (wanted == nullptr) continue;
    if (!first) out += ',';
    first = false;
    out += '"';
    out += key;  // a schema's member name: nothing to escape
    out += "\":";
    write_value(field.value(), *wanted, out);
  }
  out += '}';
}

bool knows(const connectwise::Schema* schema, std::string_view name) {
  return schema == nullptr || std::any_of(schema->fields.begin(), schema->fields.end(),
                                          [&](const connectwise::Field& field) { return same_text(field.name, name); });
}

}  // namespace

struct Projection::State {
  Node root;
  ondemand::parser parser;
};

Projection::Projection(const connectwise::Schema& schema) : state_(std::make_unique<State>()) {
  for (const connectwise::Field& field : schema.fields) state_->root.child(field.name);
}

Projection::Projection(std::string_view fields, const connectwise::Schema* schema, bool strict)
    : state_(std::make_unique<State>()) {
  for (const std::string_view part : split(fields, ',')) {
    const std::string_view path = trim(part);
    if (path.empty()) continue;
    const std::vector<std::string_view> steps = split(path, '/');
    if (strict && !knows(schema, steps.front())) {
      throw Refusal{400, "ApiFindCondition", std::string(path) + " is not a recognized name.", {}};
    }
    Node* node = &state_->root;
    for (const std::string_view step : steps) node = &node->child(step);
  }
}

Projection::~Projection() = default;

void Projection::write(std::string& record, std::string& out) {
  record.reserve(record.size() + simdjson::SIMDJSON_PADDING);
  try {
    ondemand::document document = state_->parser.iterate(record.data(), record.size(), record.capacity());
    write_object(document.get_object(), state_->root, out);
  } catch (const simdjson::simdjson_error& error) {
    throw std::logic_error(std::string("a stored record is not JSON: ") + error.what());
  }
}

}  // namespace leat::sandbox
