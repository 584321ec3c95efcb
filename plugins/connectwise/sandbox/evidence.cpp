#include "plugins/connectwise/sandbox/evidence.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace leat::sandbox {

void Evidence::count(const std::string& operation, int status, Fault fault) {
  const std::lock_guard lock(mutex_);
  ++total_;
  if (!operation.empty()) ++operations_[operation];
  if (fault == Fault::drop_before) {
    ++dropped_before_;
    return;
  }
  ++statuses_[status];
  if (fault == Fault::drop_after) ++dropped_after_;
  if (fault == Fault::truncate) ++truncated_;
}

void Evidence::begin() {
  const std::lock_guard lock(mutex_);
  in_flight_max_ = std::max(in_flight_max_, ++in_flight_);
}

void Evidence::end() {
  const std::lock_guard lock(mutex_);
  --in_flight_;
}

void Evidence::reset() {
  const std::lock_guard lock(mutex_);
  operations_.clear();
  statuses_.clear();
  total_ = dropped_before_ = dropped_after_ = truncated_ = 0;
  in_flight_max_ = in_flight_;
}

std::string Evidence::to_json() const {
  const std::lock_guard lock(mutex_);
  nlohmann::ordered_json json = {{"total", total_},
                                 {"throttled", statuses_.count(429) != 0 ? statuses_.at(429) : 0},
                                 {"dropped_before", dropped_before_},
                                 {"dropped_after", dropped_after_},
                                 {"truncated", truncated_},
                                 {"in_flight_max", in_flight_max_},
                                 {"statuses", nlohmann::ordered_json::object()},
                                 {"operations", nlohmann::ordered_json::object()}};
  for (const auto& [status, count] : statuses_) json["statuses"][std::to_string(status)] = count;
  for (const auto& [operation, count] : operations_) json["operations"][operation] = count;
  return json.dump();
}

}  // namespace leat::sandbox
