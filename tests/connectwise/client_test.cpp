#include "plugins/connectwise/client/client.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "support/plugin_host.hpp"

using namespace leat;
using connectwise::HttpClient;
using nlohmann::json;

namespace {

// The reference is the value, for these tests.
const leat_secret_api& secrets() {
  static const leat_secret_api table = [] {
    leat_secret_api api{};
    api.struct_size = sizeof api;
    api.resolve = [](const leat_host*, leat_ctx*, leat_str reference, leat_str* out) -> leat_kind {
      *out = reference;
      return LEAT_OK;
    };
    return api;
  }();
  return table;
}

// Every request is told the codebase v2025_1. Calls are answered on a thread of their own, as the host does.
const leat_transport_api& companyinfo() {
  static std::jthread thread;
  static const leat_transport_api table = [] {
    leat_transport_api api{};
    api.struct_size = sizeof api;
    api.open = [](const leat_host*, leat_ctx*, leat_str, leat_transport** out) -> leat_kind {
      *out = reinterpret_cast<leat_transport*>(&thread);
      return LEAT_OK;
    };
    api.close = [](leat_transport*) {};
    api.send = [](leat_transport*, leat_ctx*, const leat_http_request*, leat_http_done done, void* user,
                  std::uint64_t* call) -> leat_kind {
      *call = 1;
      thread = std::jthread([done, user] {
        const leat_outcome outcome{sizeof outcome, LEAT_OK, 0, str("")};
        leat_http_response response{};
        response.struct_size = sizeof response;
        response.http_status = 200;
        response.body = bytes(R"({"Codebase": "v2025_1/"})");
        done(user, &outcome, &response);
      });
      return LEAT_OK;
    };
    api.cancel = [](leat_transport*, std::uint64_t) {};
    api.quiesce = [](leat_transport*) { thread = {}; };
    return api;
  }();
  return table;
}

json options() {
  return {{"base_uri", "https://api-na.myconnectwise.net/v4_6_release/apis/3.0"},
          {"company_id", "acme"},
          {"public_key", {{"$secret", "pub"}}},
          {"private_key", {{"$secret", "priv"}}},
          {"client_id", {{"$secret", "5b8d2c77-0000-4000-8000-0123456789ab"}}}};
}

class Clients {
 public:
  Clients() {
    host_.offer(LEAT_SECRET_SERVICE, &secrets());
    host_.offer(LEAT_TRANSPORT_SERVICE, &companyinfo());
  }
  std::unique_ptr<HttpClient> make(const json& config) { return host_.make<HttpClient>(config.dump()); }
  Error refusal(const json& config) {
    try {
      make(config);
    } catch (const Failure& failure) {
      return failure.error();
    }
    return {};
  }
  Request prepared(HttpClient& client, Request request) {
    const auto ctx = host_.call();
    Context context(ctx.get());
    leat::check(client.prepare(request, context));
    return request;
  }
  const std::vector<std::string>& lines() const { return host_.lines; }

 private:
  test::PluginHost host_;
};

std::string header(const Request& request, std::string_view name) {
  const auto found = std::ranges::find_if(request.headers, [&](const Header& h) { return same_header(h.name, name); });
  return found == request.headers.end() ? "none" : found->value;
}

}  // namespace

TEST_CASE("a relative request becomes a full one with credentials, clientId and version") {
  Clients clients;
  json config = options();
  config["api_version"] = "2025.8";
  const auto client = clients.make(config);
  Request request;
  request.method = "POST";
  request.url = "/service/tickets?page=2";
  request.body = "{}";
  const Request full = clients.prepared(*client, request);
  CHECK(full.url == "https://api-na.myconnectwise.net/v4_6_release/apis/3.0/service/tickets?page=2");
  CHECK(header(full, "Authorization") == "Basic YWNtZStwdWI6cHJpdg==");  // acme+pub:priv
  CHECK(header(full, "clientid") == "5b8d2c77-0000-4000-8000-0123456789ab");
  CHECK(header(full, "Accept") == "application/vnd.connectwise.com+json; version=2025.8");
  CHECK(header(full, "Content-Type") == "application/json; charset=utf-8");
}

TEST_CASE("without a version the newest model is asked for, without a body no type is said") {
  Clients clients;
  const auto client = clients.make(options());
  Request request;
  request.url = "/system/info";
  request.header("pagination-type", "forward-only");
  const Request full = clients.prepared(*client, request);
  CHECK(header(full, "Accept") == "application/json");
  CHECK(header(full, "Content-Type") == "none");
  CHECK(header(full, "pagination-type") == "forward-only");
}

TEST_CASE("only requests relative to base_uri go out") {
  Clients clients;
  const auto client = clients.make(options());
  for (const std::string url : {"https://evil.example/", "//evil.example/x", "service/tickets", "", "@evil.example/"}) {
    CAPTURE(url);
    Request request;
    request.url = url;
    CHECK_THROWS_AS(clients.prepared(*client, request), Failure);
  }
  Request longest;
  longest.url = "/" + std::string(2000, 'x');
  CHECK_THROWS_AS(clients.prepared(*client, longest), Failure);
}

