// Where a ConnectWise PSA is: what base_uri or region says, taken apart.
// Threads  any; pure.
// Source   Developer Guide: cloud hosts api-na, api-eu, api-au, api-za + myconnectwise.net, staging
//          api-staging.connectwisedev.com; on premises the partner's own host; {host}/{codebase}apis/3.0.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace leat::connectwise {

struct Address {
  bool https = false;
  std::string host;       // in small letters, without port
  int port = 0;           // the scheme's own where none was given
  std::string authority;  // host and port, as they were given
  std::string path;       // without a slash at its end: "/v4_6_release/apis/3.0"; empty: the codebase is asked for
  std::string origin() const { return (https ? "https://" : "http://") + authority; }
};

// Nothing: not an address this client can use.
std::optional<Address> parse_address(std::string_view uri);

// "na" -> https://api-na.myconnectwise.net; nothing for what is no region.
std::optional<std::string> address_of_region(std::string_view region);

bool is_loopback(std::string_view host);

// Of one system: equal, or equal but for the api- in front that the API's host has and its web pages' has not.
bool same_system(std::string_view host, std::string_view other);

}  // namespace leat::connectwise
