#include "plugins/connectwise/client/client.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "plugins/connectwise/client/base64.hpp"
#include "plugins/connectwise/client/doctor.hpp"
#include "plugins/connectwise/client/errors.hpp"
#include "plugins/connectwise/request.hpp"
#include "plugins/connectwise/text.hpp"

namespace leat::connectwise {
namespace {

Error refuse(std::string text) { return Error{ErrorKind::invalid, std::move(text), 0}; }

bool header_safe(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7F; });
}

}  // namespace

Result<Address> HttpClient::address(Context& context) const {
  if (region_.empty() == base_uri_.empty()) {
    return refuse(region_.empty() ? "region or base_uri must say where the system is"
                                  : "region and base_uri both say where the system is: remove one");
  }
  auto address = parse_address(region_.empty() ? base_uri_ : *address_of_region(region_));
  if (!address) {
    return refuse(
        "base_uri must be an address such as https://api-na.myconnectwise.net/v4_6_release/apis/3.0, without "
        "user, query or fragment");
  }
  if (!address->https && !is_loopback(address->host) && !allow_plain_http_) {
    return refuse(
        "base_uri must begin with https://, or the keys travel unencrypted; allow_plain_http: true permits it");
  }
  if (!address->path.empty() && !lower(address->path).ends_with("/apis/3.0")) {
    context.warn("base_uri does not end in /apis/3.0, where a ConnectWise PSA has its API");
  }
  return *address;
}

Result<Done> HttpClient::configure(Context& context) {
  auto where = address(context);
  if (!where) return where.error();
  if (company_id_.empty() || company_id_.find_first_of(":+") != std::string::npos) {
    return refuse("company_id must be the login company, without \":\" and \"+\"");
  }
  if (!public_key_ || !header_safe(public_key_.value()) || public_key_.value().find(':') != std::string::npos) {
    return refuse("public_key must be a key without blanks and \":\"");
  }
  if (!private_key_ || !header_safe(private_key_.value())) return refuse("private_key must be a key without blanks");
  if (!client_id_ || !header_safe(client_id_.value())) return refuse("client_id must be a GUID");
  if (!header_safe(api_version_)) return refuse("api_version must look like 2025.8");
  if (!header_safe(impersonate_)) return refuse("impersonate must be a member's identifier");
  // The version counts in the first media type only.
  accept_ = api_version_.empty() ? "application/json" : "application/vnd.connectwise.com+json; version=" + api_version_;
  nlohmann::json quiet = nlohmann::json::parse(transport_options());
  quiet["log"] = "off";
  session_.configure({.address = std::move(*where),
                      .company = company_id_,
                      .authorization = basic_authorization(company_id_, public_key_.value(), private_key_.value()),
                      .client_id = std::string(client_id_.value()),
                      .accept = accept_,
                      .impersonate = impersonate_,
                      .transport_options = quiet.dump()});
  return Done{};
}

Result<std::string> HttpClient::full_url(const Request& request, const Session::Access& access) const {
  if (request.url.starts_with('/') && !request.url.starts_with("//")) return access.base + request.url;
  // Only of the system that the keys are for, and never anything that changes it. The address may be a stranger's: its path
  // must be the one that the server will see.
  const Address& own = session_.settings().address;
  const auto other = parse_address(request.url.substr(0, request.url.find('?')));
  const bool same = other && other->https == own.https && other->port == own.port && same_system(other->host, own.host);
  const bool plain = same && other->path.find("..") == std::string::npos &&
                     other->path.find('%') == std::string::npos && header_safe(request.url) &&
                     request.url.find('#') == std::string::npos;
  if (plain && request.method == "GET") return request.url;
  return refuse("a request through this client is relative to base_uri: it begins with one \"/\"");
}

Result<Done> HttpClient::prepare(Request& request, Context& context) {
  auto access = session_.access(context);
  if (!access) return access.error();
  auto url = full_url(request, *access);
  if (!url) return url.error();
  request.url = std::move(*url);
  if (request.url.size() > url_length_max) {
    return refuse("the URL is " + std::to_string(request.url.size()) + " characters long; the server takes " +
                  std::to_string(url_length_max) + ": shorten conditions or fields");
  }
  request.header("Authorization", access->authorization);
  request.header("clientId", client_id_.value());
  request.header("Accept", accept_);
  // Without the charset some servers mangle text beyond ASCII. A file upload says its own type.
  const bool typed =
      std::ranges::any_of(request.headers, [](const Header& header) { return lower(header.name) == "content-type"; });
  if (!request.body.empty() && !typed) request.header("Content-Type", "application/json; charset=utf-8");
  return Done{};
}

Result<Done> HttpClient::classify(const Request& request, const AnswerView& answer) {
  const auto method = to_method(request.method);
  const bool repeatable = request.idempotent || (method && is_repeatable(*method));
  auto meaning = connectwise::classify({request.method, repeatable}, answer);
  if (meaning || meaning.error().kind != ErrorKind::denied) return meaning;
  // Both mean that nothing was done, so that every request may be tried again.
  if (says_stale_codebase(answer.status(), answer.body()) && session_.doubt_codebase(request.url)) {
    return Error{ErrorKind::unreachable, meaning.error().message + "; the codebase is asked for again", 0};
  }
  const auto authorization =
      std::ranges::find_if(request.headers, [](const Header& header) { return header.name == "Authorization"; });
  if (answer.status() == 401 && authorization != request.headers.end() && session_.doubt_token(authorization->value)) {
    return Error{ErrorKind::unreachable, meaning.error().message + "; the token is made anew", 0};
  }
  return meaning;
}

void HttpClient::doctor(Record /*known*/, Findings& findings, Context& context) {
  examine(session_, findings, context);
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
