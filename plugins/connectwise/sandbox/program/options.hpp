// The command line of the sandbox.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "plugins/connectwise/sandbox/program/listener.hpp"
#include "plugins/connectwise/sandbox/settings.hpp"

namespace leat::sandbox {

struct Options {
  Settings settings;
  ListenOptions listen;
  std::string port_file;
  std::string public_url;
  std::string permissions_file;
  std::int64_t latency_ms = 0;
  std::int64_t patience_seconds = 60;
  std::int64_t token_seconds = 4 * 3600;
  unsigned retry_after = 1;
  std::string fault_method;
  std::vector<FaultRule> faults;  // of the --...-every options
  std::vector<std::string> fault_texts;
  std::int64_t callback_wait_ms = 5000;
  std::vector<std::int64_t> callback_retry_ms = {2000, 4000};
  std::int64_t callback_disable_ms = 3LL * 24 * 3600 * 1000;
};

void add_options(CLI::App& app, Options& options);
// Throws std::exception for a file or a text that cannot be used; the message names the option.
Settings to_settings(const Options& options);

}  // namespace leat::sandbox
