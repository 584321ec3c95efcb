// One request on the wire, exactly once: no retry, no redirect, no budget. The library that does HTTP hides behind it.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "host/base/buffer.hpp"
#include "host/net/http_text.hpp"
#include "host/net/retry.hpp"

namespace leat::host {

class Executor;
class TlsSetup;

struct WireRequest {
  std::string method;
  Url url;
  Headers headers;  // complete but for Host, Content-Length and Connection
  std::string body;
};

struct WireResult {
  AttemptEnd end = AttemptEnd::not_sent;
  bool sent = false;    // the head of the request left completely: the server may have acted
  std::string message;  // when not answered: what went wrong, for a person
  int status = 0;
  Headers headers;
  Buffer body;  // as it came, perhaps compressed
};

// A request on its way.
class Exchange {
 public:
  virtual ~Exchange() = default;
  // Ends it early: its done runs soon. timed_out instead of cancelled when its time is over. Any thread; idempotent.
  virtual void stop(AttemptEnd why) = 0;
};

// Connections of one set of options. A connection carries one request at a time and is kept for the next.
// Threads  any.
class Wire {
 public:
  using Done = std::function<void(WireResult)>;
  virtual ~Wire() = default;
  // done runs exactly once, on a thread of the wire, and must not block. `request` lives until then.
  virtual std::shared_ptr<Exchange> start(std::shared_ptr<const WireRequest> request, Done done) = 0;
};

struct WireOptions {
  std::chrono::milliseconds connect_timeout{10'000};
  std::size_t max_body = std::size_t{64} << 20;
  std::size_t max_header = std::size_t{64} << 10;
  std::string proxy;  // as "http://host:port", or empty
  std::string proxy_user;
  std::string proxy_password;
  std::shared_ptr<const TlsSetup> tls;  // never null
};

// timers: outlives the wire and every exchange of it.
std::unique_ptr<Wire> make_cpprest_wire(WireOptions options, Executor& timers);

}  // namespace leat::host
