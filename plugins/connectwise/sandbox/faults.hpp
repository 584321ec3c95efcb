// Faults on demand: which requests meet one, and what they are answered.
// Threads  any, at the same time.
// Source   the 429 and 500 bodies: guide and clients C; pages of gateways and of the content network: clients L.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "leat/result.hpp"
#include "plugins/connectwise/sandbox/engine/json.hpp"
#include "plugins/connectwise/sandbox/message.hpp"
#include "plugins/connectwise/sandbox/timestamp.hpp"

namespace leat::sandbox {

// Where several are due, the first one is met.
enum class Fault : std::uint8_t {
  none,
  drop_before,    // the connection ends without an answer, not done
  throttle,       // 429 with Retry-After, not done
  throttle_html,  // 429 as the content network words it, not done
  fail,           // 500 with the documented timeout text, not done
  html,           // 502 with a gateway's HTML page, not done
  unavailable,    // 503 as in an upgrade, HTML, not done
  drop_after,     // done; the connection ends without an answer
  truncate,       // done; the answer ends in the middle of its body
  html_done,      // done; 200 with a web page
  slow,           // done; the answer comes late
};
std::string_view to_string(Fault fault);  // "drop-before"

// A fault, and the requests that meet it. Only requests of `method` and below `path` are counted; empty: all are.
struct FaultRule {
  Fault fault = Fault::none;
  std::uint64_t skip = 0;   // this many pass first
  std::uint64_t every = 1;  // of the rest each Nth; 0: none
  std::uint64_t count = 0;  // how many meet it at most; 0: no end
  std::string method;
  std::string path;                    // below the API's prefix, any case: "/service/tickets"
  unsigned retry_after = 1;            // seconds, of 429
  std::chrono::milliseconds delay{0};  // besides the latency
};
// {"fault": "drop-after", "method": "POST", "path": "/service/tickets", "skip": 0, "every": 1, "count": 3, "retryAfter": 1, "delay":
// 500}. invalid: an unknown member or word.
Result<FaultRule> parse_fault_rule(const Json& json);

class Faults {
 public:
  Faults(std::vector<FaultRule> rules, std::chrono::milliseconds latency, unsigned rate_limit,
         std::function<Seconds()> clock);

  // What one request meets; `delay` includes the latency.
  struct Met {
    Fault fault = Fault::none;
    unsigned retry_after = 1;
    std::chrono::milliseconds delay{0};
  };
  Met next(std::string_view method, std::string_view path);
  // The answer of a request that met a fault before it was done.
  static Response answer(const Met& met);

  void add(FaultRule rule);
  // Also the ones of the start.
  void clear();
  void set_latency(std::chrono::milliseconds latency);
  void set_rate_limit(unsigned per_minute);
  Json to_json() const;

 private:
  struct Counted {
    FaultRule rule;
    std::uint64_t seen = 0;
    std::uint64_t met = 0;
  };

  mutable std::mutex mutex_;
  std::vector<Counted> rules_;
  std::chrono::milliseconds latency_;
  unsigned rate_limit_;
  std::function<Seconds()> clock_;
  Seconds minute_ = 0;
  unsigned in_minute_ = 0;
};

}  // namespace leat::sandbox
