#include "place.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <variant>

#include "value.hpp"

namespace leat::transform {
namespace {

Node step(Node node, const PathSegment& segment) {
  if (const auto* name = std::get_if<std::string>(&segment)) return node[std::string_view(*name)];
  return node.type() == Type::array ? node[std::get<std::size_t>(segment)] : Node();
}

std::string spelling(const Path& path, std::size_t count) {
  if (count == 0) return "the record";
  return path_text(Path(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(count)));
}

}  // namespace

Node find(Node root, const Path& path) {
  Node node = root;
  for (const PathSegment& segment : path) {
    node = step(node, segment);
    if (!node) break;
  }
  return node;
}

Node make(Node root, const Path& path) {
  Node node = root;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const auto* name = std::get_if<std::string>(&path[i]);
    const Type needed = name != nullptr ? Type::object : Type::array;
    if (node.is_null()) name != nullptr ? node.set_object() : node.set_array();
    if (node.type() != needed) {
      throw invalid(spelling(path, i) + " is " + std::string(name_of(node.type())) + ", needed is " +
                    std::string(name_of(needed)) + " to set " + path_text(path));
    }
    if (name != nullptr) {
      node = node.put(*name);
      continue;
    }
    const std::size_t index = std::get<std::size_t>(path[i]);
    if (index > node.size()) {
      throw invalid(spelling(path, i) + " has " + std::to_string(node.size()) + " elements: " + path_text(path) +
                    " would leave a gap");
    }
    node = index == node.size() ? node.push() : node[index];
  }
  return node;
}

bool erase(Node root, const Path& path) {
  Node parent = root;
  for (std::size_t i = 0; i + 1 < path.size(); ++i) parent = step(parent, path[i]);
  if (const auto* name = std::get_if<std::string>(&path.back())) return parent.erase(std::string_view(*name));
  return parent.type() == Type::array && parent.erase(std::get<std::size_t>(path.back()));
}

bool is_plain(const Path& path) {
  return std::all_of(path.begin(), path.end(),
                     [](const PathSegment& segment) { return std::holds_alternative<std::string>(segment); });
}

void forget(Node known, const Path& path) {
  const auto array = std::find_if(path.begin(), path.end(), [](const PathSegment& segment) {
    return std::holds_alternative<std::size_t>(segment);
  });
  if (array != path.begin()) erase(known, Path(path.begin(), array));
}

}  // namespace leat::transform
