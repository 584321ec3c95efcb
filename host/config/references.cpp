#include "host/config/references.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "host/config/text_file.hpp"

namespace leat::host {

namespace {

constexpr std::size_t kFileMax = 1U << 20U;
constexpr std::string_view kFile = "file:";

bool is_variable_name(std::string_view name) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !name.empty() && letter(name[0]) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

// The text between `${` at `at` and its `}`, inner ${...} included; nothing when it does not end.
std::optional<std::string_view> inside(std::string_view text, std::size_t at) {
  int depth = 0;
  for (std::size_t i = at; i < text.size(); ++i) {
    if (text.substr(i, 2) == "${") ++depth;
    if (text[i] == '}' && --depth == 0) return text.substr(at + 2, i - at - 2);
  }
  return std::nullopt;
}

class Expander {
 public:
  Expander(const std::filesystem::path& folder, const Environment& environment)
      : folder_(folder), environment_(environment) {}

  std::string expand(std::string_view text, bool files_allowed) {
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
      if (text.substr(i, 3) == "$${") {
        out += "${";
        i += 3;
      } else if (text.substr(i, 2) == "${") {
        referenced_ = true;
        const auto reference = inside(text, i);
        if (!reference) {
          errors_.emplace_back("a ${ without its }; write $${ for the characters themselves");
          return out;
        }
        out += files_allowed && reference->starts_with(kFile) ? file(reference->substr(kFile.size()))
                                                              : variable(*reference);
        i += reference->size() + 3;
      } else {
        out += text[i++];
      }
    }
    return out;
  }

  Expanded result(std::string text) && { return {std::move(text), referenced_, std::move(errors_)}; }

 private:
  std::string variable(std::string_view name) {
    if (!is_variable_name(name)) {
      errors_.push_back(fmt::format(
          "${{{}}} is neither ${{NAME}} nor ${{file:PATH}}; write $${{ for the characters themselves", name));
      return {};
    }
    auto value = environment_(std::string(name));
    if (!value) {
      errors_.push_back(fmt::format("the environment variable {} is not set", name));
      return {};
    }
    if (find_invalid_utf8(*value)) {
      errors_.push_back(fmt::format("the environment variable {} does not hold UTF-8 text", name));
      return {};
    }
    return *std::move(value);
  }

  std::string file(std::string_view written) {
    const std::string name = expand(written, false);
    if (!errors_.empty()) return {};
    if (name.empty()) {
      errors_.emplace_back("${file:} names no file");
      return {};
    }
    const auto file = (folder_ / name).lexically_normal();
    const std::string shown = name == written ? file.string() : std::string(written);  // a variable may be a secret
    auto text = read_text_file(file, kFileMax);
    if (!text) {
      errors_.push_back(fmt::format("cannot read the file {}: {}", shown, text.error().message));
      return {};
    }
    if (find_invalid_utf8(*text) || text->find('\0') != std::string::npos) {
      errors_.push_back(fmt::format("the file {} does not hold UTF-8 text", shown));
      return {};
    }
    if (text->ends_with('\n')) text->pop_back();
    if (text->ends_with('\r')) text->pop_back();
    return *std::move(text);
  }

  const std::filesystem::path& folder_;
  const Environment& environment_;
  bool referenced_ = false;
  std::vector<std::string> errors_;
};

}  // namespace

Environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    // Nothing in this process changes the environment.
    const char* value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe)
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
}

Expanded expand_references(std::string_view text, const std::filesystem::path& folder, const Environment& environment) {
  Expander expander(folder, environment);
  std::string expanded = expander.expand(text, true);
  return std::move(expander).result(std::move(expanded));
}

}  // namespace leat::host
