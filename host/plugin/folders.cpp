#include "host/plugin/folders.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

namespace leat::host {
namespace fs = std::filesystem;
namespace {

// Empty when nobody else may write `path`.
std::string writable_by_others(const struct stat& status, std::string_view what, const fs::path& path) {
  const bool by_all = (status.st_mode & S_IWOTH) != 0;
  const bool by_group = (status.st_mode & S_IWGRP) != 0 && status.st_gid != getegid();
  if (!by_all && !by_group) return {};
  return fmt::format("{} is writable by {} (mode {:04o}): chmod {} {}", what, by_all ? "everybody" : "its group",
                     status.st_mode & 07777u, by_all ? "go-w" : "g-w", path.string());
}

std::string system_text(int error) { return std::generic_category().message(error); }

// The libraries of one folder, sorted; an error when it cannot be read.
std::vector<fs::path> libraries_in(const fs::path& folder, std::error_code& error) {
  std::vector<fs::path> found;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code unknown;
    if (entry->path().extension() == ".so" && !entry->is_directory(unknown)) found.push_back(entry->path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

Candidate examine(const fs::path& listed, const struct stat& file) {
  std::error_code error;
  const fs::path real = fs::canonical(listed, error);
  if (error) return {listed, fmt::format("cannot be resolved: {}", error.message())};
  if (!S_ISREG(file.st_mode)) return {listed, "is not a regular file"};
  if (auto refused = writable_by_others(file, "it", real); !refused.empty()) return {listed, std::move(refused)};
  for (const fs::path& folder : {listed.parent_path(), real.parent_path()}) {
    struct stat status {};
    if (stat(folder.c_str(), &status) != 0) return {listed, fmt::format("its folder: {}", system_text(errno))};
    auto refused = writable_by_others(status, "its folder", folder);
    if (!refused.empty()) return {listed, std::move(refused)};
  }
  return {listed, {}};
}

}  // namespace

std::optional<std::string> trusted_environment(const std::string& name) {
  const char* value =
      secure_getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): nothing here writes the environment
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

std::vector<PluginFolder> plugin_folders(const std::vector<fs::path>& flags, const std::vector<fs::path>& configured,
                                         const Environment& environment, const fs::path& executable) {
  std::vector<PluginFolder> folders;
  folders.reserve(flags.size() + configured.size() + 2);
  for (const fs::path& folder : flags) folders.push_back({fs::absolute(folder), true});
  for (const fs::path& folder : configured) folders.push_back({fs::absolute(folder), true});
  if (const auto listed = environment("LEAT_PLUGIN_PATH")) {
    for (std::string_view rest = *listed; !rest.empty();) {
      const auto colon = std::min(rest.find(':'), rest.size());
      if (colon > 0) folders.push_back({fs::absolute(rest.substr(0, colon)), true});
      rest.remove_prefix(std::min(colon + 1, rest.size()));
    }
  }
  // XDG Base Directory Specification: relative values are to be ignored.
  const auto data = environment("XDG_DATA_HOME");
  const auto home = environment("HOME");
  if (data && fs::path(*data).is_absolute()) {
    folders.push_back({fs::path(*data) / "leat/plugins", false});
  } else if (home && fs::path(*home).is_absolute()) {
    folders.push_back({fs::path(*home) / ".local/share/leat/plugins", false});
  }
  if (!executable.empty()) {
    const fs::path program = fs::weakly_canonical(executable);
    folders.push_back({program.parent_path().parent_path() / "lib/leat/plugins", false});
  }
  return folders;
}

std::vector<Candidate> find_candidates(const std::vector<PluginFolder>& folders) {
  std::vector<Candidate> candidates;
  std::set<std::pair<dev_t, ino_t>> seen;
  for (const PluginFolder& folder : folders) {
    std::error_code error;
    const auto libraries = libraries_in(folder.path, error);
    if (error && (folder.expected || error != std::errc::no_such_file_or_directory)) {
      candidates.push_back({folder.path, fmt::format("cannot be read as a plugin folder: {}", error.message())});
    }
    for (const fs::path& library : libraries) {
      struct stat status {};
      if (stat(library.c_str(), &status) != 0) {
        candidates.push_back({library, fmt::format("cannot be read: {}", system_text(errno))});
      } else if (seen.emplace(status.st_dev, status.st_ino).second) {
        candidates.push_back(examine(library, status));
      }
    }
  }
  return candidates;
}

}  // namespace leat::host
