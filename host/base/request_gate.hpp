// Looks at each request to a client of the configuration before it is sent, and may keep it back: for commands that show
// what would be sent, that send only what was agreed to, or that only read.
// Owner    a command; HostState points to it for that long.
// Threads  any, at the same time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "leat/abi.h"
#include "leat/result.hpp"

namespace leat::host {

// Methods that change nothing: RFC 9110, 9.2.1.
inline bool is_safe(std::string_view method) { return method == "GET" || method == "HEAD" || method == "OPTIONS"; }

// Sent twice it does what it does when sent once: by its method, or because it is marked so.
inline bool repeatable(const leat_http_request& request) {
  return is_safe({request.method.ptr, request.method.len}) || (request.flags & LEAT_HTTP_IDEMPOTENT) != 0;
}

// Of those that are marked as repeatable only a POST: a search. Others may be sent twice, but they change something.
inline bool only_reads(const leat_http_request& request) {
  const std::string_view method(request.method.ptr, request.method.len);
  return is_safe(method) || (method == "POST" && repeatable(request));
}

class RequestGate {
 public:
  // It is sent. mark: of after() when it ends; 0: nobody wants to know.
  struct Go {
    std::uint64_t mark = 0;
  };
  // It is not sent, and its sender gets this as if it had been.
  struct Answer {
    std::int32_t status = 200;
    std::string body;  // JSON
  };
  using Ruling = std::variant<Go, Answer, Error>;  // an Error: it is not sent, and its sender is told this

  virtual ~RequestGate() = default;
  // client: its name in the configuration.
  virtual Ruling before(std::string_view client, const leat_http_request& request) = 0;
  // How a request that went ended, before its sender hears of it; response: nullptr when none came.
  virtual void after(std::uint64_t /*mark*/, const leat_outcome& /*outcome*/, const leat_http_response* /*response*/) {}
  // Runs `done` with an answer that before() gave, exactly once, on another thread.
  virtual void answer(const Answer& /*answer*/, leat_http_done /*done*/, void* /*user*/) {}
};

struct HostState;

// A gate is in place for as long as this lives.
class GateInPlace {
 public:
  GateInPlace(HostState& host, RequestGate& gate);
  GateInPlace(const GateInPlace&) = delete;
  GateInPlace& operator=(const GateInPlace&) = delete;
  ~GateInPlace();

 private:
  HostState& host_;
};

}  // namespace leat::host
