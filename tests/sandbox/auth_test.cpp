#include <doctest/doctest.h>

#include "tests/sandbox/harness.hpp"

using namespace leat::sandbox;
using namespace leat::sandbox::test;

namespace {

// company+public:private in base64.
constexpr const char* kWrongKey = "Basic c2FuZGJveCtzYW5kYm94UHVibGljS2V5Om5vdC10aGUta2V5";
constexpr const char* kWrongCompany = "Basic b3RoZXIrc2FuZGJveFB1YmxpY0tleTpzYW5kYm94UHJpdmF0ZUtleQ==";
constexpr const char* kClient = "11111111-2222-3333-4444-555555555555";

Response ask(const Settings& settings, const std::string& credentials, const std::string& client,
             const std::string& path = "/company/companies/1", const std::string& accept = "application/json") {
  Harness harness(settings);
  Request request{"GET", std::string(api_prefix) + path, {{"Host", "cw.test"}, {"Accept", accept}}, "", "http"};
  if (!credentials.empty()) request.headers.push_back({"Authorization", credentials});
  if (!client.empty()) request.headers.push_back({"CLIENTID", client});
  return harness.service.answer(request);
}

Settings with(const char* variant) {
  Settings settings;
  if (*variant != '\0') REQUIRE(settings.variants.set(variant));
  return settings;
}

}  // namespace

