#include "host/net/request_log.hpp"

#include <doctest/doctest.h>

#include <string>

#include "support/http_server.hpp"
#include "transport_fixture.hpp"

using namespace leat::host;
using namespace leat::host::test;
using leat::test::HttpPeer;
using leat::test::HttpRequest;
using leat::test::HttpServer;

namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

const Headers kHeaders = {{"Accept", "text/plain"},
                          {"Authorization", "Basic abcdef"},
                          {"clientId", "1234-5678"},
                          {"COOKIE", "session=9"},
                          {"X-Signature", "feedbeef"}};

}  // namespace

TEST_CASE("each level shows what it says, and never a credential") {
  const std::string url = "https://h/x?y=z";
  const RequestLog lines(RequestLogLevel::line, {});
  CHECK(lines.answer("GET", url, {200, kHeaders, "body", 31, 1}) ==
        "< GET https://h/x?y=z 200 in 31 ms, attempt 1, 4 bytes");
  CHECK_FALSE(lines.shows_requests());
  CHECK_FALSE(RequestLog(RequestLogLevel::off, {}).on());

  const RequestLog headers(RequestLogLevel::headers, {"x-signature"});
  CHECK(
      headers.request("POST", url, kHeaders, "body") ==
      "> POST https://h/x?y=z {Accept: text/plain, Authorization: ***, clientId: ***, COOKIE: ***, X-Signature: ***}, "
      "4 bytes");

  const RequestLog bodies(RequestLogLevel::bodies, {});
  CHECK(bodies.request("POST", url, {}, "body") == "> POST https://h/x?y=z {}, 4 bytes: body");
  CHECK(bodies.request("POST", url, {}, std::string("\x01\x02", 2)) == "> POST https://h/x?y=z {}, 2 bytes (not text)");
  CHECK(bodies.request("POST", url, {}, std::string(10'000, 'x')).size() < 4300);
}

TEST_CASE("members of a JSON body that are named as secrets are not shown") {
  const RequestLog bodies(RequestLogLevel::bodies, {});
  struct Row {
    std::string body, shown;
  };
  const Row rows[] = {
      {R"({"signing_key":"c2VjcmV0"})", R"({"signing_key":"***"})"},
      {R"({"id": 5, "access_token" : "a\"b\\", "name": "x"})", R"({"id": 5, "access_token" : "***", "name": "x"})"},
      {R"([{"PrivateKey":"k"},{"client-secret":17,"apiKey":-2.5}])",
       R"([{"PrivateKey":"***"},{"client-secret":***,"apiKey":***}])"},
      {"{\"userPassword\":\n\t\"p\"}", "{\"userPassword\":\n\t\"***\"}"},
      {R"({"password":null,"token":{"secret":"s","type":"t"}})",
       R"({"password":null,"token":{"secret":"***","type":"t"}})"},
      {R"({"summary":"the token: \"token\"","passwordProtectedFlag":true,"key":"K-1"})",
       R"({"summary":"the token: \"token\"","passwordProtectedFlag":true,"key":"K-1"})"},
      // Cut off, or no JSON.
      {R"({"signing_key":"c2Vj)", R"({"signing_key":"***")"},
      {R"({"signing_key":"c2Vj\)", R"({"signing_key":"***")"},
      {R"({"signing_key":)", R"({"signing_key":)"},
      {R"({"signing_key)", R"({"signing_key)"},
      {R"(")", R"(")"},
      {R"(say "secret": "s", or "no)", R"(say "secret": "***", or "no)"},
  };
  for (const Row& row : rows) {
    CHECK(bodies.request("POST", "/", {}, row.body) ==
          "> POST / {}, " + std::to_string(row.body.size()) + " bytes: " + row.shown);
  }
  const std::string long_key = R"({"signing_key":")" + std::string(10'000, 'k') + "\"}";
  CHECK(bodies.answer("GET", "/", {200, {}, long_key, 1, 1}).ends_with(R"( bytes: {"signing_key":"***" ...)"));
}

TEST_CASE("the log of a call names its client, its tries and no secret") {
  HttpServer server([](const HttpRequest& request, HttpPeer& peer) {
    if (request.on_connection == 1) return peer.close();
    peer.answer(200, "token s3cr3t-value", "Set-Cookie: session=abc\r\n");
  });
  HttpServer steady([](const HttpRequest&, HttpPeer& peer) {
    peer.answer(200, "token s3cr3t-value", "Set-Cookie: session=abc\r\n");
  });
  TransportFixture transport(R"({"log":"bodies","redact":["X-Mine"],"retries":1})");
  transport.secrets().add("clients.psa.key", "s3cr3t-value");
  transport.get(server.url("/breaks"));
  transport.call({.method = "POST",
                  .url = steady.url("/x?key=s3cr3t-value"),
                  .headers = {{"Authorization", "Basic Zm9v"}, {"X-Mine", "mine"}, {"X-Other", "s3cr3t-value"}},
                  .body = "{\"password\":\"s3cr3t-value\"}"});
  const std::string log = transport.log();
  CAPTURE(log);
  CHECK(has(log, "client psa: > GET http://127.0.0.1"));
  CHECK(has(log, "no answer, attempt 1: the connection broke"));
  CHECK(has(log, "no answer, attempt 2: "));
  CHECK(has(log, "client psa: > POST http://127.0.0.1"));
  CHECK(has(log, "Authorization: ***"));
  CHECK(has(log, "X-Mine: ***"));
  CHECK(has(log, "Set-Cookie: ***"));
  CHECK(has(log, " 200 in "));
  CHECK(has(log, "token ***"));
  for (const char* secret : {"s3cr3t", "Zm9v", "mine", "session=abc"}) CHECK_FALSE(has(log, secret));

  TransportFixture quiet;
  quiet.get(steady.url());
  CHECK(quiet.log().empty());
}
