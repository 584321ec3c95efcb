#include "host/config/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "host/config/nearest.hpp"
#include "host/config/scalar.hpp"
#include "host/config/schema_text.hpp"

namespace leat::host {

namespace {

constexpr std::size_t kSecretLeast = 4;  // what Secrets can mask
constexpr std::string_view kComponent = "component:";

bool is_container(const Node& node) { return node.type == Node::Type::array || node.type == Node::Type::object; }

bool allows(const std::vector<std::string>& types, std::string_view type) {
  return types.empty() || std::find(types.begin(), types.end(), type) != types.end();
}

std::string_view type_name(Node::Type type) {
  switch (type) {
    case Node::Type::null: return "null";
    case Node::Type::boolean: return "boolean";
    case Node::Type::integer: return "integer";
    case Node::Type::number: return "number";
    case Node::Type::string: return "string";
    case Node::Type::array: return "array";
    case Node::Type::object: return "object";
  }
  return "null";
}

// "a string", "an integer or null".
std::string expectation(const std::vector<std::string>& types) {
  std::string text;
  for (std::size_t i = 0; i < types.size(); ++i) {
    if (i > 0) text += i + 1 == types.size() ? " or " : ", ";
    if (types[i] != "null") text += types[i].find_first_of("aeiou") == 0 ? "an " : "a ";
    text += types[i];
  }
  return text;
}

// What stands there, for a message; never a text that came from outside the file.
std::string found(const Node& node) {
  constexpr std::size_t kShown = 40;
  switch (node.type) {
    case Node::Type::null: return "nothing";
    case Node::Type::array: return "an array";
    case Node::Type::object: return "an object";
    default: break;
  }
  if (node.referenced) return "the value of a ${...}";
  if (node.text.size() > kShown) return fmt::format("a long {}", type_name(node.type));
  return node.type == Node::Type::string ? fmt::format("\"{}\"", node.text) : node.text;
}

std::size_t length(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80; }));
}

std::vector<std::string> names_of(const Json& properties) {
  std::vector<std::string> names;
  for (const auto& property : properties.items()) names.push_back(property.key());
  return names;
}

}  // namespace

void SchemaChecker::error(const Position& position, const std::string& path, std::string message) {
  problems_.push_back({Severity::error, position, path, std::move(message)});
}

Json SchemaChecker::check(const Node& node, const Json& schema, const std::string& path) {
  if (node.unresolved) return nullptr;
  const auto types = schema_types(schema);
  // `page_max:` with nothing behind it means what leaving it out means.
  if (node.type == Node::Type::null && !allows(types, "null") && schema.contains("default")) {
    return check(to_node(schema.at("default"), node.position), schema, path);
  }
  if (schema.value("writeOnly", false)) return check_secret(node, schema, path);
  const std::string meaning = schema_meaning(schema);
  return meaning.empty() ? check_type(node, schema, path) : check_meaning(node, meaning, schema, path);
}

Json SchemaChecker::check_meaning(const Node& node, const std::string& meaning, const Json& schema,
                                  const std::string& path) {
  if (meaning == "transformers") return check_transformers(node, path);
  if (meaning.starts_with(kComponent)) {
    for (const ComponentKind kind : kComponentKinds) {
      if (meaning.substr(kComponent.size()) == to_string(kind)) chains_[path] = {check_component(node, kind, path)};
    }
    return {{"$chain", path}};
  }
  if (meaning == "client") return check_client(node, path);
  if (meaning == "file") return check_file(node, path);
  return check_quantity(node, meaning, schema, path);
}

Json SchemaChecker::check_quantity(const Node& node, const std::string& meaning, const Json& schema,
                                   const std::string& path) {
  Result<std::int64_t> value = Error{ErrorKind::invalid, fmt::format("expected a {}", meaning)};
  if (!is_container(node) && meaning == "size") value = parse_size(node.text);
  if (!is_container(node) && meaning == "duration") {
    const auto duration = parse_duration(node.text);
    value = duration ? Result<std::int64_t>(duration->count()) : duration.error();
  }
  if (!value) {
    error(node.position, path, fmt::format("{}, found {}", value.error().message, found(node)));
    return nullptr;
  }
  check_bounds(node, *value, schema, path);
  return *value;
}

Json SchemaChecker::check_type(const Node& node, const Json& schema, const std::string& path) {
  const auto types = schema_types(schema);
  if (is_container(node)) {
    if (!allows(types, type_name(node.type))) {
      error(node.position, path, fmt::format("expected {}, found {}", expectation(types), found(node)));
      return nullptr;
    }
    return node.type == Node::Type::object ? check_object(node, schema, path, "") : check_array(node, schema, path);
  }
  const auto value = check_scalar(node, types, path);
  if (!value) return nullptr;
  check_bounds(node, *value, schema, path);
  return *value;
}

