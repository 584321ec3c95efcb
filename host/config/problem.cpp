#include "host/config/problem.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "leat/path.hpp"

namespace leat::host {

std::string member_path(std::string_view path, std::string_view name) {
  const std::string segment = path_text({std::string(name)});
  const char* dot = path.empty() || segment.starts_with('[') ? "" : ".";
  return fmt::format("{}{}{}", path, dot, segment);
}

std::string item_path(std::string_view path, std::size_t index) { return fmt::format("{}[{}]", path, index); }

bool has_errors(const Problems& problems) {
  return std::any_of(problems.begin(), problems.end(), [](const Problem& p) { return p.severity == Severity::error; });
}

std::string to_line(const Problem& problem) {
  std::string line = problem.position.file;
  if (problem.position.line > 0) line += fmt::format(":{}:{}", problem.position.line, problem.position.column);
  if (!line.empty()) line += ": ";
  if (!problem.path.empty()) line += problem.path + ": ";
  return line + problem.message;
}

}  // namespace leat::host
