// Tries every check of a plugin, each in a child process with a time limit, several at a time.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "host/check/trial.hpp"
#include "host/config/component.hpp"

namespace leat::host::check {

struct CheckRequest {
  std::filesystem::path file;
  std::filesystem::path records;  // documents of the user's own, a line each; empty: the check's
  Json options = Json::object();  // by "KIND ID" or "ID"
  std::uint64_t seed = 0;
  std::chrono::milliseconds limit{20'000};  // of one child
  std::vector<std::string> only;            // ids of checks; empty: all
  // Program and arguments of the child; the trial is appended. It ends in run_trial().
  std::vector<std::string> child;
};

// What came of a check for one component.
struct Finding {
  std::string check;
  std::string component;                                        // "transformer map"; empty: the library
  TrialResult::Verdict verdict = TrialResult::Verdict::passed;  // never crashed: that is failed
  std::string text;                                             // why it did not pass
  std::string advice;                                           // what to do about a failure
  std::chrono::milliseconds took{0};
};

struct Report {
  std::vector<Finding> findings;  // by component, in the order of all_checks()
  std::size_t failed = 0;
  std::size_t not_exercised = 0;
};

// Errors: no child could be started, or there is no room for its files (std::runtime_error).
Report check_plugin(const CheckRequest& request);

}  // namespace leat::host::check