std::optional<Json> SchemaChecker::check_scalar(const Node& node, const Allowed& allowed, const std::string& path) {
  if (node.referenced && node.type == Node::Type::string && !allows(allowed, "string")) {
    // "${PORT}": the quotes are YAML's (or JSON's) need, what the variable holds may be a number.
    Node plain = node;
    plain.type = plain_type(node.text);
    if (plain.type != Node::Type::string) return check_scalar(plain, allowed, path);
  }
  const auto value = scalar_value(node);
  const bool number_fits = node.type == Node::Type::integer && allows(allowed, "number");
  if (allows(allowed, type_name(node.type)) || number_fits) {
    if (value) return *value;
    error(node.position, path, value.error().message);
    return std::nullopt;
  }
  if (node.type == Node::Type::number && allows(allowed, "integer") && value) {
    const double number = value->get<double>();
    if (std::abs(number) < 1e15 && number == std::trunc(number)) {
      return Json(static_cast<std::int64_t>(number));
    }
  }
  // What a variable or file holds is text that may only look like a number.
  if (node.referenced && allows(allowed, "string")) return Json(node.text);
  const bool quotes = allows(allowed, "string") && node.type != Node::Type::null;
  error(node.position, path,
        fmt::format("expected {}, found {}{}", expectation(allowed), found(node), quotes ? "; put it in quotes" : ""));
  return std::nullopt;
}

Json SchemaChecker::check_object(const Node& node, const Json& schema, const std::string& path, std::string_view skip) {
  static const Json kNothing = Json::object();
  const Json& properties = schema.contains("properties") ? schema.at("properties") : kNothing;
  // A schema that says nothing takes everything.
  const bool open = !schema.contains("type") && !schema.contains("properties");
  const Json others = schema.contains("additionalProperties") ? schema.at("additionalProperties") : Json(open);
  Json value = Json::object();
  for (const NodeMember& member : node.members) {
    if (member.name == skip || value.contains(member.name)) continue;
    const std::string member_at = member_path(path, member.name);
    if (const auto property = properties.find(member.name); property != properties.end()) {
      value[member.name] = check(member.value, *property, member_at);
    } else if (others.is_object() || others == Json(true)) {
      value[member.name] = check(member.value, others.is_object() ? others : kNothing, member_at);
    } else {
      auto known = names_of(properties);
      if (!skip.empty()) known.emplace_back(skip);
      error(member.position, path,
            fmt::format("unknown option \"{}\"{}", member.name, suggest(member.name, known, "; there are no options")));
    }
  }
  add_missing(node, schema, path, value);
  return value;
}

void SchemaChecker::add_missing(const Node& node, const Json& schema, const std::string& path, Json& value) {
  if (schema.contains("properties")) {
    for (const auto& property : schema.at("properties").items()) {
      if (node.find(property.key()) != nullptr || !property.value().contains("default")) continue;
      value[property.key()] = check(to_node(property.value().at("default"), node.position), property.value(),
                                    member_path(path, property.key()));
    }
  }
  if (!schema.contains("required")) return;
  for (const Json& name : schema.at("required")) {
    if (node.find(name.get<std::string>()) == nullptr && !value.contains(name.get<std::string>())) {
      error(node.position, path, fmt::format("the option \"{}\" is missing", name.get<std::string>()));
    }
  }
}

Json SchemaChecker::check_array(const Node& node, const Json& schema, const std::string& path) {
  static const Json kAny = Json::object();
  const Json& items = schema.contains("items") ? schema.at("items") : kAny;
  Json value = Json::array();
  for (std::size_t i = 0; i < node.items.size(); ++i) value.push_back(check(node.items[i], items, item_path(path, i)));
  return value;
}

Json SchemaChecker::check_secret(const Node& node, const Json& schema, const std::string& path) {
  Json reference = {{"$secret", path}};
  if (is_container(node)) {
    error(node.position, path, fmt::format("expected a string, found {}", found(node)));
  } else if (!node.referenced) {
    error(node.position, path,
          "a secret does not belong in the configuration; name where it is: ${NAME} for an environment variable, "
          "${file:PATH} for a file");
  } else if (node.text.size() < kSecretLeast) {
    error(node.position, path,
          node.text.empty()
              ? std::string("what the secret refers to is empty: set the variable, or fill the file")
              : fmt::format("a secret has at least {} bytes, this one has {}", kSecretLeast, node.text.size()));
  } else {
    check_bounds(node, node.text, schema, path);
    context_.secrets.add(path, node.text);
  }
  return reference;
}

// True when the node is a text; names what was expected otherwise.
bool SchemaChecker::check_text(const Node& node, const std::string& path, std::string_view expected) {
  const bool good = !is_container(node) && (node.type == Node::Type::string || node.referenced) && !node.text.empty();
  if (!good) error(node.position, path, fmt::format("expected {}, found {}", expected, found(node)));
  return good;
}

Json SchemaChecker::check_client(const Node& node, const std::string& path) {
  if (!check_text(node, path, "the name of a client")) return nullptr;
  const auto& known = context_.clients;
  if (std::find(known.begin(), known.end(), node.text) == known.end()) {
    error(node.position, path,
          node.referenced ? "there is no client of the name that the ${...} gives"
                          : fmt::format("there is no client \"{}\"{}", node.text,
                                        suggest(node.text, known, "; the section clients has none")));
  }
  used_clients_.insert(node.text);
  return node.text;
}

