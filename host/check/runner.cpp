#include "host/check/runner.hpp"

#include <fmt/format.h>
#include <sys/wait.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <span>
#include <stdexcept>
#include <system_error>
#include <thread>

#include "host/base/child.hpp"

namespace leat::host::check {
namespace {

namespace fs = std::filesystem;
using Verdict = TrialResult::Verdict;

// A folder of this run, gone at its end.
class Workspace {
 public:
  Workspace() {
    std::string name = (fs::temp_directory_path() / "leat-check-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::system_error(errno, std::generic_category(), name);
    path_ = name;
  }
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;
  ~Workspace() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  fs::path folder() {
    fs::path made = path_ / std::to_string(++count_);
    fs::create_directories(made);
    return made;
  }

 private:
  fs::path path_;
  std::atomic<int> count_ = 0;
};

// A check of one component, before and after it was tried.
struct Work {
  const Check* check = nullptr;
  std::uint32_t kind = 0;
  std::string component{};
  std::string further{};  // TrialSpec
  TrialResult result{};
  std::chrono::milliseconds took{0};
};

std::string ending(const ChildEnd& end, const TrialResult& result, std::chrono::milliseconds limit) {
  std::string text;
  if (end.late) {
    text = fmt::format("did not come back within {} ms", limit.count());
  } else if (WIFSIGNALED(end.status)) {
    const int signal = WTERMSIG(end.status);
    text = fmt::format("crashed (signal {}, {})", signal, sigdescr_np(signal));
  } else {
    text = fmt::format("ended the process (exit code {})", WEXITSTATUS(end.status));
  }
  text += " at: " + (result.step.empty() ? "its start" : on_one_line(result.step, 300));
  if (const std::string words = on_one_line(end.err, 200); !words.empty()) text += "; it said: " + words;
  return text;
}

class Runner {
 public:
  explicit Runner(const CheckRequest& request) : request_(request) {}

  void run(std::vector<Work>& all) {
    std::atomic<std::size_t> next = 0;
    std::vector<std::exception_ptr> errors(std::max(2U, std::thread::hardware_concurrency()));
    {
      std::vector<std::jthread> workers;
      for (std::exception_ptr& error : errors) {
        workers.emplace_back([&] {
          try {
            for (std::size_t i = next++; i < all.size(); i = next++) try_one(all[i]);
          } catch (...) {
            error = std::current_exception();
          }
        });
      }
    }
    for (const std::exception_ptr& error : errors) {
      if (error) std::rethrow_exception(error);
    }
  }

 private:
  void try_one(Work& work) {
    const auto start = std::chrono::steady_clock::now();
    const auto variants = work.check->variants == nullptr ? std::vector<std::string>{""} : work.check->variants();
    for (const std::string& variant : variants) {
      work.result = try_variant(work, variant);
      if (work.result.verdict == Verdict::passed) continue;
      if (!variant.empty()) work.result.text = fmt::format("{}: {}", variant, work.result.text);
      break;
    }
    work.took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
  }

  TrialResult try_variant(const Work& work, const std::string& variant) {
    TrialSpec spec;
    spec.file = request_.file;
    spec.check = work.check->id;
    spec.kind = work.kind;
    spec.component = work.component;
    spec.variant = variant;
    spec.seed = request_.seed;
    spec.folder = workspace_.folder();
    spec.records = request_.records;
    spec.options = request_.options;
    spec.further = work.further;
    std::vector<std::string> command = request_.child;
    command.push_back(to_text(spec));
    const auto end = run_child(command, request_.limit);
    std::error_code ignored;
    fs::remove_all(spec.folder, ignored);
    if (!end) throw std::runtime_error("a check could not be started: " + end.error().message);
    TrialResult result = read_result(end->out);
    if (result.verdict != Verdict::crashed) return result;
    result.verdict = Verdict::failed;
    result.text = ending(*end, result, request_.limit);
    return result;
  }

  const CheckRequest& request_;
  Workspace workspace_;
};

bool wanted(const CheckRequest& request, const Check& check) {
  return request.only.empty() || std::find(request.only.begin(), request.only.end(), check.id) != request.only.end();
}

Finding finding_of(const Work& work) {
  Finding finding;
  finding.check = work.check->id;
  if (work.kind != 0) {
    finding.component = fmt::format("{} {}", to_string(static_cast<ComponentKind>(work.kind)), work.component);
  }
  finding.verdict = work.result.verdict;
  finding.text = on_one_line(work.result.text, 1000);
  if (finding.verdict == Verdict::failed) finding.advice = work.check->advice;
  finding.took = work.took;
  return finding;
}

void add(Report& report, const Work& work) {
  report.findings.push_back(finding_of(work));
  if (work.result.verdict == Verdict::failed) ++report.failed;
  if (work.result.verdict == Verdict::not_exercised) ++report.not_exercised;
}

}  // namespace

Report check_plugin(const CheckRequest& request) {
  Runner runner(request);
  const auto checks = all_checks();
  const Check& first = *find_check("descriptor");
  const Check& second = *find_check("create");

  std::vector<Work> opening{{&first}};
  runner.run(opening);
  const Work& descriptor = opening.front();

  // The library's own checks, and of each component whether it can be made at all.
  std::vector<Work> early;
  for (const Check& check : checks) {
    if (check.scope == of_library && &check != &first && wanted(request, check)) early.push_back({&check});
  }
  const std::size_t library_checks = early.size();
  for (const Json& component : descriptor.result.components) {
    early.push_back({&second, component.at("kind").get<std::uint32_t>(), component.at("id").get<std::string>()});
  }
  runner.run(early);

  std::vector<Work> late;
  for (std::size_t i = library_checks; i < early.size(); ++i) {
    const Work& created = early[i];
    if (created.result.verdict != Verdict::passed) continue;
    for (const Check& check : checks) {
      const bool right = (check.scope & (1U << created.kind)) != 0;
      if (right && &check != &second && wanted(request, check))
        late.push_back({&check, created.kind, created.component, created.result.further});
    }
  }
  runner.run(late);

  Report report;
  if (wanted(request, first) || descriptor.result.verdict != Verdict::passed) add(report, descriptor);
  for (std::size_t i = 0; i < library_checks; ++i) add(report, early[i]);
  for (std::size_t i = library_checks; i < early.size(); ++i) {
    if (wanted(request, second) || early[i].result.verdict != Verdict::passed) add(report, early[i]);
    for (const Work& work : late) {
      if (work.kind == early[i].kind && work.component == early[i].component) add(report, work);
    }
  }
  return report;
}

}  // namespace leat::host::check
