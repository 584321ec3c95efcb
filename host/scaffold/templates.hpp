// The files of sdk/templates, embedded when the host is built: `leat` alone makes a project.
#pragma once

#include <span>
#include <string_view>

namespace leat::host {

struct Template {
  std::string_view path;  // "rust/any/src/leat.rs"
  std::string_view text;
};

std::span<const Template> templates();  // by path

}  // namespace leat::host
