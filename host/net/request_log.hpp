// Lines of the request log. What headers may show, and which members of JSON bodies, is decided here; values known as
// secrets are masked by Log itself.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "host/net/http_text.hpp"
#include "host/net/options.hpp"

namespace leat::host {

class RequestLog {
 public:
  RequestLog(RequestLogLevel level, const std::vector<std::string>& redact);

  struct Answer {
    int status = 0;
    const Headers& headers;
    std::string_view body;
    std::uint64_t elapsed_ms = 0;
    std::uint32_t attempt = 1;
  };

  bool on() const { return level_ != RequestLogLevel::off; }
  // Whether a line per request is wanted, beside the one per answer.
  bool shows_requests() const { return level_ >= RequestLogLevel::headers; }

  // "> POST https://host/path {Accept: */*, Authorization: ***}, 120 bytes: {...}", as far as the level goes.
  std::string request(std::string_view method, std::string_view url, const Headers& headers,
                      std::string_view body) const;
  // "< POST https://host/path 201 in 31 ms, attempt 1 {...}, 512 bytes: {...}"
  std::string answer(std::string_view method, std::string_view url, const Answer& answer) const;
  std::string failure(std::string_view method, std::string_view url, std::string_view message,
                      std::uint32_t attempt) const;

 private:
  void append_headers(std::string& line, const Headers& headers) const;
  void append_body(std::string& line, std::string_view body) const;

  RequestLogLevel level_;
  std::set<std::string, std::less<>> redacted_;  // lower case
};

}  // namespace leat::host
