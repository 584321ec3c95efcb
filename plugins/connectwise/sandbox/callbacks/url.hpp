// The parts of an http or https URL.
// Threads  any.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace leat::sandbox {

struct Url {
  bool tls = false;
  std::string host;  // lower case, without brackets
  std::uint16_t port = 0;
  std::string target;  // path and query, at least "/"

  // "localhost", 127.0.0.0/8, ::1.
  bool is_loopback() const;
};

// Nothing: no such URL, or one with blanks or control characters.
std::optional<Url> parse_url(std::string_view text);

}  // namespace leat::sandbox
