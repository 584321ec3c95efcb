#include "plugins/connectwise/client/address.hpp"

#include <algorithm>
#include <charconv>

#include "plugins/connectwise/text.hpp"

namespace leat::connectwise {
namespace {

// Of ":8443".
std::optional<int> parse_port(std::string_view text, int otherwise) {
  if (text.empty() || text == ":") return otherwise;
  int port = 0;
  const char* end = text.data() + text.size();
  const auto [read, error] = std::from_chars(text.data() + 1, end, port);
  if (text.front() != ':' || error != std::errc{} || read != end || port < 1 || port > 65'535) return {};
  return port;
}

}  // namespace

std::optional<Address> parse_address(std::string_view uri) {
  while (uri.ends_with('/')) uri.remove_suffix(1);
  Address address;
  const std::string scheme = lower(uri.substr(0, uri.find("://")));
  if (scheme != "http" && scheme != "https") return {};
  address.https = scheme == "https";
  if (uri.size() < scheme.size() + 3) return {};
  const std::string_view rest = uri.substr(scheme.size() + 3);
  const std::string_view authority = rest.substr(0, rest.find('/'));
  const bool printable = std::ranges::all_of(uri, [](char c) { return c > 0x20 && c < 0x7F; });
  if (!printable || uri.find_first_of("?#\"<>\\") != uri.npos || authority.find('@') != authority.npos) return {};
  const bool bracketed = authority.starts_with('[');
  const std::string_view host =
      bracketed ? authority.substr(1, authority.find(']') - 1) : authority.substr(0, authority.find(':'));
  if (host.empty()) return {};
  const std::size_t behind_host = std::min(authority.size(), host.size() + (bracketed ? 2 : 0));
  const auto port = parse_port(authority.substr(behind_host), address.https ? 443 : 80);
  if (!port) return {};
  address.host = lower(host);
  address.port = *port;
  address.authority = std::string(authority);
  address.path = std::string(rest.substr(authority.size()));
  return address;
}

std::optional<std::string> address_of_region(std::string_view region) {
  if (region == "staging") return "https://api-staging.connectwisedev.com";
  constexpr std::string_view regions[] = {"na", "eu", "au", "za"};
  if (std::ranges::find(regions, region) == std::end(regions)) return {};
  return "https://api-" + std::string(region) + ".myconnectwise.net";
}

bool is_loopback(std::string_view host) {
  const bool numeric = host.find_first_not_of("0123456789.") == host.npos;
  return host == "localhost" || host == "::1" || (numeric && host.starts_with("127."));
}

bool same_system(std::string_view host, std::string_view other) {
  const auto bare = [](std::string_view name) { return name.substr(name.starts_with("api-") ? 4 : 0); };
  return bare(host) == bare(other);
}

}  // namespace leat::connectwise
