// The options of a transport, as a client component gives them: a JSON object, every member optional.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "leat/result.hpp"

namespace leat::host {

enum class RequestLogLevel : std::uint8_t { off, line, headers, bodies };

struct TransportOptions {
  std::uint32_t max_in_flight = 4;
  std::uint32_t requests_per_minute = 0;              // 0: no limit
  std::chrono::milliseconds connect_timeout{10'000};  // name, TCP, proxy, TLS: until the request is on its way
  std::chrono::milliseconds timeout{60'000};          // for everything, waiting and retries included
  std::size_t max_body = std::size_t{64} << 20;       // bytes of an answer's body, after decompression
  std::size_t max_header = std::size_t{64} << 10;     // bytes of an answer's head
  std::string ca_file;                                // PEM; trusted instead of the system's certificates
  bool insecure = false;                              // accepts any certificate
  std::string client_certificate;                     // PEM, the chain behind it
  std::string client_key;                             // PEM, not encrypted
  std::string proxy;                                  // "http://proxy.example:3128"
  std::string proxy_user;
  std::string proxy_password;
  bool gzip = true;
  std::uint32_t retries = 2;
  RequestLogLevel log = RequestLogLevel::off;
  std::vector<std::string> redact;  // header names never shown in the log, beside those that always are
  std::string user_agent;           // empty: the host's name and version
};

// invalid names the member, what it may be and what it is.
Result<TransportOptions> parse_transport_options(std::string_view json);

}  // namespace leat::host
