// Where plugins are looked for, and which files there may be loaded.
// Order: --plugin-dir, the configuration's folders, LEAT_PLUGIN_PATH, the user's folder, the install folder.
// Not recursive; names ending in .so, sorted; the same file through two folders counts once, in the first.
// Refused: files, and files in folders, that other users may write: mode o+w, or g+w unless the group is the one this
// process runs as (private groups with umask 002). Folders above that are the operator's business.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "host/config/references.hpp"

namespace leat::host {

struct PluginFolder {
  std::filesystem::path path;  // absolute
  bool expected = false;       // somebody named it: when it cannot be read, that is reported
};

// The process's own; nothing when it runs with more rights than the user who started it (setuid, file capabilities).
std::optional<std::string> trusted_environment(const std::string& name);

// flags and configured: relative ones are taken from the working folder. executable: the running program, links such as
// /proc/self/exe are followed; its plugins are in ../lib/leat/plugins. Empty: no install folder.
std::vector<PluginFolder> plugin_folders(const std::vector<std::filesystem::path>& flags,
                                         const std::vector<std::filesystem::path>& configured,
                                         const Environment& environment, const std::filesystem::path& executable);

struct Candidate {
  std::filesystem::path path;  // absolute
  std::string refused;         // why it may not be loaded; empty: it may
};

// An expected folder that cannot be read is a refused candidate by itself.
std::vector<Candidate> find_candidates(const std::vector<PluginFolder>& folders);

}  // namespace leat::host
