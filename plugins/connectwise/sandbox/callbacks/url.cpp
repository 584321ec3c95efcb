#include "plugins/connectwise/sandbox/callbacks/url.hpp"

#include <algorithm>

#include "plugins/connectwise/sandbox/text.hpp"

namespace leat::sandbox {

bool Url::is_loopback() const {
  if (host == "localhost" || host == "::1") return true;
  const bool digits = host.find_first_not_of("0123456789.") == std::string::npos;
  return digits && host.compare(0, 4, "127.") == 0;
}

std::optional<Url> parse_url(std::string_view text) {
  const bool clean =
      std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) > ' ' && c != '\x7f'; });
  const std::size_t scheme = text.find("://");
  if (!clean || scheme == std::string_view::npos) return std::nullopt;
  Url url;
  url.tls = same_text(text.substr(0, scheme), "https");
  if (!url.tls && !same_text(text.substr(0, scheme), "http")) return std::nullopt;
  text.remove_prefix(scheme + 3);
  const std::size_t end = std::min(text.find_first_of("/?#"), text.size());
  std::string_view authority = text.substr(0, end);
  url.target = std::string(text.substr(end, text.find('#', end) - end));
  if (url.target.empty() || url.target.front() != '/') url.target.insert(0, 1, '/');
  // User information is no part of a callback's address.
  if (authority.find('@') != std::string_view::npos) return std::nullopt;
  std::string_view port;
  if (!authority.empty() && authority.front() == '[') {
    const std::size_t close = authority.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    url.host = lower(authority.substr(1, close - 1));
    port = authority.substr(close + 1);
  } else {
    const std::size_t colon = authority.find(':');
    url.host = lower(authority.substr(0, colon));
    if (colon != std::string_view::npos) port = authority.substr(colon);
  }
  if (url.host.empty()) return std::nullopt;
  url.port = url.tls ? 443 : 80;
  if (port.empty()) return url;
  const auto number = to_integer(port.substr(1));
  if (port.front() != ':' || !number || *number < 1 || *number > 65535) return std::nullopt;
  url.port = static_cast<std::uint16_t>(*number);
  return url;
}

}  // namespace leat::sandbox
