// What every command starts from: log, secrets, plugins, and the configuration checked against them.
// Owner    the command; made on the main thread.
// Order    plugins are loaded before the configuration is checked (it names their options) and before any thread runs.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/base/clock.hpp"
#include "host/base/log.hpp"
#include "host/base/secrets.hpp"
#include "host/config/model.hpp"
#include "host/isolation/isolation.hpp"
#include "host/plugin/library.hpp"
#include "host/plugin/registry.hpp"
#include "host/plugin/services.hpp"

namespace leat::host {

struct GlobalOptions {
  std::vector<std::filesystem::path> plugin_dirs;
  std::optional<Level> log_level;  // instead of the configuration's
};

class Session {
 public:
  // config: the file or folder to read `plugins` and `log` from; empty for commands without one. While `plugins` is wrong no
  // library is looked for: it might be one that is not to run in this process.
  Session(const GlobalOptions& options, const std::filesystem::path& config);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // For commands that need no more of a configuration than its `plugins` and `log`: false, after every problem was printed,
  // when these are wrong.
  bool ready() const;
  // The whole configuration, or nothing after every problem was printed to stderr. Warnings are printed too.
  std::optional<Config> config();
  // All problems, without printing; with errors also the libraries that were refused. While `plugins` is wrong: those that
  // are found without any plugin.
  ConfigResult check();
  Log& log() { return *log_; }
  Secrets& secrets() { return secrets_; }
  const Clock& clock() const { return clock_; }
  const Libraries& libraries() const { return *libraries_; }
  const Registry& registry() const { return *registry_; }
  Services& services() { return *services_; }

 private:
  SystemClock clock_;
  Secrets secrets_;
  std::optional<Document> document_;
  std::unique_ptr<Log> log_;
  std::unique_ptr<Services> services_;
  EarlyConfig early_{PluginsConfig{}, LogConfig{}, StoreConfig{}, {}};
  std::unique_ptr<Isolation> isolation_;
  std::unique_ptr<Libraries> libraries_;
  std::unique_ptr<Registry> registry_;
};

// nullptr: there is none of that name, which is printed to stderr with the name that was probably meant.
const RouteConfig* find_route(const Config& config, const std::string& name);

// Errors and warnings, one line each, to stderr.
void print_problems(const Problems& problems);

}  // namespace leat::host
