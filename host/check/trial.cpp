#include "host/check/trial.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <utility>

#include "host/check/options.hpp"
#include "host/check/samples.hpp"

namespace leat::host::check {
namespace {

// The child's stdout is a file: the current step in its first bytes, the result behind them.
constexpr std::size_t step_size = 4096;

}  // namespace

std::string to_text(const TrialSpec& spec) {
  return Json{{"file", spec.file.string()},
              {"check", spec.check},
              {"kind", spec.kind},
              {"component", spec.component},
              {"variant", spec.variant},
              {"seed", spec.seed},
              {"folder", spec.folder.string()},
              {"records", spec.records.string()},
              {"options", spec.options},
              {"further", spec.further},
              {"patience", spec.patience.count()}}
      .dump(-1, ' ', false, Json::error_handler_t::replace);
}

TrialSpec parse_spec(std::string_view text) {
  const Json json = Json::parse(text);
  TrialSpec spec;
  spec.file = json.at("file").get<std::string>();
  spec.check = json.at("check").get<std::string>();
  spec.kind = json.at("kind").get<std::uint32_t>();
  spec.component = json.at("component").get<std::string>();
  spec.variant = json.at("variant").get<std::string>();
  spec.seed = json.at("seed").get<std::uint64_t>();
  spec.folder = json.at("folder").get<std::string>();
  spec.records = json.at("records").get<std::string>();
  spec.options = json.at("options");
  spec.further = json.at("further").get<std::string>();
  spec.patience = std::chrono::milliseconds(json.at("patience").get<std::int64_t>());
  return spec;
}

std::string_view kind_name(leat_kind kind) {
  static constexpr std::string_view names[] = {"ok",          "invalid",   "denied",    "not_found",   "busy",
                                               "unreachable", "uncertain", "cancelled", "unsupported", "broken"};
  return kind >= LEAT_OK && kind <= LEAT_BROKEN ? names[kind] : std::string_view("an unknown kind");
}

std::string to_string(const Said& said) {
  return said.text.empty() ? std::string(kind_name(said.kind)) : fmt::format("{}: {}", kind_name(said.kind), said.text);
}

Trial::Trial(TrialSpec spec, const Check& check, int result_file)
    : spec_(std::move(spec)), check_(check), result_file_(result_file), random_(spec_.seed) {}

void Trial::step(std::string_view what) {
  std::string text(what.substr(0, step_size - 1));
  text.push_back('\0');
  if (pwrite(result_file_, text.data(), text.size(), 0) < 0) throw std::runtime_error("the check's result is gone");
}

void Trial::finish(const TrialResult& result) {
  const std::string text = Json{
      {"verdict", static_cast<int>(result.verdict)},
      {"text", result.text},
      {"components", result.components},
      {"further",
       spec_.further}}.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (pwrite(result_file_, text.data(), text.size(), step_size) < 0) _exit(1);
}

void Trial::fail_now(const std::string& text) {
  TrialResult result;
  result.verdict = TrialResult::Verdict::failed;
  result.text = text;
  finish(result);
  _exit(0);
}

TrialResult read_result(std::string_view out) {
  TrialResult result;
  result.step = std::string(out.substr(0, std::min(out.find('\0'), step_size)));
  if (out.size() <= step_size) return result;
  const Json json = Json::parse(out.substr(step_size), nullptr, false);
  if (json.is_discarded()) return result;
  result.verdict = static_cast<TrialResult::Verdict>(json.at("verdict").get<int>());
  result.text = json.at("text").get<std::string>();
  result.components = json.at("components");
  result.further = json.at("further").get<std::string>();
  return result;
}

Library& Trial::open() {
  if (library_) return *library_;
  step("loading the library");
  library_ = open_library(spec_.file);
  if (library_->state != Library::State::loaded) throw Failed(library_->reason);
  return *library_;
}

const LibraryComponent& Trial::component() const {
  for (const LibraryComponent& one : library_->components) {
    if (one.kind == spec_.kind && one.id == spec_.component && one.refused.empty()) return one;
  }
  throw Failed(fmt::format("the component {} is gone", spec_.component));
}

Said Trial::start(const HostOptions& options) {
  const Library& library = open();
  HostOptions asked = options;
  asked.real_transport = check_.real_client && names_client(spec_.options, library, component());
  host_ = std::make_unique<CheckHost>(std::move(asked));
  if (spec_.kind != 0) callee_ = {"check", fmt::format("check ({})", spec_.component), &host_->services().host()};
  if (library.plugin->init == nullptr) return {};
  step("init");
  return call("init", [&](Call& call) { return library.plugin->init(&host_->raw(), &call); });
}

void Trial::start() {
  if (const Said said = start(HostOptions{}); !said.ok()) throw Failed("init failed: " + to_string(said));
}

Said Trial::judge(const char* function, leat_kind kind, const Call& call) const {
  if (kind == LEAT_OK) return {};
  if (kind < LEAT_OK || kind > LEAT_BROKEN) {
    throw Failed(fmt::format("{} returned {}, which is no kind of abi.h", function, kind));
  }
  Said said{kind, call.failure(kind).message};
  if (said.text.empty() && !silence_allowed_) {
    throw Failed(fmt::format("{} failed as {} and did not say why: call leat_ctx_api.fail", function, kind_name(kind)));
  }
  if (host_ != nullptr && host_->heard_garbled())
    throw Failed(fmt::format("{} failed with a text that is not UTF-8", function));
  return said;
}

void run_trial(std::string_view spec_text) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  signal(SIGPIPE, SIG_IGN);  // as in the host
  const int result_file = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
  dup2(STDERR_FILENO, STDOUT_FILENO);
  TrialResult result;
  try {
    TrialSpec spec = parse_spec(spec_text);
    const Check* check = find_check(spec.check);
    if (check == nullptr) _exit(1);
    // Never destroyed: a plugin may still point into it.
    auto& trial = *new Trial(std::move(spec), *check, result_file);
    try {
      if (!trial.spec().records.empty()) use_documents(trial.spec().records);
      check->run(trial);
      result.verdict = TrialResult::Verdict::passed;
    } catch (const Failed& failed) {
      result.verdict = TrialResult::Verdict::failed;
      result.text = failed.what();
    } catch (const NotExercised& not_exercised) {
      result.verdict = TrialResult::Verdict::not_exercised;
      result.text = not_exercised.what();
    } catch (const std::exception& error) {
      result.verdict = TrialResult::Verdict::failed;
      result.text = fmt::format("the check itself failed: {}", error.what());
    }
    result.components = trial.components;
    trial.finish(result);
  } catch (const std::exception&) {
    _exit(1);
  }
  _exit(0);
}

}  // namespace leat::host::check
