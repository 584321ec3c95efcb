#include "plugins/connectwise/client/client.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "plugins/connectwise/client/base64.hpp"
#include "plugins/connectwise/client/errors.hpp"
#include "plugins/connectwise/request.hpp"
#include "plugins/connectwise/text.hpp"

namespace leat::connectwise {
namespace {

Error refuse(std::string text) { return Error{ErrorKind::invalid, std::move(text), 0}; }

bool header_safe(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7F; });
}

struct Address {
  bool https = false;
  std::string host;  // without port
};

// Nothing: not an address this client can use.
std::optional<Address> parse_address(std::string_view uri) {
  Address address;
  const std::string scheme = lower(uri.substr(0, uri.find("://")));
  if (scheme != "http" && scheme != "https") return {};
  address.https = scheme == "https";
  std::string_view rest = uri.substr(scheme.size() + 3);
  const std::string_view authority = rest.substr(0, rest.find('/'));
  const bool clean =
      header_safe(uri) && uri.find_first_of("?#\"<>\\") == uri.npos && authority.find('@') == authority.npos;
  if (!clean) return {};
  const bool bracketed = authority.starts_with('[');
  const std::string_view host =
      bracketed ? authority.substr(1, authority.find(']') - 1) : authority.substr(0, authority.find(':'));
  if (host.empty()) return {};
  address.host = lower(host);
  return address;
}

bool is_loopback(std::string_view host) {
  const bool numeric = host.find_first_not_of("0123456789.") == host.npos;
  return host == "localhost" || host == "::1" || (numeric && host.starts_with("127."));
}

}  // namespace

Result<Done> HttpClient::configure(Context& context) {
  while (base_uri_.ends_with('/')) base_uri_.pop_back();
  const auto address = parse_address(base_uri_);
  if (!address) {
    return refuse(
        "base_uri must be an address such as https://api-na.myconnectwise.net/v4_6_release/apis/3.0, without "
        "user, query or fragment");
  }
  if (!address->https && !is_loopback(address->host) && !allow_plain_http_) {
    return refuse(
        "base_uri must begin with https://, or the keys travel unencrypted; allow_plain_http: true permits it");
  }
  if (!lower(base_uri_).ends_with("/apis/3.0")) {
    context.warn("base_uri does not end in /apis/3.0, where a ConnectWise PSA has its API");
  }
  if (company_id_.empty() || company_id_.find_first_of(":+") != std::string::npos) {
    return refuse("company_id must be the login company, without \":\" and \"+\"");
  }
  if (!public_key_ || !header_safe(public_key_.value()) || public_key_.value().find(':') != std::string::npos) {
    return refuse("public_key must be a key without blanks and \":\"");
  }
  if (!private_key_ || !header_safe(private_key_.value())) return refuse("private_key must be a key without blanks");
  if (!client_id_ || !header_safe(client_id_.value())) return refuse("client_id must be a GUID");
  if (!header_safe(api_version_)) return refuse("api_version must look like 2025.8");
  authorization_ = "Basic " + base64(company_id_ + "+" + public_key_.value() + ":" + private_key_.value());
  // The version counts in the first media type only.
  accept_ = api_version_.empty() ? "application/json" : "application/vnd.connectwise.com+json; version=" + api_version_;
  return Done{};
}

void HttpClient::prepare(Request& request, Context& /*context*/) const {
  if (!request.url.starts_with('/') || request.url.starts_with("//")) {
    throw invalid("a request through this client is relative to base_uri: it begins with one \"/\"");
  }
  request.url.insert(0, base_uri_);
  if (request.url.size() > url_length_max) {
    throw invalid("the URL is " + std::to_string(request.url.size()) + " characters long; the server takes " +
                  std::to_string(url_length_max) + ": shorten conditions or fields");
  }
  request.header("Authorization", authorization_);
  request.header("clientId", client_id_.value());
  request.header("Accept", accept_);
  // Without the charset some servers mangle text beyond ASCII.
  if (!request.body.empty()) request.header("Content-Type", "application/json; charset=utf-8");
}

Result<Done> HttpClient::classify(const Request& request, const AnswerView& answer) const {
  const bool idempotent = request.method == "GET" || request.method == "PUT" || request.method == "DELETE";
  return connectwise::classify({request.method, idempotent || request.idempotent}, answer);
}

std::string HttpClient::transport_options() const {
  nlohmann::json options = {{"max_in_flight", max_in_flight_},
                            {"requests_per_minute", requests_per_minute_},
                            {"timeout", timeout_.count()},
                            {"redact", {"Authorization", "clientId"}},
                            {"user_agent", "leat-connectwise/" LEAT_CONNECTWISE_VERSION}};
  const nlohmann::json log = nlohmann::json::parse(log_requests_.text);
  options["log"] = log.is_boolean() ? (log.get<bool>() ? "line" : "off") : log.get<std::string>();
  if (!ca_file_.path.empty()) options["ca_file"] = ca_file_.path;
  if (!proxy_.empty()) options["proxy"] = proxy_;
  if (!proxy_user_.empty()) options["proxy_user"] = proxy_user_;
  if (proxy_password_) options["proxy_password"] = proxy_password_.value();
  return options.dump();
}

}  // namespace leat::connectwise
