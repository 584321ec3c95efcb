#include "host/cli/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "host/cli/output.hpp"
#include "host/cli/version.hpp"
#include "host/cli/webhooks.hpp"
#include "host/config/nearest.hpp"
#include "host/plugin/folders.hpp"
#include "host/schedule/cron.hpp"

namespace leat::host {
namespace {

std::vector<std::string> this_program(std::string_view command) { return {"/proc/self/exe", std::string(command)}; }

}  // namespace

Session::Session(const GlobalOptions& options, const std::filesystem::path& config) {
  if (!config.empty()) {
    document_ = load_document(config, process_environment());
    early_ = read_early(*document_);
  }
  const LogConfig log = early_.log.value_or(LogConfig{});
  log_ = std::make_unique<Log>(secrets_, options.log_level.value_or(log.level), log.format);
  services_ = std::make_unique<Services>(*log_, secrets_, clock_, std::string(kVersion));
  LibraryOptions libraries;
  if (early_.plugins) {
    libraries.folders =
        plugin_folders(options.plugin_dirs, early_.plugins->folders, trusted_environment, "/proc/self/exe");
    libraries.allow = early_.plugins->allow;
  }
  libraries.probe = this_program(kProbeCommand);
  isolation_ = std::make_unique<Isolation>(*services_, this_program(kIsolatedCommand));
  libraries.isolate = [this](const std::filesystem::path& file, std::string_view id) -> std::optional<Library> {
    const LibraryConfig* policy = early_.plugins->find(file.filename().string(), id);
    if (policy == nullptr || !policy->isolated) return std::nullopt;
    return isolation_->load(file, *policy);
  };
  libraries_ = std::make_unique<Libraries>(services_->host(), libraries);
  registry_ = std::make_unique<Registry>(libraries_->all());
}

Session::~Session() = default;

bool Session::ready() const {
  if (early_.plugins && early_.log) return true;
  print_problems(early_.problems);
  return false;
}

ConfigResult Session::check() {
  if (!early_.plugins) return {std::nullopt, early_.problems};  // of components nothing can be said
  ConfigResult result = make_config(*document_, {*registry_, secrets_, [](std::string_view text) -> Result<Done> {
                                                   if (const auto schedule = Schedule::parse(text); !schedule)
                                                     return schedule.error();
                                                   return Done{};
                                                 }});
  // A plugin that is to run by itself and does not, because of a misspelt name, would be found out too late.
  for (const LibraryConfig& named : early_.plugins->libraries) {
    std::vector<std::string> names;
    for (const Library& library : libraries_->all()) {
      names.push_back(library.path.filename().string());
      if (!library.id.empty()) names.push_back(library.id);
    }
    if (std::find(names.begin(), names.end(), named.name) != names.end()) continue;
    result.problems.push_back(
        {Severity::error, named.position, member_path("plugins.libraries", named.name),
         fmt::format("there is no such plugin{}", suggest(named.name, names, "; `leat plugins` shows what is found"))});
    result.config.reset();
  }
  if (!has_errors(result.problems)) return result;
  // A component that is not known may be in a library that was refused.
  for (const Library& library : libraries_->all()) {
    if (library.state == Library::State::loaded) continue;
    result.problems.push_back(
        {Severity::warning, {library.path.string(), 0, 0}, "", "this library was refused: " + library.reason});
  }
  return result;
}

std::optional<Config> Session::config() {
  ConfigResult result = check();
  print_problems(result.problems);
  if (result.config) services_->webhook_urls = webhook_urls(*result.config);
  return std::move(result.config);
}

const RouteConfig* find_route(const Config& config, const std::string& name) {
  if (const RouteConfig* route = config.find_route(name)) return route;
  std::vector<std::string> names;
  for (const RouteConfig& known : config.routes) names.push_back(known.name);
  std::cerr << "leat: there is no route \"" << name << '"' << suggest(name, names) << '\n';
  return nullptr;
}

void print_problems(const Problems& problems) {
  const Style style = Style::of(2);
  for (const Problem& problem : problems) {
    const bool error = problem.severity == Severity::error;
    std::cerr << (error ? style.red("error") : style.yellow("warning")) << ": " << one_line(to_line(problem)) << '\n';
  }
}

}  // namespace leat::host
