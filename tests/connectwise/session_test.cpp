// The client where the system changes under it: codebases, tokens, and what doctor says of it. The far side is scripted.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "leat/plugin.hpp"
#include "leat/testing.hpp"
#include "plugins/connectwise/client/client.hpp"
#include "plugins/connectwise/client/doctor.hpp"

using namespace leat;
using leat::testing::Reply;
using nlohmann::json;

namespace {

const leat_plugin& plugin() {
  static const leat_plugin made =
      leat::detail::describe("test", "1", "", leat::http_client<connectwise::HttpClient>("connectwise"));
  return made;
}

json options() {
  return {{"company_id", "acme"}, {"public_key", "pub"}, {"private_key", "priv"}, {"client_id", "5b8d2c77-0000"}};
}

const std::string host_na = "https://api-na.myconnectwise.net";
const std::string own_keys = "Basic YWNtZStwdWI6cHJpdg==";  // acme+pub:priv
const std::string info_2025 =
    R"({"CompanyName":"Acme","Codebase":"v2025_1/","VersionCode":"v2025.1","IsCloud":"True"})";
const std::string page_404 = "<html><head><title>404 - File not found</title></head></html>";

struct Far {
  explicit Far(json with) {
    json all = options();
    all.update(with);
    client.emplace(host, "connectwise", all.dump());
  }
  leat::testing::Expectation& expect(std::string_view method, const std::string& url) {
    return host.transport().expect(method, url);
  }
  void knows(const std::string& company_info) {
    expect("GET", host_na + "/login/companyinfo/acme").answer(200, company_info);
  }
  // The kind it ended with; "ok" without one.
  std::string get(std::string_view url) {
    last = client->send("GET", url);
    return last.outcome ? "ok" : std::string(to_string(last.outcome.error().kind));
  }
  std::string said() const { return last.outcome ? "" : last.outcome.error().message; }

  leat::testing::Host host{plugin()};
  std::optional<leat::testing::HttpClient> client;
  Reply last;
};

}  // namespace

TEST_CASE("a region is asked for its codebase once, without keys") {
  Far far(json{{"region", "na"}});
  far.knows(info_2025);
  for (int i = 0; i < 2; ++i) {
    far.expect("GET", host_na + "/v2025_1/apis/3.0/system/info").header("Authorization", own_keys).answer(200, "{}");
  }
  CHECK(far.get("/system/info") == "ok");
  CHECK(far.get("/system/info") == "ok");
  CHECK(far.host.transport().sent()[0].header("Authorization").empty());
  CHECK(far.host.transport().missing().empty());
}

TEST_CASE("a system whose codebase is not told cannot be used, and it says why") {
  struct Row {
    int status;
    std::string body;
    std::string why;
  };
  const Row rows[] = {
      {200, "null", "does not know the company"},
      {404, page_404, "no such company"},
      {200, "{}", "names none"},
      {200, R"({"Codebase":"../evil/"})", "names none"},
      {200, R"({"Codebase":"a b/"})", "names none"},
      {200, "[]", "not what companyinfo gives"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.body);
    Far far(json{{"region", "na"}});
    far.expect("GET", host_na + "/login/companyinfo/acme").answer(row.status, row.body);
    CHECK(far.get("/system/info") == "denied");
    CHECK(far.said().find(row.why) != std::string::npos);
  }
}

TEST_CASE("a stale codebase is asked for again, and the request may be tried again") {
  struct Answer {
    int status;
    std::string body;
  };
  const Answer answers[] = {
      {404, page_404},
      {400, "Cannot route. Codebase/company is invalid"},
      {404, R"({"code":"ConnectWiseApi","message":"The endpoint does not exist."})"},
  };
  for (const Answer& answer : answers) {
    CAPTURE(answer.body);
    Far far(json{{"base_uri", host_na + "/v2024_1/apis/3.0"}});
    far.expect("POST", host_na + "/v2024_1/apis/3.0/service/tickets").answer(answer.status, answer.body);
    far.last = far.client->send("POST", "/service/tickets", "{}");
    CHECK(far.last.outcome.error().kind == ErrorKind::unreachable);  // certainly not done, also for a POST
    far.knows(info_2025);
    far.expect("POST", host_na + "/v2025_1/apis/3.0/service/tickets").answer(201, "{}");
    far.last = far.client->send("POST", "/service/tickets", "{}");
    CHECK(far.last.outcome);
  }
}

