// The section `webhooks`, and the addresses in it.
#include <doctest/doctest.h>

#include <string>

#include "host/config/components.hpp"
#include "host/config/web_address.hpp"

using namespace leat::test;
using leat::host::parse_listen_address;
using leat::host::parse_public_url;

namespace {

std::string with(const std::string& webhooks) {
  return "webhooks: " + webhooks + R"(
clients: {psa: {type: rest, base_uri: 'http://x', token: "${TOKEN}"}}
incoming: {in: {subscriber: {type: rest, client: psa, entity: e}}}
outgoing: {out: {publisher: {type: file, path: a}}}
routes: {r: {incoming: in, outgoing: out}}
)";
}

}  // namespace

TEST_CASE("an address to listen on is an IP address and a port") {
  const struct {
    const char* text;
    const char* ip;  // nullptr: refused
    std::uint16_t port;
    bool loopback;
  } rows[] = {{"127.0.0.1:8085", "127.0.0.1", 8085, true},
              {"127.9.0.1:0", "127.9.0.1", 0, true},
              {"localhost:80", "127.0.0.1", 80, true},
              {"[::1]:8085", "::1", 8085, true},
              {"0.0.0.0:65535", "0.0.0.0", 65535, false},
              {"[::]:8443", "::", 8443, false},
              {"10.0.0.7:8085", "10.0.0.7", 8085, false},
              {"[2001:db8::1]:1", "2001:db8::1", 1, false},
              {"8085", nullptr, 0, false},
              {":8085", nullptr, 0, false},
              {"127.0.0.1", nullptr, 0, false},
              {"127.0.0.1:", nullptr, 0, false},
              {"127.0.0.1:65536", nullptr, 0, false},
              {"127.0.0.1:-1", nullptr, 0, false},
              {"127.0.0.1:80x", nullptr, 0, false},
              {"127.0.0.256:80", nullptr, 0, false},
              {"hooks.example.com:80", nullptr, 0, false},
              {"::1:80", nullptr, 0, false},
              {"[127.0.0.1]:80", nullptr, 0, false},
              {"[::1:80", nullptr, 0, false},
              {"", nullptr, 0, false}};
  for (const auto& row : rows) {
    CAPTURE(row.text);
    const auto address = parse_listen_address(row.text);
    REQUIRE(static_cast<bool>(address) == (row.ip != nullptr));
    if (!address) continue;
    CHECK(address->ip == row.ip);
    CHECK(address->port == row.port);
    CHECK(address->loopback == row.loopback);
  }
}

TEST_CASE("a public URL has a scheme, a host and a plain path") {
  const struct {
    const char* text;
    const char* host;  // nullptr: refused
    const char* path;
    bool tls;
    bool loopback;
  } rows[] = {{"https://hooks.example.com/leat", "hooks.example.com", "/leat", true, false},
              {"https://hooks.example.com/leat/", "hooks.example.com", "/leat", true, false},
              {"https://hooks.example.com", "hooks.example.com", "", true, false},
              {"https://hooks.example.com:8443/a/b", "hooks.example.com:8443", "/a/b", true, false},
              {"http://127.0.0.1:8085/leat", "127.0.0.1:8085", "/leat", false, true},
              {"http://localhost/x", "localhost", "/x", false, true},
              {"http://[::1]:80", "[::1]:80", "", false, true},
              {"http://hooks.example.com", "hooks.example.com", "", false, false},
              {"ftp://hooks.example.com", nullptr, "", false, false},
              {"hooks.example.com/leat", nullptr, "", false, false},
              {"https://", nullptr, "", false, false},
              {"https:///leat", nullptr, "", false, false},
              {"https://user:pw@hooks.example.com/", nullptr, "", false, false},
              {"https://hooks.example.com:0/", nullptr, "", false, false},
              {"https://hooks.example.com:port/", nullptr, "", false, false},
              {"https://hooks.example.com/?x=1", nullptr, "", false, false},
              {"https://hooks.example.com/#x", nullptr, "", false, false},
              {"https://hooks.example.com/a%20b", nullptr, "", false, false},
              {"https://hooks example.com/", nullptr, "", false, false}};
  for (const auto& row : rows) {
    CAPTURE(row.text);
    const auto url = parse_public_url(row.text);
    REQUIRE(static_cast<bool>(url) == (row.host != nullptr));
    if (!url) continue;
    CHECK(url->host == row.host);
    CHECK(url->path == row.path);
    CHECK(url->tls == row.tls);
    CHECK(url->loopback == row.loopback);
  }
}

