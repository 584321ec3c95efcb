// The HTTP client: where and as whom requests go to one ConnectWise PSA.
// Threads  configure once; everything else any.
// Source   Developer Guide: Basic of company+public:private, a clientId on each request, the API version in Accept.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "leat/http_client.hpp"
#include "plugins/connectwise/client/session.hpp"

namespace leat::connectwise {

class HttpClient {
 public:
  static auto options() {
    return leat::options<HttpClient>()
        .field("region", &HttpClient::region_,
               "A cloud region: na, eu, au, za, or staging. The server is asked for its current codebase.",
               leat::schema(R"("type": "string", "enum": ["na", "eu", "au", "za", "staging"])"))
        .field("base_uri", &HttpClient::base_uri_,
               "Instead of region: the host alone (its codebase is then asked for), or with codebase and API path. On "
               "cloud hosts, which begin with api-, v4_6_release always leads to the current codebase.",
               leat::example("https://api-na.myconnectwise.net/v4_6_release/apis/3.0"))
        .field("company_id", &HttpClient::company_id_, "The login company, as on the sign-in page.", leat::required)
        .field("public_key", &HttpClient::public_key_, "Public key of the API member.", leat::required)
        .field("private_key", &HttpClient::private_key_, "Private key of the API member.", leat::required)
        .field("client_id", &HttpClient::client_id_, "The GUID of the integration, from developer.connectwise.com.",
               leat::required)
        .field("impersonate", &HttpClient::impersonate_,
               "Identifier of a member: requests are made as that member, with tokens that the API member may make "
               "and that are renewed before they end.",
               leat::example("jdoe"))
        .field("api_version", &HttpClient::api_version_,
               "Version of the data model, such as 2025.8; without it the newest of the server. Servers keep old ones "
               "for about "
               "a year.",
               leat::example("2025.8"))
        .field(
            "log_requests", &HttpClient::log_requests_,
            "Logs requests: true (or line) a line each, headers also their headers, bodies also the beginning of their "
            "bodies. Credentials are never shown.",
            leat::schema(R"("type": ["boolean", "string"], "enum": [true, false, "off", "line", "headers", "bodies"])"))
        .field("max_in_flight", &HttpClient::max_in_flight_,
               "Requests at the same time, for everyone who uses this client. The vendor throttles about twelve.",
               leat::range(1, 64))
        .field("requests_per_minute", &HttpClient::requests_per_minute_,
               "Rate limit; 0 is none. A refusal (429) pauses the client either way.", leat::range(0, 100000))
        .field("timeout", &HttpClient::timeout_, "Longest time for a request, waiting and retries included.")
        .field("ca_file", &HttpClient::ca_file_,
               "Certificates (PEM) to trust instead of the system's, for an on-premises server.")
        .field("proxy", &HttpClient::proxy_, "HTTP proxy.", leat::example("http://proxy.example:3128"))
        .field("proxy_user", &HttpClient::proxy_user_, "User name at the proxy.")
        .field("proxy_password", &HttpClient::proxy_password_, "Password at the proxy.")
        .field("allow_plain_http", &HttpClient::allow_plain_http_,
               "Lets base_uri be http:// on other machines too: the keys then travel unencrypted.");
  }

  // invalid: base_uri, keys or client_id cannot be used.
  Result<Done> configure(Context& context);

  // A relative request ("/company/companies?page=2") into a full one, or a GET of an absolute https address of the same
  // system (the key that callbacks are signed with). invalid for others. May block to ask for codebase or token.
  Result<Done> prepare(Request& request, Context& context);
  Result<Done> classify(const Request& request, const AnswerView& answer);
  std::string transport_options() const;
  void doctor(Record known, Findings& findings, Context& context);

 private:
  std::string region_;
  std::string base_uri_;
  std::string company_id_;
  Secret public_key_;
  Secret private_key_;
  Secret client_id_;
  std::string impersonate_;
  std::string api_version_;
  Json log_requests_{"false"};
  std::uint32_t max_in_flight_ = 4;
  std::uint32_t requests_per_minute_ = 0;
  std::chrono::milliseconds timeout_{60'000};
  File ca_file_;
  std::string proxy_;
  std::string proxy_user_;
  Secret proxy_password_;
  bool allow_plain_http_ = false;

  Result<Address> address(Context& context) const;
  Result<std::string> full_url(const Request& request, const Session::Access& access) const;

  std::string accept_;
  Session session_;
};

}  // namespace leat::connectwise
