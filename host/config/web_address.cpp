#include "host/config/web_address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace leat::host {
namespace {

Error wrong(std::string_view message) { return {ErrorKind::invalid, std::string(message), 0}; }

std::optional<std::uint16_t> port_of(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (text.empty() || failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return port;
}

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

// RFC 3986, 3.3, without what is escaped: paths are compared as they come.
bool is_plain_path(std::string_view path) {
  return std::all_of(path.begin(), path.end(), [](char c) {
    return is_letter_or_digit(c) || std::string_view("-._~!$&'()*+,;=:@/").find(c) != std::string_view::npos;
  });
}

// Splits "host:port" behind a name or "[...]"; the port may be missing.
std::pair<std::string_view, std::optional<std::string_view>> split_port(std::string_view authority) {
  const std::size_t colon = authority.find(':', authority.starts_with('[') ? authority.find(']') : 0);
  if (colon == std::string_view::npos) return {authority, std::nullopt};
  return {authority.substr(0, colon), authority.substr(colon + 1)};
}

std::string_view without_brackets(std::string_view host) {
  return host.starts_with('[') && host.ends_with(']') ? host.substr(1, host.size() - 2) : host;
}

// The bytes of an IP address; what they mean is the same in any spelling.
bool is_loopback(const std::string& ip) {
  std::array<unsigned char, 16> bytes{};
  if (::inet_pton(AF_INET, ip.c_str(), bytes.data()) == 1) return bytes[0] == 127;
  return ::inet_pton(AF_INET6, ip.c_str(), bytes.data()) == 1 && bytes[15] == 1 &&
         std::all_of(bytes.begin(), bytes.end() - 1, [](unsigned char byte) { return byte == 0; });
}

bool is_ip(const std::string& text) {
  std::array<unsigned char, 16> bytes{};
  return ::inet_pton(AF_INET, text.c_str(), bytes.data()) == 1 ||
         ::inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1;
}

}  // namespace

Result<ListenAddress> parse_listen_address(std::string_view text) {
  const auto [host, port_text] = split_port(text);
  const auto port = port_of(port_text.value_or(""));
  std::string ip(host == "localhost" ? "127.0.0.1" : without_brackets(host));
  const bool bracketed = host.starts_with('[') == (ip.find(':') != std::string::npos);
  if (!port || !is_ip(ip) || !bracketed) {
    return wrong("not an address and a port such as 127.0.0.1:8085, [::1]:8085 or 0.0.0.0:8085");
  }
  const bool loopback = is_loopback(ip);
  return ListenAddress{std::move(ip), *port, loopback};
}

Result<PublicUrl> parse_public_url(std::string_view text) {
  PublicUrl url;
  constexpr std::string_view https = "https://";
  constexpr std::string_view http = "http://";
  url.tls = text.starts_with(https);
  if (!url.tls && !text.starts_with(http)) return wrong("not a URL such as https://hooks.example.com/leat");
  const std::string_view rest = text.substr(url.tls ? https.size() : http.size());
  const std::size_t slash = std::min(rest.find_first_of("/?#"), rest.size());
  const std::string_view authority = rest.substr(0, slash);
  std::string_view path = rest.substr(slash);
  const auto [host, port] = split_port(authority);
  const std::string name(without_brackets(host));
  const bool named = !name.empty() && std::all_of(name.begin(), name.end(),
                                                  [](char c) { return is_letter_or_digit(c) || c == '-' || c == '.'; });
  if ((!named && !is_ip(name)) || (port && port_of(*port).value_or(0) == 0)) {
    return wrong("not a URL such as https://hooks.example.com/leat: its host is wrong, or has a user name before it");
  }
  while (path.ends_with('/')) path.remove_suffix(1);
  if (!is_plain_path(path)) {
    return wrong(
        "not a URL such as https://hooks.example.com/leat: its path has a query, a fragment or something escaped");
  }
  url.host = authority;
  url.loopback = name == "localhost" || is_loopback(name);
  url.path = path;
  return url;
}

}  // namespace leat::host
