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

// Whether a member of this name holds a secret: "signing_key", "clientSecret", "access_token", "PrivateKey".
bool names_secret(std::string_view name) {
  constexpr std::string_view ends[] = {"password",   "passphrase", "secret", "token",
                                       "signingkey", "privatekey", "apikey", "accesskey"};
  std::string letters = lower(name);
  std::erase_if(letters, [](char c) { return c == '_' || c == '-'; });
  return std::any_of(std::begin(ends), std::end(ends), [&](std::string_view end) { return letters.ends_with(end); });
}

constexpr std::string_view kBlanks = " \t\r\n";

// The place behind the JSON text that begins with the quote at `begin`; of one that is cut off, the end.
std::size_t text_end(std::string_view body, std::size_t begin) {
  std::size_t at = begin + 1;
  while (at < body.size() && body[at] != '"') at += body[at] == '\\' ? 2 : 1;
  return std::min(at + 1, body.size());
}

// The body with *** for the texts and numbers of JSON members that hold secrets: answers have some that no configuration
// knows, so that Log cannot mask them. Read as it stands, for it may be cut off, or no JSON at all.
std::string without_secrets(std::string_view body) {
  std::string shown;
  for (std::size_t at = 0; at < body.size();) {
    if (body[at] != '"') {
      shown += body[at++];
      continue;
    }
    const std::size_t end = text_end(body, at);
    const std::string_view name = body.substr(at + 1, end - at - 1);
    std::size_t value = std::min(body.find_first_not_of(kBlanks, end), body.size());
    const bool member = value < body.size() && body[value] == ':';
    if (member) value = std::min(body.find_first_not_of(kBlanks, value + 1), body.size());
    if (!member || value == body.size() || !names_secret(name.substr(0, name.find('"')))) {
      shown += body.substr(at, end - at);
      at = end;
      continue;
    }
    const bool text = body[value] == '"';
    const bool number = body[value] == '-' || (body[value] >= '0' && body[value] <= '9');
    shown += body.substr(at, value - at);
    at = value;
    if (!text && !number) continue;
    at = text ? text_end(body, value) : std::min(body.find_first_of(",]} \t\r\n", value), body.size());
    shown += text ? "\"***\"" : "***";
  }
  return shown;
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
  fmt::format_to(std::back_inserter(line), ": {}{}", without_secrets(shown), shown.size() < body.size() ? " ..." : "");
}

}  // namespace leat::host
