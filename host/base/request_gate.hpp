// Looks at each request to a client of the configuration before it is sent, and may keep it back: for commands that show
// what would be sent, that send only what was agreed to, or that only read.
// Owner    a command; HostState points to it for that long. Threads  any, at the same time.
#pragma once

#include <optional>
#include <string_view>

#include "leat/abi.h"
#include "leat/result.hpp"

namespace leat::host {

// GET, HEAD and OPTIONS, and a POST that is marked as repeatable: a search. Other methods that are marked so may be sent
// twice, but they change something.
inline bool only_reads(const leat_http_request& request) {
  const std::string_view method(request.method.ptr, request.method.len);
  if (method == "GET" || method == "HEAD" || method == "OPTIONS") return true;
  return method == "POST" && (request.flags & LEAT_HTTP_IDEMPOTENT) != 0;
}

class RequestGate {
 public:
  virtual ~RequestGate() = default;
  // client: its name in the configuration. Nothing: the request may go. Otherwise it is not sent, and its sender is told
  // this.
  virtual std::optional<Error> before(std::string_view client, const leat_http_request& request) = 0;
  // How one that its sender waited for ended; response: nullptr when none came.
  virtual void after(std::string_view /*client*/, const leat_http_request& /*request*/, const leat_outcome& /*outcome*/,
                     const leat_http_response* /*response*/) {}
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
