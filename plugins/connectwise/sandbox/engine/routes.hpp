// Request paths against the catalog's path templates.
// Owner    the catalog outlives it.
// Threads  constant once made.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/connectwise/catalog/catalog.hpp"

namespace leat::sandbox {

using connectwise::Method;
using connectwise::Operation;

// All operations of templates that differ only in case, names of placeholders or a last slash.
struct Route {
  std::string pattern;                                      // "/service/tickets/{}/notes": lower case
  std::array<std::vector<const Operation*>, 5> operations;  // by Method

  bool ends_with(std::string_view segment) const;  // "count"
  const Operation* first(Method method) const;
};

struct Place {
  const Route* route = nullptr;
  std::vector<std::string> arguments;  // decoded, in the order of the path
};

class Routes {
 public:
  explicit Routes(const connectwise::Catalog& catalog);
  ~Routes();
  Routes(const Routes&) = delete;
  Routes& operator=(const Routes&) = delete;

  // A path below the API's prefix, in any case, with or without a last slash.
  std::optional<Place> match(std::string_view path) const;
  const Route* by_pattern(std::string_view pattern) const;

 private:
  struct Node;
  std::unique_ptr<Node> root_;
};

// The pattern without its last segment.
std::string parent_pattern(std::string_view pattern);

}  // namespace leat::sandbox
