#include "host/cli/plugin_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <random>
#include <string_view>

#include "host/check/check.hpp"
#include "host/check/runner.hpp"
#include "host/cli/exit_code.hpp"
#include "host/cli/output.hpp"
#include "host/cli/version.hpp"

namespace leat::host {
namespace {

namespace fs = std::filesystem;
using Verdict = check::TrialResult::Verdict;

std::string_view word(Verdict verdict) {
  switch (verdict) {
    case Verdict::passed: return "passed";
    case Verdict::not_exercised: return "not exercised";
    default: return "failed";
  }
}

int usage(std::string_view what) {
  std::cerr << "leat: plugin check: " << what << '\n';
  return exit_usage;
}

void print_json(const check::Report& report, const check::CheckRequest& request) {
  Json findings = Json::array();
  for (const check::Finding& finding : report.findings) {
    findings.push_back({{"check", finding.check},
                        {"component", finding.component},
                        {"verdict", word(finding.verdict)},
                        {"text", finding.text},
                        {"advice", finding.advice},
                        {"ms", finding.took.count()}});
  }
  const Json out{{"file", request.file.string()},         {"seed", request.seed},
                 {"checks", report.findings.size()},      {"failed", report.failed},
                 {"not_exercised", report.not_exercised}, {"findings", findings}};
  std::cout << out.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

void print_text(const check::Report& report, const check::CheckRequest& request) {
  const Style style = Style::of(1);
  for (const check::Finding& finding : report.findings) {
    if (finding.verdict == Verdict::passed) continue;
    const bool failed = finding.verdict == Verdict::failed;
    const std::string state(word(finding.verdict));
    std::cout << (failed ? style.red(state) : style.yellow(state)) << ": "
              << (finding.component.empty() ? "" : finding.component + ": ") << style.bold(finding.check) << ": "
              << finding.text;
    if (failed) std::cout << style.dim(" - " + finding.advice);
    std::cout << '\n';
  }
  std::cout << fmt::format("{} checks, {} failed, {} not exercised (seed {})\n", report.findings.size(), report.failed,
                           report.not_exercised, request.seed);
}

}  // namespace

int check_plugin_file(const PluginCheckOptions& options) {
  check::CheckRequest request;
  std::error_code error;
  request.file = fs::absolute(options.file, error);
  if (!fs::is_regular_file(request.file, error)) return usage(fmt::format("{} is no file", options.file.string()));
  if (!options.records.empty()) {
    request.records = fs::absolute(options.records, error);
    if (!fs::is_regular_file(request.records, error)) {
      return usage(fmt::format("{} is no file", options.records.string()));
    }
  }
  if (!options.config.empty()) {
    std::ifstream in(options.config);
    if (!in) return usage(fmt::format("{} cannot be read", options.config.string()));
    request.options = Json::parse(in, nullptr, false);
    if (!request.options.is_object()) {
      return usage(fmt::format("{} is no JSON object; it says {{\"KIND ID\": {{options}}}} or {{\"ID\": {{options}}}}",
                               options.config.string()));
    }
  }
  for (const std::string& id : options.only) {
    if (check::find_check(id) == nullptr) {
      return usage(fmt::format("there is no check \"{}\"; `leat plugin checks` lists them", id));
    }
  }
  request.only = options.only;
  request.seed = options.seed.value_or(std::random_device{}());
  request.limit = std::chrono::milliseconds(static_cast<std::int64_t>(options.limit_seconds * 1000));
  request.child = {"/proc/self/exe", std::string(kTrialCommand)};

  const check::Report report = check::check_plugin(request);
  if (options.json) {
    print_json(report, request);
  } else {
    print_text(report, request);
  }
  return report.failed > 0 ? exit_failed : exit_ok;
}

int list_plugin_checks(bool json) {
  Json all = Json::array();
  Table table({"CHECK", "HOLDS"});
  for (const check::Check& one : check::all_checks()) {
    all.push_back({{"check", one.id}, {"claim", one.claim}, {"advice", one.advice}});
    table.add({std::string(one.id), std::string(one.claim)});
  }
  if (json) {
    std::cout << all.dump(2) << '\n';
  } else {
    table.print(std::cout, Style::of(1));
  }
  return exit_ok;
}

}  // namespace leat::host
