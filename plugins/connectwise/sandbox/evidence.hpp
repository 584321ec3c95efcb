// What the sandbox was asked and how it answered: for tests, and for a person who wonders.
// Threads  any.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "plugins/connectwise/sandbox/faults.hpp"

namespace leat::sandbox {

class Evidence {
 public:
  // One answered request; `operation` is "GET /service/tickets/{id}", or empty where no operation was found.
  void count(const std::string& operation, int status, Fault fault);
  // Requests being worked on, from the last byte read to the last byte written.
  void begin();
  void end();
  void reset();
  std::string to_json() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::uint64_t> operations_;
  std::map<int, std::uint64_t> statuses_;  // as sent, or as they would have been had the connection not been dropped
  std::uint64_t total_ = 0;
  std::uint64_t dropped_before_ = 0;
  std::uint64_t dropped_after_ = 0;
  std::uint64_t truncated_ = 0;
  std::uint64_t in_flight_ = 0;
  std::uint64_t in_flight_max_ = 0;
};

}  // namespace leat::sandbox
