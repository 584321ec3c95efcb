#include "host/cli/session.hpp"

#include <iostream>

#include "host/cli/output.hpp"
#include "host/cli/version.hpp"
#include "host/plugin/folders.hpp"
#include "host/schedule/cron.hpp"

namespace leat::host {
namespace {

std::vector<std::string> probe_command() { return {"/proc/self/exe", std::string(kProbeCommand)}; }

}  // namespace

Session::Session(const GlobalOptions& options, const std::filesystem::path& config) {
  EarlyConfig early;
  if (!config.empty()) {
    document_ = load_document(config, process_environment());
    early = read_early(*document_);
  }
  log_ = std::make_unique<Log>(secrets_, options.log_level.value_or(early.log.level), early.log.format);
  services_ = std::make_unique<Services>(*log_, secrets_, clock_, std::string(kVersion));
  LibraryOptions libraries;
  libraries.folders = plugin_folders(options.plugin_dirs, early.plugins.folders, trusted_environment, "/proc/self/exe");
  libraries.allow = early.plugins.allow;
  libraries.probe = probe_command();
  libraries_ = std::make_unique<Libraries>(services_->host(), libraries);
  registry_ = std::make_unique<Registry>(libraries_->all());
}

Session::~Session() = default;

ConfigResult Session::check() {
  ConfigResult result = make_config(*document_, {*registry_, secrets_, [](std::string_view text) -> Result<Done> {
                                                   if (const auto schedule = Schedule::parse(text); !schedule)
                                                     return schedule.error();
                                                   return Done{};
                                                 }});
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
  return std::move(result.config);
}

void print_problems(const Problems& problems) {
  const Style style = Style::of(2);
  for (const Problem& problem : problems) {
    const bool error = problem.severity == Severity::error;
    std::cerr << (error ? style.red("error") : style.yellow("warning")) << ": " << to_line(problem) << '\n';
  }
}

}  // namespace leat::host
