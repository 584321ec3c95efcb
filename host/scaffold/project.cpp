#include "host/scaffold/project.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <string_view>
#include <system_error>

#include "host/config/nearest.hpp"
#include "host/scaffold/templates.hpp"

namespace leat::host {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t name_max = 64;

using Texts = std::map<std::string, std::string, std::less<>>;

Error wrong(std::string message) { return {ErrorKind::invalid, std::move(message), 0}; }
Error refused(std::string message) { return {ErrorKind::denied, std::move(message), 0}; }

Result<Done> check_name(std::string_view name) {
  const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto allowed = [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.'; };
  const bool good = !name.empty() && name.size() <= name_max && letter(name.front()) && name.back() != '.' &&
                    std::all_of(name.begin(), name.end(), allowed);
  if (good) return Done{};
  return wrong(fmt::format("\"{}\" is no name for a plugin: use a-z, 0-9, '-', '_' and '.', a letter first, at most {}",
                           name, name_max));
}

template <std::size_t n>
Result<Done> check_known(const char* what, const std::string& given, const char* const (&known)[n]) {
  const std::vector<std::string> names(known, known + n);
  if (std::find(names.begin(), names.end(), given) != names.end()) return Done{};
  return wrong(fmt::format("\"{}\" is no {}{}", given, what, suggest(given, names)));
}

bool is_placeholder(std::string_view path) {
  return std::all_of(path.begin(), path.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

std::string without_last_newline(std::string text) {
  if (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

// Values may hold placeholders themselves: those are filled in the next round.
std::string filled(std::string text, const Texts& values) {
  for (const auto& [name, value] : values) {
    const std::string mark = "@" + name + "@";
    for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at)) {
      text.replace(at, mark.size(), value);
    }
  }
  return text;
}

Texts files_of(const NewProject& project) {
  Texts files;
  Texts values = {{"NAME", project.name}, {"KIND", project.kind}};
  for (const std::string& layer :
       {"any/" + project.kind, project.language + "/any", project.language + "/" + project.kind}) {
    for (const Template& file : templates()) {
      if (!file.path.starts_with(layer + "/")) continue;
      const auto path = file.path.substr(layer.size() + 1);
      if (is_placeholder(path)) {
        values[std::string(path)] = without_last_newline(std::string(file.text));
      } else {
        files[std::string(path)] = file.text;
      }
    }
  }
  for (auto& [path, text] : files) text = filled(std::move(text), values);
  return files;
}

// The lines of the first shell block.
std::vector<std::string> commands_in(std::string_view readme) {
  constexpr std::string_view begin = "```sh\n";
  std::vector<std::string> commands;
  const auto at = readme.find(begin);
  if (at == std::string_view::npos) return commands;
  readme.remove_prefix(at + begin.size());
  for (auto end = readme.find('\n'); end != std::string_view::npos && !readme.starts_with("```");
       end = readme.find('\n')) {
    commands.emplace_back(readme.substr(0, end));
    readme.remove_prefix(end + 1);
  }
  return commands;
}

bool write_file(const fs::path& path, const std::string& text) {
  std::error_code failed;
  fs::create_directories(path.parent_path(), failed);
  std::ofstream out(path, std::ios::binary);
  out << text;
  return static_cast<bool>(out.flush());
}

}  // namespace

Result<MadeProject> make_project(const NewProject& project) {
  if (auto good = check_name(project.name); !good) return good.error();
  if (auto good = check_known("language for a project", project.language, kProjectLanguages); !good) {
    return good.error();
  }
  if (auto good = check_known("kind of component", project.kind, kProjectKinds); !good) return good.error();
  std::error_code failed;
  const fs::path folder = fs::absolute(project.folder).lexically_normal();
  if (fs::exists(folder, failed) && !(fs::is_directory(folder, failed) && fs::is_empty(folder, failed))) {
    return refused(fmt::format("{} is there already: choose another name, or a folder with --dir", folder.string()));
  }

  // Made beside its place and moved there, so that nothing half done is left.
  const fs::path parent = folder.has_filename() ? folder.parent_path() : folder.parent_path().parent_path();
  const fs::path beside = parent / fmt::format(".{}-{}.new", project.name, getpid());
  fs::create_directories(beside, failed);
  if (failed) return refused(fmt::format("{} cannot be made: {}", folder.string(), failed.message()));
  MadeProject made;
  const Texts files = files_of(project);
  for (const auto& [path, text] : files) {
    if (!write_file(beside / path, text)) {
      fs::remove_all(beside, failed);
      return refused(fmt::format("{} cannot be written", (folder / path).string()));
    }
    made.files.push_back(path);
  }
  fs::rename(beside, folder.has_filename() ? folder : folder.parent_path(), failed);
  if (failed) {
    std::error_code ignored;
    fs::remove_all(beside, ignored);
    return refused(fmt::format("{} cannot be made: {}", folder.string(), failed.message()));
  }
  if (const auto readme = files.find("README.md"); readme != files.end()) made.commands = commands_in(readme->second);
  return made;
}

}  // namespace leat::host
