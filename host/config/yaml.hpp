// YAML text -> tree. The only reader of yaml-cpp is yaml.cpp.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "host/config/document.hpp"
#include "host/config/problem.hpp"
#include "host/config/references.hpp"

namespace leat::host {

struct YamlResult {
  std::optional<Node> root;  // nothing: the text is not one YAML document. Of an empty text: null at line 0.
  Problems problems;
};

// file: as it is named in messages. expand: replaces the references of a scalar.
YamlResult parse_yaml(std::string_view text, const std::string& file,
                      const std::function<Expanded(std::string_view)>& expand);

}  // namespace leat::host