Json SchemaChecker::check_file(const Node& node, const std::string& path) {
  if (!check_text(node, path, "the path of a file")) return nullptr;
  if (node.text == "-" && isolated_) {
    error(
        node.position, path,
        "\"-\" is the standard input or output of the host; a plugin with isolation: process has none: name a file, or "
        "take isolation: none");
  }
  if (node.text == "-") return node.text;
  return (context_.folder / node.text).lexically_normal().string();
}

Json SchemaChecker::check_transformers(const Node& node, const std::string& path) {
  std::vector<ComponentConfig> chain;
  if (node.type != Node::Type::array) {
    error(node.position, path, fmt::format("expected an array of transformers, found {}", found(node)));
  }
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    chain.push_back(check_component(node.items[i], ComponentKind::transformer, item_path(path, i)));
  }
  chains_[path] = std::move(chain);
  return {{"$chain", path}};
}

ComponentConfig SchemaChecker::check_component(const Node& node, ComponentKind kind, const std::string& path) {
  ComponentConfig component{"", Json::object(), path, node.position};
  if (node.unresolved) return component;
  if (node.type != Node::Type::object) {
    error(node.position, path, fmt::format("expected a {} {{type: ..., ...}}, found {}", to_string(kind), found(node)));
    return component;
  }
  const NodeMember* type = node.find("type");
  if (type == nullptr) {
    error(node.position, path, fmt::format("the option \"type\" is missing: which {} is it?", to_string(kind)));
    return component;
  }
  const std::string type_path = member_path(path, "type");
  if (type->value.unresolved || !check_text(type->value, type_path, fmt::format("the type of a {}", to_string(kind)))) {
    return component;
  }
  component.type = type->value.text;
  const ComponentInfo* info = context_.components.find(kind, component.type);
  if (info == nullptr) {
    std::vector<std::string> known;
    for (const ComponentInfo* other : context_.components.all(kind)) known.push_back(other->type);
    error(type->value.position, type_path,
          type->value.referenced ? fmt::format("there is no {} of the type that the ${{...}} gives", to_string(kind))
                                 : fmt::format("there is no {} type \"{}\"{}", to_string(kind), component.type,
                                               suggest(component.type, known, "; no plugin offers any")));
    return component;
  }
  const bool around = std::exchange(isolated_, info->isolated);
  component.options = check_object(node, info->schema, path, "type");
  isolated_ = around;
  return component;
}

void SchemaChecker::check_bounds(const Node& node, const Json& value, const Json& schema, const std::string& path) {
  const auto bound = [&](const char* keyword, bool broken, std::string_view what) {
    if (broken) error(node.position, path, fmt::format("{}: {} {}", found(node), what, schema.at(keyword).dump()));
  };
  if (value.is_number()) {
    const auto has = [&](const char* keyword) { return schema.contains(keyword); };
    bound("minimum", has("minimum") && value < schema.at("minimum"), "the least is");
    bound("maximum", has("maximum") && value > schema.at("maximum"), "the most is");
  }
  if (value.is_string()) {
    const std::size_t size = length(value.get_ref<const std::string&>());
    const auto limit = [&](const char* keyword, std::size_t none) {
      return schema.contains(keyword) ? schema.at(keyword).get<std::size_t>() : none;
    };
    const bool is_short = size < limit("minLength", 0);
    if (is_short && size == 0) {
      error(node.position, path, "the text is empty");
    } else {
      bound("minLength", is_short, "its least number of characters is");
    }
    bound("maxLength", size > limit("maxLength", size), "its greatest number of characters is");
  }
  if (!schema.contains("enum")) return;
  const Json& choices = schema.at("enum");
  if (std::find(choices.begin(), choices.end(), value) != choices.end()) return;
  std::vector<std::string> known;
  for (const Json& choice : choices) known.push_back(choice.is_string() ? choice.get<std::string>() : choice.dump());
  const std::string given = node.referenced ? "" : node.text;
  error(node.position, path, fmt::format("unknown value {}{}", found(node), suggest(given, known)));
}

Node to_node(const Json& value, const Position& position) {
  Node node;
  node.position = position;
  switch (value.type()) {
    case Json::value_t::object:
      node.type = Node::Type::object;
      for (const auto& member : value.items()) {
        node.members.push_back({member.key(), position, to_node(member.value(), position)});
      }
      return node;
    case Json::value_t::array:
      node.type = Node::Type::array;
      for (const Json& item : value) node.items.push_back(to_node(item, position));
      return node;
    case Json::value_t::string:
      node.type = Node::Type::string;
      node.text = value.get<std::string>();
      return node;
    case Json::value_t::null: return node;
    case Json::value_t::boolean: node.type = Node::Type::boolean; break;
    case Json::value_t::number_float: node.type = Node::Type::number; break;
    default: node.type = Node::Type::integer; break;
  }
  node.text = value.dump();
  return node;
}

}  // namespace leat::host
