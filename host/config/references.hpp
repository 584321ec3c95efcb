// ${NAME} and ${file:PATH} inside a text.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace leat::host {

// The value of an environment variable; nothing when it is not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;
Environment process_environment();

struct Expanded {
  std::string text;
  bool referenced = false;          // holds at least one ${...}
  std::vector<std::string> errors;  // what could not be replaced; such a text means nothing
};

// Replaces every reference once: what it stands for is not looked at again. `$${` gives `${`. folder: what the path of
// a ${file:...} is relative to.
Expanded expand_references(std::string_view text, const std::filesystem::path& folder, const Environment& environment);

}  // namespace leat::host