TEST_CASE("an answer that a fresh codebase does not change stands, without asking each time") {
  Far far(json{{"base_uri", host_na + "/v2025_1/apis/3.0"}});
  const std::string url = host_na + "/v2025_1/apis/3.0/made/up";
  far.expect("GET", url).answer(404, page_404);
  CHECK(far.get("/made/up") == "unreachable");
  far.knows(info_2025);
  for (int i = 0; i < 2; ++i) far.expect("GET", url).answer(404, page_404);
  CHECK(far.get("/made/up") == "denied");
  CHECK(far.get("/made/up") == "denied");
  CHECK(far.host.transport().missing().empty());
}

TEST_CASE("where companyinfo is not offered, a codebase that was given goes on being used") {
  Far far(json{{"base_uri", host_na + "/v4_6_release/apis/3.0"}});
  const std::string url = host_na + "/v4_6_release/apis/3.0/made/up";
  far.expect("GET", url).answer(404, page_404);
  CHECK(far.get("/made/up") == "unreachable");
  far.expect("GET", host_na + "/login/companyinfo/acme").answer(404, page_404);
  far.expect("GET", url).answer(404, page_404);
  CHECK(far.get("/made/up") == "denied");
}

TEST_CASE("requests as a member carry a token, which is renewed before it ends") {
  for (const std::string first_ends :
       {"2026-01-01T04:00:00Z", "2026-01-01T04:00:00.123Z", "2026-01-01T06:00:00+02:00", "2026-01-01T04:00:00"}) {
    CAPTURE(first_ends);
    Far far(json{{"base_uri", host_na + "/v4_6_release/apis/3.0"}, {"impersonate", "jdoe"}});
    const std::string tokens = host_na + "/v4_6_release/apis/3.0/system/members/jdoe/tokens";
    const std::string info = host_na + "/v4_6_release/apis/3.0/system/info";
    const auto token = [&](const std::string& key, const std::string& ends) {
      far.expect("POST", tokens)
          .body(R"({"memberIdentifier":"jdoe"})")
          .header("Authorization", own_keys)
          .header("x-cw-usertype", "member")
          .header("clientId", "5b8d2c77-0000")
          .answer(200, R"({"publicKey":")" + key + R"(","privateKey":"k","expiration":")" + ends + R"("})");
    };
    token("one", first_ends);  // the test's clock begins with 2026
    far.expect("GET", info).header("Authorization", "Basic YWNtZStvbmU6aw==").answer(200, "{}");
    CHECK(far.get("/system/info") == "ok");
    far.host.clock.advance(3 * 3600 * 1000 + 50 * 60 * 1000);
    far.expect("GET", info).header("Authorization", "Basic YWNtZStvbmU6aw==").answer(200, "{}");
    CHECK(far.get("/system/info") == "ok");
    far.host.clock.advance(6 * 60 * 1000);
    token("two", "2026-01-01T08:00:00Z");
    far.expect("GET", info).header("Authorization", "Basic YWNtZSt0d286aw==").answer(200, "{}");
    CHECK(far.get("/system/info") == "ok");
  }
}

TEST_CASE("a token that is refused is made anew once; the next refusal stands") {
  Far far(json{{"base_uri", host_na + "/v4_6_release/apis/3.0"}, {"impersonate", "jdoe"}});
  const std::string refused = R"({"code":"Unauthorized","message":"Invalid keys"})";
  for (const char* kind : {"unreachable", "denied"}) {
    far.expect("POST", host_na + "/v4_6_release/apis/3.0/system/members/jdoe/tokens")
        .answer(200, R"({"publicKey":"a","privateKey":"b","expiration":"2026-01-01T04:00:00Z"})");
    far.expect("GET", host_na + "/v4_6_release/apis/3.0/system/info").answer(401, refused);
    CHECK(far.get("/system/info") == kind);
  }
}

TEST_CASE("a member that may not be impersonated is a person's matter, and no key is shown") {
  Far far(json{{"base_uri", host_na + "/v4_6_release/apis/3.0"}, {"impersonate", "jdoe"}});
  far.expect("POST", host_na + "/v4_6_release/apis/3.0/system/members/jdoe/tokens")
      .answer(403, R"({"code":"Security","message":"You do not have security permission to perform this action."})");
  CHECK(far.get("/system/info") == "denied");
  CHECK(far.said().starts_with("impersonate: a token for jdoe: "));
  CHECK(far.said().find("priv") == std::string::npos);
}

