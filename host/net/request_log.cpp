#include "host/net/request_log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace leat::host {

namespace {

constexpr std::size_t kBodyShown = 4096;

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
  return out;
}

bool is_text(std::string_view body) {
  return std::none_of(body.begin(), body.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 && c != '\n' && c != '\r' && c != '\t';
  });
}

}  // namespace

RequestLog::RequestLog(RequestLogLevel level, const std::vector<std::string>& redact)
    : level_(level), redacted_{"authorization", "proxy-authorization", "cookie",   "set-cookie",
                               "clientid",      "client-id",           "x-api-key"} {
  for (const std::string& name : redact) redacted_.insert(lower(name));
}

std::string RequestLog::request(std::string_view method, std::string_view url, const Headers& headers,
                                std::string_view body) const {
  std::string line = fmt::format("> {} {}", method, url);
  append_headers(line, headers);
  append_body(line, body);
  return line;
}

std::string RequestLog::answer(std::string_view method, std::string_view url, const Answer& answer) const {
  std::string line =
      fmt::format("< {} {} {} in {} ms, attempt {}", method, url, answer.status, answer.elapsed_ms, answer.attempt);
  append_headers(line, answer.headers);
  append_body(line, answer.body);
  return line;
}

std::string RequestLog::failure(std::string_view method, std::string_view url, std::string_view message,
                                std::uint32_t attempt) const {
  return fmt::format("< {} {} no answer, attempt {}: {}", method, url, attempt, message);
}

void RequestLog::append_headers(std::string& line, const Headers& headers) const {
  if (level_ < RequestLogLevel::headers) return;
  line += " {";
  std::string_view between;
  for (const Header& header : headers) {
    const bool hidden = redacted_.contains(lower(header.name));
    fmt::format_to(std::back_inserter(line), "{}{}: {}", between, header.name, hidden ? "***" : header.value);
    between = ", ";
  }
  line += '}';
}

void RequestLog::append_body(std::string& line, std::string_view body) const {
  fmt::format_to(std::back_inserter(line), ", {} bytes", body.size());
  if (level_ < RequestLogLevel::bodies || body.empty()) return;
  const std::string_view shown = body.substr(0, kBodyShown);
  if (!is_text(shown)) {
    line += " (not text)";
    return;
  }
  fmt::format_to(std::back_inserter(line), ": {}{}", shown, shown.size() < body.size() ? " ..." : "");
}

}  // namespace leat::host
