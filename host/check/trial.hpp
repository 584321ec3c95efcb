// One check of one component (or of the library as a whole) in a process of its own.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <random>
#include <stop_token>
#include <string>
#include <string_view>

#include "host/base/call.hpp"
#include "host/check/check.hpp"
#include "host/check/check_host.hpp"
#include "host/config/component.hpp"
#include "host/plugin/library.hpp"
#include "leat/abi.h"

namespace leat::host::check {

// What the parent tells the child.
struct TrialSpec {
  std::filesystem::path file;
  std::string check;       // its id
  std::uint32_t kind = 0;  // of the component; 0 for the library
  std::string component;   // its id
  std::string variant;     // of the check
  std::uint64_t seed = 0;
  std::filesystem::path folder;              // for files, this trial's own; exists
  std::filesystem::path records;             // documents of the user's own, a line each; empty: the check's
  Json options;                              // what --config says; an object
  std::string further;                       // an option to make beside the required ones; empty: none
  std::chrono::milliseconds patience{1500};  // how long a cancelled call may take
};
std::string to_text(const TrialSpec& spec);
TrialSpec parse_spec(std::string_view text);  // throws when it is no such text

// What the child says. A trial that ends without saying it crashed, hung or ended the process.
struct TrialResult {
  enum class Verdict : std::uint8_t { passed, failed, not_exercised, crashed };
  Verdict verdict = Verdict::crashed;
  std::string text;     // why it did not pass
  std::string step;     // what it was doing
  Json components;      // [{kind, id, flags}], of the check "descriptor"
  std::string further;  // of the spec, as the check "create" found that it must be
};

// How a call of the plugin ended.
struct Said {
  leat_kind kind = LEAT_OK;
  std::string text;
  bool ok() const { return kind == LEAT_OK; }
};
std::string_view kind_name(leat_kind kind);
std::string to_string(const Said& said);  // "invalid: why"

// The child's side. Checks use it from one thread, except call().
class Trial {
 public:
  Trial(TrialSpec spec, const Check& check, int result_file);
  Trial(const Trial&) = delete;
  Trial& operator=(const Trial&) = delete;

  const TrialSpec& spec() const { return spec_; }
  const Check& check() const { return check_; }
  std::mt19937_64& random() { return random_; }

  // Says what is about to be done; the parent tells it when this process crashes or hangs. Threads: any.
  void step(std::string_view what);

  // Opens the library without calling its init. Throws Failed.
  Library& open();
  // Makes the host and initialises the library on it; fails as the plugin's init does.
  Said start(const HostOptions& options);
  void start();  // on the usual host; throws Failed when init fails
  CheckHost& host() { return *host_; }
  // The component of the spec.
  const LibraryComponent& component() const;

  // One call of the plugin: `body(call)` gives its kind. Throws Failed when an exception comes out, when the kind does
  // not exist, or when a failure has no text. Threads: any.
  template <class Body>
  Said call(const char* function, Body&& body, std::stop_token stop = {});
  // Options are made with this one from now on, here and in the component's other trials.
  void add_option(std::string name) { spec_.further = std::move(name); }
  // A failure without a text is fine from now on: the plugin has no way to say it.
  void allow_silence() { silence_allowed_ = true; }

  Json components = Json::array();  // for the result

  void finish(const TrialResult& result);
  // Fails at once and ends the process: for when a call of the plugin does not return.
  [[noreturn]] void fail_now(const std::string& text);

 private:
  Said judge(const char* function, leat_kind kind, const Call& call) const;

  TrialSpec spec_;
  const Check& check_;
  int result_file_;
  std::mt19937_64 random_;
  std::unique_ptr<CheckHost> host_;
  std::optional<Library> library_;
  Callee callee_;  // what its calls say they are for
  bool silence_allowed_ = false;
};

template <class Body>
Said Trial::call(const char* function, Body&& body, std::stop_token stop) {
  Call call(host_->clock(), std::move(stop), "check");
  call.set_callee(&callee_);
  leat_kind kind = LEAT_OK;
  try {
    kind = body(call);
  } catch (const std::exception& error) {
    throw Failed(std::string(function) + " let an exception out: " + error.what());
  } catch (...) {
    throw Failed(std::string(function) + " let an exception out");
  }
  return judge(function, kind, call);
}

// The child's main: runs the trial that `spec` names and says what came of it on stdout, where what the plugin prints
// does not go. Ends the process without exit handlers.
[[noreturn]] void run_trial(std::string_view spec);

// The parent's side: what a child wrote to its stdout.
TrialResult read_result(std::string_view out);

}  // namespace leat::host::check