TEST_CASE("an absolute address is for reading from the same system") {
  Far far(json{{"base_uri", host_na + "/v4_6_release/apis/3.0"}});
  const std::string key = "https://na.myconnectwise.net/v2025_1//system/callbackkey/index.rails?companyName=acme&id=5";
  far.expect("GET", key).answer(200, R"({"signing_key":"s"})", {{"content-type", "text/plain"}});
  CHECK(far.get(key) == "ok");
  far.expect("GET", "https://na.myconnectwise.net:443/key").answer(200, "{}");
  CHECK(far.get("https://na.myconnectwise.net:443/key") == "ok");
  for (const std::string url :
       {"https://na.myconnectwise.net:8443/key", "https://na.myconnectwise.net:443x/key",
        "https://na.myconnectwise.net/a/../key", "https://na.myconnectwise.net/a/%2e%2e/key",
        "https://na.myconnectwise.net/key?a b", "https://na.myconnectwise.net/key?a\r\nb",
        "https://na.myconnectwise.net/key?a#b", "https://evil.example/key", "http://na.myconnectwise.net/key",
        "https://na.myconnectwise.net.evil.example/", "https://evil-na.myconnectwise.net/",
        "https://x@na.myconnectwise.net/", "//na.myconnectwise.net/"}) {
    CAPTURE(url);
    CHECK(far.get(url) == "invalid");
  }
  far.last = far.client->send("POST", key, "{}");
  CHECK(far.last.outcome.error().kind == ErrorKind::invalid);
}

TEST_CASE("an address that shows nothing says nothing of the codebase unless it is below it") {
  const std::pair<int, std::string> answers[] = {
      {404, page_404},
      {404, R"({"code":"ConnectWiseApi","message":"The endpoint does not exist."})"},
      {400, "Cannot route. Codebase/company is invalid"},
  };
  for (const auto& answer : answers) {
    CAPTURE(answer.second);
    Far far(json{{"region", "na"}});
    far.knows(info_2025);
    const std::string key = "https://na.myconnectwise.net/v2025_1//system/callbackkey/index.rails?id=none";
    far.expect("GET", key).answer(answer.first, answer.second);
    CHECK(far.get(key) == "denied");
    // Neither is the codebase asked for again.
    far.expect("GET", host_na + "/v2025_1/apis/3.0/system/info").answer(200, "{}");
    CHECK(far.get("/system/info") == "ok");
    CHECK(far.host.transport().missing().empty());
  }
}

TEST_CASE("doctor says what is wrong and what to do") {
  struct Row {
    std::string companyinfo;
    int status;
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
    std::vector<std::string> findings;  // "check status", in order
  };
  const std::string version = R"({"version":"v2025.8.1"})";
  const std::string on_time = "Thu, 01 Jan 2026 00:00:20 GMT";
  const Row rows[] = {
      {info_2025, 200, version, {{"date", on_time}}, {"address ok", "clock ok", "credentials ok", "version ok"}},
      {info_2025,
       200,
       version,
       {{"date", "Thu, 01 Jan 2026 01:00:00 GMT"}},
       {"address ok", "clock warning", "credentials ok", "version ok"}},
      {info_2025, 200, R"({"version":"v2024.1.9"})", {}, {"address ok", "credentials ok", "version warning"}},
      {info_2025, 200, "{}", {{"api-current-version", "2026.4"}}, {"address ok", "credentials ok", "version ok"}},
      {info_2025, 401, R"({"code":"Unauthorized","message":"no"})", {}, {"address ok", "credentials error"}},
      {info_2025, 403, R"({"code":"Security","message":"no"})", {}, {"address ok", "credentials warning"}},
      {"null", 400, "Cannot route. Codebase/company is invalid", {}, {"address warning", "credentials error"}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.body);
    Far far(json{{"base_uri", host_na + "/v4_6_release/apis/3.0"}});
    far.knows(row.companyinfo);
    far.expect("GET", host_na + "/v4_6_release/apis/3.0/system/info").answer(row.status, row.body, row.headers);
    const json findings = json::parse(far.client->doctor());
    std::vector<std::string> seen;
    for (const json& finding : findings) {
      seen.push_back(finding["check"].get<std::string>() + " " + finding["status"].get<std::string>());
      CHECK_FALSE(finding["message"].get<std::string>().empty());
    }
    CHECK(seen == row.findings);
    CHECK(findings.dump().find(own_keys) == std::string::npos);
  }
}

TEST_CASE("versions compare by year and release") {
  CHECK(connectwise::compare_versions("v2025.1.12345", "2025.8") == -1);
  CHECK(connectwise::compare_versions("2025.8", "2025.8") == 0);
  CHECK(connectwise::compare_versions("2026.1", "2025.8") == 1);
  CHECK_FALSE(connectwise::compare_versions("4.6", "x"));
}
