#include "plugins/connectwise/sandbox/engine/routes.hpp"

#include <map>

#include "plugins/connectwise/sandbox/text.hpp"

namespace leat::sandbox {

struct Routes::Node {
  std::map<std::string, std::unique_ptr<Node>, std::less<>> children;  // literals, "{}" and "types{}"
  std::unique_ptr<Route> route;
};

namespace {

// "{id}" to "{}", "types{id}" to "types{}", "{id}{id}" to "{}"; also where the document cuts a template off.
std::string normalised(std::string_view segment) {
  const std::size_t brace = segment.find('{');
  if (brace == std::string_view::npos) return lower(segment);
  return lower(segment.substr(0, brace)) + "{}";
}

std::vector<std::string_view> segments(std::string_view path) {
  std::vector<std::string_view> parts;
  for (const std::string_view part : split(path, '/')) {
    if (!part.empty()) parts.push_back(part);
  }
  return parts;
}

}  // namespace

bool Route::ends_with(std::string_view segment) const {
  return pattern.size() > segment.size() &&
         pattern.compare(pattern.size() - segment.size(), segment.size(), segment) == 0 &&
         pattern[pattern.size() - segment.size() - 1] == '/';
}

const Operation* Route::first(Method method) const {
  const auto& list = operations[static_cast<std::size_t>(method)];
  return list.empty() ? nullptr : list.front();
}

Routes::Routes(const connectwise::Catalog& catalog) : root_(std::make_unique<Node>()) {
  for (const Operation& operation : catalog.operations()) {
    Node* node = root_.get();
    std::string pattern;
    for (const std::string_view segment : segments(operation.path)) {
      const std::string name = normalised(segment);
      pattern += '/' + name;
      auto& child = node->children[name];
      if (!child) child = std::make_unique<Node>();
      node = child.get();
    }
    if (!node->route) {
      node->route = std::make_unique<Route>();
      node->route->pattern = pattern;
    }
    node->route->operations[static_cast<std::size_t>(operation.method)].push_back(&operation);
  }
}

Routes::~Routes() = default;

std::optional<Place> Routes::match(std::string_view path) const {
  std::vector<std::string> parts;
  for (const std::string_view segment : segments(path)) {
    auto decoded = percent_decode(segment, false);
    if (!decoded || decoded->find('{') != std::string::npos) return std::nullopt;
    parts.push_back(std::move(*decoded));
  }
  // Literals before placeholders; a dead end goes back to the last choice.
  Place place;
  const auto walk = [&](const auto& self, const Node& node, std::size_t at) -> bool {
    if (at == parts.size()) {
      place.route = node.route.get();
      return place.route != nullptr;
    }
    const std::string name = lower(parts[at]);
    const auto literal = node.children.find(name);
    if (literal != node.children.end() && self(self, *literal->second, at + 1)) return true;
    for (const auto& [key, child] : node.children) {
      if (key.size() < 2 || key.compare(key.size() - 2, 2, "{}") != 0) continue;
      const std::size_t prefix = key.size() - 2;
      if (name.size() <= prefix || name.compare(0, prefix, key, 0, prefix) != 0) continue;
      place.arguments.push_back(parts[at].substr(prefix));
      if (self(self, *child, at + 1)) return true;
      place.arguments.pop_back();
    }
    return false;
  };
  if (!walk(walk, *root_, 0)) return std::nullopt;
  return place;
}

const Route* Routes::by_pattern(std::string_view pattern) const {
  const Node* node = root_.get();
  for (const std::string_view segment : segments(pattern)) {
    const auto child = node->children.find(segment);
    if (child == node->children.end()) return nullptr;
    node = child->second.get();
  }
  return node->route.get();
}

std::string parent_pattern(std::string_view pattern) { return std::string(pattern.substr(0, pattern.rfind('/'))); }

}  // namespace leat::sandbox
