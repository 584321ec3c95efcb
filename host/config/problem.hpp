// What is wrong with a configuration, and where.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace leat::host {

// Lines and columns count from 1; 0: the file as a whole.
struct Position {
  std::string file;
  int line = 0;
  int column = 0;
};

enum class Severity { error, warning };

struct Problem {
  Severity severity = Severity::error;
  Position position;
  std::string path;     // "routes.sync.outgoing"; may be empty
  std::string message;  // no secret in it, and no value that came from ${...}
};

// "routes" and "sync" give "routes.sync"; "transformers" and 1 give "transformers[1]". The grammar of leat/path.hpp.
std::string member_path(std::string_view path, std::string_view name);
std::string item_path(std::string_view path, std::size_t index);

using Problems = std::vector<Problem>;

bool has_errors(const Problems& problems);

// leat.yaml:12:7: routes.sync.outgoing: there is no outgoing "archve"; did you mean "archive"?
std::string to_line(const Problem& problem);

}  // namespace leat::host
