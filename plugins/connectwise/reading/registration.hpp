// The subscriber's entry under /system/callbacks: there, active, and with our address; nobody else's is touched.
// Ours is the entry whose id and url are those that are kept ("leat.kv/1": "callbacks"), and every one whose url is our
// address. The server gives an entry up after three days of failures; it is switched on again here.
// Threads  one call at a time; member() too.
// Source   guide C, clients C and L; README.md, Callbacks.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "leat/component.hpp"
#include "plugins/connectwise/reading/options.hpp"

namespace leat::connectwise {

struct CallbackEntry {
  std::int64_t id = 0;
  std::int64_t member = 0;
  std::int64_t object = 0;
  std::string url;
  std::string type;
  std::string level;
  bool inactive = false;
  bool self_suppressed = false;
};

class Registration {
 public:
  Registration(const leat::Client& client, CallbackOptions options) : client_(client), options_(std::move(options)) {}

  // Every check_every: makes the entry what it should be. What is in the way is told in the log, and the polls go on
  // without callbacks; only what a client fails with is an error.
  Result<Done> keep(Context& context);
  // The API member's identifier, as events and _info name it; empty: not known.
  const std::string& member() const { return member_; }

  Result<std::vector<CallbackEntry>> entries(Context& context) const;
  // Whether it is for the type, level and object of the options.
  bool wanted(const CallbackEntry& entry) const;
  static bool is_ours(const CallbackEntry& entry, std::string_view address);

  // Of an instance that had callbacks and has none any more: removes its entry.
  static Result<Done> remove_former(const leat::Client& client, Context& context);

 private:
  Result<Done> look(const std::string& address, Context& context);
  Result<Done> add(const std::string& url, const std::vector<CallbackEntry>& others, Context& context);
  Result<Done> correct(const CallbackEntry& entry, const std::string& url, Context& context);
  Result<Done> learn_member(std::int64_t id, Context& context);

  const leat::Client& client_;
  CallbackOptions options_;
  std::optional<std::chrono::milliseconds> looked_;
  std::string member_;
};

}  // namespace leat::connectwise
