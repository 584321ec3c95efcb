// Addresses of the configuration: where a listener listens, and how the world reaches it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "leat/result.hpp"

namespace leat::host {

struct ListenAddress {
  std::string ip;          // "127.0.0.1", "::1"
  std::uint16_t port = 0;  // 0: any free one
  bool loopback = true;    // only this machine reaches it
};

// "127.0.0.1:8085", "[::1]:8085", "localhost:8085". invalid: anything else.
Result<ListenAddress> parse_listen_address(std::string_view text);

struct PublicUrl {
  bool tls = true;
  std::string host;       // with its port
  bool loopback = false;  // only this machine reaches it
  std::string path;       // "/leat"; empty: the root
};

// "https://hooks.example.com/leat", with or without a slash at its end. invalid: no http or https URL; user name, query or
// fragment; a path with what would have to be escaped.
Result<PublicUrl> parse_public_url(std::string_view text);

}  // namespace leat::host