TEST_CASE("without the section there is no listener; in it everything has a default") {
  CHECK_FALSE(configure(with("{}").substr(12)).config->webhooks);
  const auto result = configure(with("{}"));
  CHECK(lines(result.problems) == "");
  REQUIRE(result.config);
  const leat::host::WebhooksConfig defaults;
  const leat::host::WebhooksConfig& read = *result.config->webhooks;
  CHECK(read.listen.ip == defaults.listen.ip);
  CHECK(read.listen.port == defaults.listen.port);
  CHECK(read.public_url == defaults.public_url);
  CHECK(read.certificate.empty());
  CHECK(read.max_body == defaults.max_body);
  CHECK(read.max_connections == defaults.max_connections);
  CHECK(read.max_events == defaults.max_events);
}

TEST_CASE("a listener for the world has TLS, or a proxy that does, and an address the world knows") {
  const auto result =
      configure(with("{listen: '[::]:8443', public_url: https://hooks.example.com/leat/, certificate: c.pem, key: "
                     "k.pem, max_body: 1MiB, "
                     "max_connections: 3, max_events: 7}"));
  CHECK(lines(result.problems) == "");
  REQUIRE(result.config);
  const leat::host::WebhooksConfig& read = *result.config->webhooks;
  CHECK(read.listen.ip == "::");
  CHECK(read.public_url == "https://hooks.example.com/leat");
  CHECK(read.certificate.filename() == "c.pem");
  CHECK(read.certificate.is_absolute());
  CHECK(read.key.filename() == "k.pem");
  CHECK(read.max_body == 1U << 20U);
  CHECK(read.max_connections == 3);
  CHECK(read.max_events == 7);
  CHECK(configure(with("{listen: '0.0.0.0:80', public_url: https://h.example, plain_http: true}")).config);
}

TEST_CASE("what is wrong with webhooks has its place and says what to do") {
  const struct {
    const char* webhooks;
    const char* line;  // part of the first problem
  } rows[] = {
      {"{listen: 8085}", "leat.yaml:1:20: webhooks.listen: "},
      {"{listen: 'hooks.example.com:80'}", "1:20: webhooks.listen: not an address and a port such as 127.0.0.1:8085"},
      {"{listen: '0.0.0.0:80', public_url: https://h.example}",
       "1:20: webhooks.listen: takes requests of other machines without TLS"},
      {"{listen: '0.0.0.0:80', public_url: https://h.example, plain_http: false}", "webhooks.listen: takes requests"},
      {"{listen: '0.0.0.0:80', plain_http: true}", "1:11: webhooks: needs public_url"},
      {"{certificate: a.pem}", "1:25: webhooks.certificate: certificate and key belong together"},
      {"{key: a.pem}", "1:17: webhooks.key: certificate and key belong together"},
      {"{public_url: http://h.example/leat}", "1:24: webhooks.public_url: must be https"},
      {"{public_url: h.example}", "1:24: webhooks.public_url: not a URL such as https://hooks.example.com/leat"},
      {"{public_url: \"${TOKEN}\"}", "webhooks.public_url: what the ${...} gives is not a URL"},
      {"{max_body: 1GiB}", "webhooks.max_body"},
      {"{max_events: 0}", "webhooks.max_events"},
      {"{port: 8085}", "unknown option \"port\""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.webhooks);
    const auto result = configure(with(row.webhooks));
    CHECK_FALSE(result.config);
    REQUIRE_FALSE(result.problems.empty());
    const std::string line = to_line(result.problems.front());
    CAPTURE(line);
    CHECK(line.find(row.line) != std::string::npos);
  }
}
