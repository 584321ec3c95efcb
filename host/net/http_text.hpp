// The small grammars of HTTP that a client needs: URLs, header fields, dates, Retry-After. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "leat/result.hpp"

namespace leat::host {

struct Header {
  std::string name;
  std::string value;
};
using Headers = std::vector<Header>;

// The first header of this name, whatever its letters' case; nullptr when absent.
const Header* find_header(const Headers& headers, std::string_view name);

bool same_ignoring_case(std::string_view a, std::string_view b);

// A URL taken apart, ready to be sent: RFC 3986 characters only, no user information, fragment cut off.
struct Url {
  bool tls = false;
  std::string host;  // as written; an IPv6 address in brackets
  std::uint16_t port = 0;
  std::string origin;  // "https://example.org:8443"; without the port when it is the scheme's own
  std::string target;  // "/path?query", at least "/"

  std::string text() const { return origin + target; }
};

// invalid says which part is wrong and why.
Result<Url> parse_url(std::string_view text);

// A method or a header's name: RFC 9110, 5.6.2.
bool is_token(std::string_view text);
// A header's value: no CR, LF, NUL or other control character but a tab.
bool is_field_value(std::string_view text);

// Since 1970-01-01 UTC. The three formats of RFC 9110, 5.6.7.
std::optional<std::chrono::seconds> parse_http_date(std::string_view text);

// Seconds or an HTTP date (RFC 9110, 10.2.3). now: wall clock. A date in the past is zero; more than a day is a day.
std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view value, std::chrono::milliseconds now);

}  // namespace leat::host
