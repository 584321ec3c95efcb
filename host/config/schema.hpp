// Checks a tree against schemas and gives the values as a component receives them.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/secrets.hpp"
#include "host/config/component.hpp"
#include "host/config/document.hpp"
#include "host/config/problem.hpp"

namespace leat::host {

// What the values of a schema may refer to.
struct SchemaContext {
  const ComponentSchemas& components;
  std::vector<std::string> clients;  // the names that "x-leat": "client" may have
  std::filesystem::path folder;      // absolute; what "x-leat": "file" is relative to
  Secrets& secrets;                  // receives the secrets, under their path
};

class SchemaChecker {
 public:
  // The context outlives the checker.
  explicit SchemaChecker(const SchemaContext& context) : context_(context) {}

  // The value with defaults filled in, units converted, secrets as {"$secret": path} and transformers as
  // {"$chain": path}. Collects every problem; the value is only good when there is no new one.
  // Beside what schema_text.hpp names, "x-leat" may be "component:client" and so on: {type, ...options} becomes
  // {"$chain": path} with that one component.
  Json check(const Node& node, const Json& schema, const std::string& path);

  const Problems& problems() const { return problems_; }
  // By the path that stands in {"$chain": path}.
  std::map<std::string, std::vector<ComponentConfig>, std::less<>>& chains() { return chains_; }
  const std::set<std::string, std::less<>>& used_clients() const { return used_clients_; }

 private:
  using Allowed = std::vector<std::string>;

  Json check_meaning(const Node& node, const std::string& meaning, const Json& schema, const std::string& path);
  Json check_quantity(const Node& node, const std::string& meaning, const Json& schema, const std::string& path);
  Json check_type(const Node& node, const Json& schema, const std::string& path);
  std::optional<Json> check_scalar(const Node& node, const Allowed& allowed, const std::string& path);
  Json check_object(const Node& node, const Json& schema, const std::string& path, std::string_view skip);
  void add_missing(const Node& node, const Json& schema, const std::string& path, Json& value);
  Json check_array(const Node& node, const Json& schema, const std::string& path);
  Json check_secret(const Node& node, const Json& schema, const std::string& path);
  Json check_client(const Node& node, const std::string& path);
  Json check_file(const Node& node, const std::string& path);
  Json check_transformers(const Node& node, const std::string& path);
  ComponentConfig check_component(const Node& node, ComponentKind kind, const std::string& path);
  void check_bounds(const Node& node, const Json& value, const Json& schema, const std::string& path);
  bool check_text(const Node& node, const std::string& path, std::string_view expected);

  void error(const Position& position, const std::string& path, std::string message);

  const SchemaContext& context_;
  bool isolated_ = false;  // the component whose options are looked at
  Problems problems_;
  std::map<std::string, std::vector<ComponentConfig>, std::less<>> chains_;
  std::set<std::string, std::less<>> used_clients_;
};

// A JSON value as if it stood in a file at `position`.
Node to_node(const Json& value, const Position& position);

}  // namespace leat::host
