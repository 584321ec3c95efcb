// What check_payload: warn says: each problem once, because a route may have it with every record.
// Threads  any.
#pragma once

#include <mutex>
#include <string>
#include <unordered_set>
#include <utility>

#include "leat/context.hpp"
#include "plugins/connectwise/payload.hpp"

namespace leat::connectwise {

class PayloadWarnings {
 public:
  // Counts the record, and logs what was not logged before.
  void look(const Catalog& catalog, const Operation& operation, leat::Node payload, const Context& context) {
    const auto problems = payload_problems(catalog, operation, payload);
    if (!problems.empty()) context.count("payload_warnings");
    for (const std::string& problem : problems) {
      const std::lock_guard lock(mutex_);
      if (told_.size() < told_max && told_.insert(problem).second) context.warn("check_payload: " + problem);
    }
  }

 private:
  static constexpr std::size_t told_max = 100;
  std::mutex mutex_;
  std::unordered_set<std::string> told_;
};

}  // namespace leat::connectwise
