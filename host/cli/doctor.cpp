#include "host/cli/doctor.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "host/cli/exit_code.hpp"
#include "host/cli/inspect.hpp"
#include "host/cli/open_store.hpp"
#include "host/cli/output.hpp"
#include "host/cli/signals.hpp"
#include "host/net/transport.hpp"
#include "host/plugin/doctor.hpp"
#include "host/plugin/runtime.hpp"

namespace leat::host {
namespace {

struct Tally {
  int ok = 0;
  int warnings = 0;
  int errors = 0;
  std::vector<std::string> silent{};  // components with nothing to look with

  void add(const Examined& examined) {
    if (!examined.examines) silent.push_back(examined.component);
    if (examined.failure) ++errors;
    for (const Finding& finding : examined.findings) {
      ++(finding.status == Finding::Status::ok ? ok : finding.status == Finding::Status::warning ? warnings : errors);
    }
  }
};

Json to_json(const Examined& examined) {
  Json findings = Json::array();
  for (const Finding& finding : examined.findings) {
    findings.push_back({{"check", finding.check},
                        {"status", to_string(finding.status)},
                        {"message", finding.message},
                        {"advice", finding.advice.empty() ? Json(nullptr) : Json(finding.advice)}});
  }
  Json failure = nullptr;
  if (examined.failure) {
    failure = {{"kind", to_string(examined.failure->kind)}, {"message", examined.failure->message}};
  }
  return {{"component", examined.component},
          {"examines", examined.examines},
          {"findings", std::move(findings)},
          {"failure", std::move(failure)}};
}

void print(const Examined& examined, const Style& style) {
  if (!examined.examines) return;
  std::cout << style.bold(examined.component) << '\n';
  const auto line = [&](Finding::Status status, const std::string& check, const std::string& message) {
    const std::string word = fmt::format("{:<7}", to_string(status));
    std::cout << "  "
              << (status == Finding::Status::ok        ? style.green(word)
                  : status == Finding::Status::warning ? style.yellow(word)
                                                       : style.red(word))
              << "  " << one_line(check) << (check.empty() ? "" : ": ") << one_line(message) << '\n';
  };
  for (const Finding& finding : examined.findings) {
    line(finding.status, finding.check, finding.message);
    if (!finding.advice.empty()) std::cout << "           " << one_line(finding.advice) << '\n';
  }
  if (examined.failure)
    line(Finding::Status::error, std::string(to_string(examined.failure->kind)), examined.failure->message);
  if (examined.findings.empty() && !examined.failure) std::cout << "  nothing found\n";
}

}  // namespace

int run_doctor(Session& session, const DoctorOptions& options) {
  const auto config = session.config();
  return config ? run_doctor(session, *config, {}, options) : static_cast<int>(exit_usage);
}

int run_doctor(Session& session, const Config& config, const Problems& problems, const DoctorOptions& options) {
  const Signals signals;
  start_http_threads();  // after the signals are blocked: its threads inherit that
  session.services().person_waits = true;
  const auto store = open_existing_store(config, session);
  if (!store) {
    std::cerr << "leat: " << store.error().message << '\n';
    return exit_broken;
  }
  auto made = Runtime::make(config, session.registry(), session.services(), signals.stop());
  print_problems(made.problems);
  if (made.runtime == nullptr) return exit_usage;

  const Style style = Style::of(1);
  Json all = Json::array();
  Tally tally;
  const auto limit = std::chrono::milliseconds(static_cast<std::int64_t>(options.limit_seconds * 1000));
  examine(config, *made.runtime, session.services(), signals.stop(), limit, [&](const Examined& examined) {
    tally.add(examined);
    if (options.json) {
      all.push_back(to_json(examined));
    } else {
      print(examined, style);
      std::cout.flush();
    }
  });
  if (options.json) {
    const Json out{{"problems", problems_json(problems)},
                   {"components", std::move(all)},
                   {"ok", tally.ok},
                   {"warnings", tally.warnings},
                   {"errors", tally.errors}};
    std::cout << session.secrets().mask(out.dump(2, ' ', false, Json::error_handler_t::replace)) << '\n';
  } else {
    if (!tally.silent.empty()) {
      std::cout << style.dim(fmt::format("nothing to examine: {}", fmt::join(tally.silent, ", "))) << '\n';
    }
    std::cout << fmt::format("{} ok, {}, {}\n", tally.ok, counted(tally.warnings, "warning"),
                             counted(tally.errors, "error"));
  }
  return tally.errors > 0 || signals.stop().stop_requested() ? exit_failed : exit_ok;
}

}  // namespace leat::host