TEST_CASE("options that cannot work are refused, without showing a key") {
  Clients clients;
  const std::tuple<std::string, json, std::string> rows[] = {
      {"base_uri", "", "region or base_uri must say"},
      {"region", "na", "region and base_uri both say"},
      {"base_uri", "api-na.myconnectwise.net", "base_uri must be an address"},
      {"base_uri", "ftp://x/apis/3.0", "base_uri must be an address"},
      {"base_uri", "https://", "base_uri must be an address"},
      {"base_uri", "https://user:pw@x/apis/3.0", "base_uri must be an address"},
      {"base_uri", "https://x/apis/3.0?a=b", "base_uri must be an address"},
      {"base_uri", "https://x/ apis/3.0", "base_uri must be an address"},
      {"base_uri", "http://na.example/v4_6_release/apis/3.0", "base_uri must begin with https://"},
      {"base_uri", "http://127.evil.example/apis/3.0", "base_uri must begin with https://"},
      {"company_id", "", "company_id must be"},
      {"company_id", "acme+x", "company_id must be"},
      {"public_key", json{{"$secret", "hidden:key"}}, "public_key must be"},
      {"private_key", json{{"$secret", "hidden key"}}, "private_key must be"},
      {"client_id", json{{"$secret", "hidden\r\nX: y"}}, "client_id must be"},
      {"api_version", "2025.8\r\nX: y", "api_version must look like"},
  };
  for (const auto& [name, value, message] : rows) {
    json config = options();
    config[name] = value;
    const Error error = clients.refusal(config);
    const std::string said = error.message;
    CAPTURE(said);
    CHECK(error.kind == ErrorKind::invalid);
    CHECK(said.starts_with(message));
    CHECK(said.find("hidden") == std::string::npos);
  }
}

TEST_CASE("plain http is for this machine, or for those who ask for it") {
  Clients clients;
  json config = options();
  for (const char* uri : {"http://localhost:8080/v4_6_release/apis/3.0", "http://127.0.0.1:8080/v4_6_release/apis/3.0",
                          "http://[::1]:8080/v4_6_release/apis/3.0/"}) {
    config["base_uri"] = uri;
    CHECK(clients.refusal(config).message.empty());
  }
  config["base_uri"] = "http://sandbox:8080/v4_6_release/apis/3.0";
  config["allow_plain_http"] = true;
  CHECK(clients.refusal(config).message.empty());
}

TEST_CASE("a base_uri without the API path is warned about") {
  Clients clients;
  json config = options();
  config["base_uri"] = "https://na.myconnectwise.net/v4_6_release";
  CHECK(clients.make(config));
  REQUIRE(clients.lines().size() == 1);
  CHECK(clients.lines()[0].find("/apis/3.0") != std::string::npos);
}

TEST_CASE("the transport is told limits, log and what never to show") {
  Clients clients;
  const json plain = json::parse(clients.make(options())->transport_options());
  CHECK(plain["log"] == "off");
  CHECK(plain["max_in_flight"] == 4);
  CHECK(plain["timeout"] == 60000);
  CHECK(plain["redact"] == json{"Authorization", "clientId"});
  CHECK_FALSE(plain.contains("proxy"));

  json config = options();
  config.update({{"max_in_flight", 2},
                 {"requests_per_minute", 900},
                 {"timeout", 5000},
                 {"ca_file", "/etc/ca.pem"},
                 {"proxy", "http://proxy:3128"},
                 {"proxy_user", "u"},
                 {"proxy_password", {{"$secret", "pw"}}}});
  const json full = json::parse(clients.make(config)->transport_options());
  CHECK(full["max_in_flight"] == 2);
  CHECK(full["requests_per_minute"] == 900);
  CHECK(full["timeout"] == 5000);
  CHECK(full["ca_file"] == "/etc/ca.pem");
  CHECK(full["proxy"] == "http://proxy:3128");
  CHECK(full["proxy_user"] == "u");
  CHECK(full["proxy_password"] == "pw");

  const std::pair<json, std::string> levels[] = {
      {true, "line"}, {false, "off"}, {"headers", "headers"}, {"off", "off"}};
  for (const auto& [value, level] : levels) {
    config["log_requests"] = value;
    CHECK(json::parse(clients.make(config)->transport_options())["log"] == level);
  }
}

TEST_CASE("no answer from a PUT or DELETE is repeated, from a POST only when it said so") {
  Clients clients;
  const auto client = clients.make(options());
  leat_http_response raw{};
  raw.struct_size = sizeof raw;
  raw.http_status = 502;
  const std::tuple<std::string, bool, ErrorKind> rows[] = {
      {"GET", false, ErrorKind::busy},       {"PUT", false, ErrorKind::busy},        {"DELETE", false, ErrorKind::busy},
      {"POST", false, ErrorKind::uncertain}, {"PATCH", false, ErrorKind::uncertain}, {"POST", true, ErrorKind::busy},
      {"PATCH", true, ErrorKind::busy}};
  for (const auto& [method, idempotent, kind] : rows) {
    Request request;
    request.method = method;
    request.idempotent = idempotent;
    const auto meaning = client->classify(request, AnswerView(&raw));
    REQUIRE_FALSE(meaning);
    CHECK(meaning.error().kind == kind);
  }
}

TEST_CASE("what was sent to the former codebase may be tried again, what was sent to the new one is answered") {
  Clients clients;
  json config = options();
  config["base_uri"] = "https://api-na.myconnectwise.net/v2024_1/apis/3.0";
  const auto client = clients.make(config);
  leat_http_response raw{};
  raw.struct_size = sizeof raw;
  raw.http_status = 404;
  raw.body = bytes("<html></html>");
  const auto kind = [&](const std::string& url) {
    Request request;
    request.method = "POST";
    request.url = url;
    return client->classify(request, AnswerView(&raw)).error().kind;
  };
  Request tickets;
  tickets.url = "/service/tickets";
  const std::string former = clients.prepared(*client, tickets).url;
  CHECK(kind(former) == ErrorKind::unreachable);
  const std::string now = clients.prepared(*client, tickets).url;
  CHECK(now == "https://api-na.myconnectwise.net/v2025_1/apis/3.0/service/tickets");
  CHECK(kind(former) == ErrorKind::unreachable);
  CHECK(kind(now) == ErrorKind::denied);
}