TEST_CASE("who may not enter is told so as the live system words it, in each way that sources tell of") {
  struct Row {
    const char* what;
    const char* variant;
    std::string credentials;
    const char* client;
    int status;
    const char* said;
  };
  const std::string good(good_credentials);
  const Row rows[] = {
      {"right", "", good, kClient, 200, "\"id\":1"},
      {"scheme in another case", "", "basic" + good.substr(5), kClient, 200, "\"id\":1"},
      {"no credentials", "", "", kClient, 401, "\"code\": \"Unauthorized\""},
      {"another scheme", "", "Bearer x", kClient, 401, "\"code\": \"Unauthorized\""},
      {"no base64", "", "Basic ???", kClient, 401, "\"code\": \"Unauthorized\""},
      {"no company in it", "", "Basic YTpi", kClient, 401, "\"code\": \"Unauthorized\""},
      {"wrong key", "", kWrongKey, kClient, 401, "\"code\": \"Unauthorized\""},
      {"wrong key", "wrong-keys=nested", kWrongKey, kClient, 401, "UserNotAuthenticated"},
      {"wrong key", "wrong-keys=404", kWrongKey, kClient, 404, "Unauthorized"},
      {"wrong company", "", kWrongCompany, kClient, 400, "Cannot route. Codebase/company is invalid"},
      {"wrong company", "wrong-company=404", kWrongCompany, kClient, 404, "\"code\": \"NotFound\""},
      {"no client ID", "", good, "", 401, "clientId"},
      {"no client ID", "missing-client-id=403", good, "", 403, "clientId"},
      {"no client ID", "missing-client-id=400", good, "", 400, "clientId"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    CAPTURE(row.variant);
    const Response answer = ask(with(row.variant), row.credentials, row.client);
    CHECK(answer.status == row.status);
    CAPTURE(answer.body);
    CHECK(answer.body.find(row.said) != std::string::npos);
  }
}

TEST_CASE("a named client ID is the only one taken") {
  Settings settings;
  settings.client_id = kClient;
  CHECK(ask(settings, std::string(good_credentials), kClient).status == 200);
  CHECK(ask(settings, std::string(good_credentials), "99999999-2222-3333-4444-555555555555").status == 401);
}

TEST_CASE("the version counts only in the first media type, and an old or unknown one is refused") {
  struct Row {
    const char* accept;
    const char* variant;
    int status;
  };
  const Row rows[] = {
      {"application/vnd.connectwise.com+json; version=2025.8", "", 200},
      {"application/vnd.connectwise.com+json; version=2024.8", "", 200},
      {"application/vnd.connectwise.com+json; version=2019.1", "", 400},
      {"application/vnd.connectwise.com+json; version=2019.1", "accept-version=404", 404},
      {"application/vnd.connectwise.com+json; version=2031.1", "", 400},
      {"application/vnd.connectwise.com+json; version=latest", "", 400},
      {"application/vnd.connectwise.com+json", "", 200},
      {"application/json, application/vnd.connectwise.com+json; version=2019.1", "", 200},
      {"", "", 200},
  };
  for (const Row& row : rows) {
    CAPTURE(row.accept);
    const Response answer =
        ask(with(row.variant), std::string(good_credentials), kClient, "/company/companies/1", row.accept);
    CHECK(answer.status == row.status);
    if (row.status != 200) CHECK(answer.body.find("API version") != std::string::npos);
  }
}

TEST_CASE("companyinfo needs no keys, and says where the API is") {
  Harness harness;
  const auto at = [&](const std::string& path) { return harness.service.answer({"GET", path, {}, "", "http"}); };
  const Json info = Json::parse(at("/login/companyinfo/sandbox").body);
  CHECK(info["Codebase"] == "v2025_8/");
  CHECK(info["IsCloud"] == true);
  CHECK(at("/login/companyinfo/nobody").body == "null");
  CHECK(at("/login/companyinfo/nobody").status == 200);
  Harness other(with("unknown-company=404"));
  CHECK(other.service.answer({"GET", "/login/companyinfo/nobody", {}, "", "http"}).status == 404);
}

TEST_CASE("system/info is closed, unless the variant opens it") {
  CHECK(ask(with(""), "", "", "/system/info").status == 401);
  CHECK(ask(with("system-info=open"), "", "", "/system/info").status == 200);
  CHECK(ask(with("system-info=open"), "", "", "/system/members").status == 401);
}

TEST_CASE("a wrong path is answered by who would have met it") {
  struct Row {
    const char* target;
    int status;
    const char* said;
    const char* type;
  };
  const Row rows[] = {
      {"/v4_6_release/apis/3.0/service/tickets/1", 200, "\"id\":1", "application/json; charset=utf-8"},
      {"/v2025_8/apis/3.0/service/tickets/1", 200, "\"id\":1", "application/json; charset=utf-8"},
      {"/v4_6_release/apis/3.0/service/tickets/1/", 200, "\"id\":1", "application/json; charset=utf-8"},
      {"/v4_6_release/apis/3.0/Service/Tickets/1", 200, "\"id\":1", "application/json; charset=utf-8"},
      {"/v2019_1/apis/3.0/service/tickets/1", 400, "Cannot route", "text/plain; charset=utf-8"},
      {"/v4_6_release/apis/3.0/service/tikets", 404, "The endpoint does not exist.", "application/json; charset=utf-8"},
      {"/elsewhere", 404, "<HTML>", "text/html; charset=us-ascii"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.target);
    Harness harness;
    const Response answer = harness.service.answer(
        {"GET",
         row.target,
         {{"Host", "cw.test"}, {"Authorization", std::string(good_credentials)}, {"clientId", kClient}},
         "",
         "http"});
    CHECK(answer.status == row.status);
    CHECK(answer.content_type == row.type);
    CHECK(answer.body.find(row.said) != std::string::npos);
  }
}

TEST_CASE("every answer carries the live system's headers, and a request ID of its own") {
  Harness harness;
  const Response one = harness.send("GET", "/service/tickets/1");
  const Response two = harness.send("GET", "/service/tickets/999999");
  CHECK(header(one, "api-current-version") == "2025.8");
  CHECK(header(one, "Cache-Control") == "no-cache");
  CHECK(header(one, "x-cw-request-id").size() == 36);
  CHECK(header(one, "x-cw-request-id") != header(two, "x-cw-request-id"));
}
