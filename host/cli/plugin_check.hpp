// `leat plugin check FILE`: what is wrong with a plugin, told to its author.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace leat::host {

struct PluginCheckOptions {
  std::filesystem::path file;
  std::filesystem::path config;   // JSON: options by "KIND ID" or "ID"; empty: none
  std::filesystem::path records;  // NDJSON; empty: the check's own
  std::optional<std::uint64_t> seed;
  double limit_seconds = 20;
  std::vector<std::string> only;
  bool json = false;
};

// exit_ok: no check failed. exit_failed: one did. exit_usage: wrong arguments, nothing was tried.
int check_plugin_file(const PluginCheckOptions& options);

// The checks, with what each claims.
int list_plugin_checks(bool json);

}  // namespace leat::host
