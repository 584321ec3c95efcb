#include "plugins/connectwise/client/errors.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace leat;
using namespace leat::connectwise;

namespace {

struct Answered {
  int status = 200;
  std::string content_type = "application/json; charset=utf-8";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers{};
};

Result<Done> classified(const Sent& sent, const Answered& answered) {
  std::vector<leat_header> headers = {{str("Content-Type"), str(answered.content_type)}};
  for (const auto& [name, value] : answered.headers) headers.push_back({str(name), str(value)});
  leat_http_response raw{};
  raw.struct_size = sizeof raw;
  raw.http_status = answered.status;
  raw.headers = headers.data();
  raw.header_count = headers.size();
  raw.body = bytes(answered.body);
  return classify(sent, AnswerView(&raw));
}

const Sent get{"GET", true};
const Sent post{"POST", false};

const std::string invalid_ticket =
    "{\r\n  \"code\": \"InvalidObject\",\r\n  \"message\": \"ticket object is invalid\",\r\n  \"errors\": [\r\n    "
    "{\r\n"
    "      \"code\": \"MissingRequiredField\",\r\n      \"message\": \"The summary field is required.\",\r\n"
    "      \"resource\": \"ticket\",\r\n      \"field\": \"summary\"\r\n    }\r\n  ]\r\n}";
const std::string html = "<!DOCTYPE html><html><head><title>502 Bad\r\n Gateway</title></head></html>";

}  // namespace

TEST_CASE("a refusal says what may be done next") {
  struct Row {
    int status;
    Sent sent;
    std::string type;
    std::string body;
    ErrorKind kind;
  };
  const std::string json = "application/json";
  const std::string web = "text/html";
  using enum ErrorKind;
  const Row rows[] = {
      {400, post, json, invalid_ticket, invalid},
      {400, get, json, R"({"code":"ApiFindCondition","message":"foo is not a recognized name."})", invalid},
      {400, get, "text/plain", "Cannot route. Codebase/company is invalid", denied},
      {400, get, json, R"({"code":"ConnectWiseApi","message":"The clientId header is missing"})", denied},
      {400, get, json, R"({"code":"ConnectWiseApi","message":"The resource does not support the API version 2031.1"})",
       denied},
      {400, get, "text/html; charset=us-ascii", "<HTML><HEAD><TITLE>Bad Request</TITLE></HEAD></HTML>", invalid},
      {401, get, json, R"({"code":"Unauthorized","message":"Your API keys are incorrect."})", denied},
      {401, post, json, "", denied},
      {403, post, json,
       R"({"code":"Security","message":"You do not have security permission to perform this action."})", denied},
      {403, get, json, R"({"code":"Security","message":"SSL is required.","errors":null})", denied},
      {404, get, json, R"({"code":"NotFound","message":"Ticket 4711 not found"})", not_found},
      {404, post, json, R"({"code":"ConnectWiseApi","message":"The endpoint does not exist."})", denied},
      {404, get, web, html, denied},
      {405, post, json, "{}", invalid},
      {409, post, json, "{}", invalid},
      {415, post, json, "{}", invalid},
      {414, get, web, html, invalid},
      {408, post, json, "", busy},
      {429, post, json, R"({"error":"ConnectWiseAPI","message":"Too many requests. Please try again in 30 seconds."})",
       busy},
      {429, get, web, html, busy},
      {500, get, json, R"({"code":"ConnectWiseApi","message":"A timeout has occured. Please try again."})", busy},
      {500, post, json, R"({"code":"ConnectWiseApi","message":"A timeout has occured. Please try again."})", uncertain},
      {500, post, json, R"({"code":"ConnectWiseApi","message":"Error converting value \"x\" to type 'Int32'."})",
       invalid},
      {500, post, json,
       R"({"code":"ConnectWiseApi","message":"Could not find member 'x' on object of type 'Ticket'."})", invalid},
      {500, get, json, R"({"code":"ConnectWiseApi","message":"String was not recognized as a valid DateTime"})",
       invalid},
      {502, get, web, html, busy},
      {502, post, web, html, uncertain},
      {503, post, web, html, busy},
      {504, post, web, html, uncertain},
      {301, get, web, "", denied},
      {302, post, web, "", denied},
  };
  for (const Row& row : rows) {
    CAPTURE(row.status);
    CAPTURE(row.sent.method);
    CAPTURE(row.body);
    const auto result = classified(row.sent, {row.status, row.type, row.body});
    REQUIRE_FALSE(result);
    CHECK(to_string(result.error().kind) == to_string(row.kind));
    CHECK(result.error().message.find(std::to_string(row.status)) != std::string::npos);
    CHECK(result.error().message.find_first_of("\r\n") == std::string::npos);
  }
}

TEST_CASE("a record with a clientId or API version of its own that is wrong does not deny the others") {
  const std::string bodies[] = {
      R"({"code":"InvalidObject","message":"member object is invalid","errors":[)"
      R"({"code":"MaxLength","message":"too long","resource":"member","field":"clientId"}]})",
      R"({"code":"InvalidObject","message":"the clientId is invalid"})",
      R"({"code":"ConnectWiseApi","message":"x","errors":[{"message":"The API version is required","field":"a"}]})",
      R"({"code":"ConnectWiseApi","message":"Could not find member 'clientId' on object of type 'Ticket'."})",
      R"({"code":"ConnectWiseApi","message":"Error converting value \"API version\" to type 'Int32'."})",
      R"({"code":"ConnectWiseApi","message":"x","resource":"clientId"})"};
  for (const std::string& body : bodies) {
    CAPTURE(body);
    const auto result = classified(post, {400, "application/json", body});
    REQUIRE_FALSE(result);
    CHECK(to_string(result.error().kind) == to_string(ErrorKind::invalid));
    CHECK(result.error().message.find("check client_id") == std::string::npos);
  }
}

TEST_CASE("it is known which refusals mean that nothing of the call was done") {
  struct Row {
    int status;
    std::string message;
    bool nothing_done;
  };
  const Row rows[] = {
      {400, "Enum value supplied was invalid", true},
      {413, "", true},
      {422, "x", true},
      {500, "Could not find member 'x' on object of type 'Configuration'.", true},
      {500, "Error converting value \\\"x\\\" to type 'Int32'.", true},
      {500, "Could not convert string to DateTime: x", true},
      {500, "Length cannot be less than zero.", false},
      {500, "String was not recognized as a valid DateTime", false},
      {500, "A timeout has occured.", false},
      {405, "", false},
      {409, "", false},
      {414, "", false},
      {415, "", false},
      {401, "", false},
      {429, "", false},
      {503, "error converting value", false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.status);
    CAPTURE(row.message);
    const auto result = classified(
        post, {row.status, "application/json", R"({"code":"ConnectWiseApi","message":")" + row.message + "\"}"});
    REQUIRE_FALSE(result);
    CHECK(refuses_content(result.error()) == row.nothing_done);
  }
  CHECK_FALSE(refuses_content({ErrorKind::invalid, "the URL is 9000 characters long", 0}));
}

TEST_CASE("an answer is a success, or a body that cannot be what the API sends") {
  struct Row {
    int status;
    Sent sent;
    std::string type;
    std::string body;
    ErrorKind kind;  // broken stands for success
  };
  const std::string json = "application/vnd.connectwise.com+json; version=2025.8";
  using enum ErrorKind;
  const Row rows[] = {
      {200, get, json, "[]", broken},
      {200, get, json, "{\"count\": 3}\r\n", broken},
      {201, post, json, "{\"id\":1}", broken},
      {201, post, json, "17", broken},
      {204, {"DELETE", true}, "", "", broken},
      {204, get, "", "", broken},
      {200, post, "", "", broken},
      {200, get, "application/pdf", "%PDF-1.7", broken},
      {200, get, "application/octet-stream", "", broken},
      {200, get, json, "[{\"id\":1},{\"id\"", unreachable},
      {200, get, json, "", unreachable},
      {200, get, "text/html", html, unreachable},
      {200, get, "", html, unreachable},
      {201, post, json, "{\"id\":1", uncertain},
      {200, post, "text/html", html, uncertain},
  };
  for (const Row& row : rows) {
    CAPTURE(row.sent.method);
    CAPTURE(row.body);
    const auto result = classified(row.sent, {row.status, row.type, row.body});
    CHECK(static_cast<bool>(result) == (row.kind == broken));
    if (!result) CHECK(to_string(result.error().kind) == to_string(row.kind));
  }
}

TEST_CASE("a refusal is one line with fields, advice and the id for the vendor's support") {
  const auto result = classified(post, {400, "application/json", invalid_ticket, {{"x-cw-request-id", "5b8d2c77"}}});
  REQUIRE_FALSE(result);
  CHECK(result.error().message ==
        "POST was answered with 400 InvalidObject: ticket object is invalid - summary: The summary field is required. "
        "(MissingRequiredField) [x-cw-request-id 5b8d2c77]");
}

TEST_CASE("a web page is named by its title") {
  const auto result = classified(get, {502, "text/html", html});
  REQUIRE_FALSE(result);
  CHECK(result.error().message == "GET was answered with 502: a web page instead of JSON (\"502 Bad Gateway\")");
}

TEST_CASE("many field errors and long bodies are shortened") {
  std::string body = R"({"code":"InvalidObject","message":"x","errors":[)";
  for (int i = 0; i < 9; ++i)
    body += std::string(i == 0 ? "" : ",") + R"({"code":"C","message":"m","field":"f)" + std::to_string(i) + "\"}";
  const auto many = classified(post, {400, "application/json", body + "]}"});
  REQUIRE_FALSE(many);
  CHECK(many.error().message.find("f4: m (C); and 4 more") != std::string::npos);
  const auto text = classified(post, {400, "text/plain", std::string(100'000, 'x')});
  REQUIRE_FALSE(text);
  CHECK(text.error().message.size() < 500);
}

TEST_CASE("bodies of any bytes are survived") {
  for (const std::string& body :
       {std::string("\xff\xfe{\0}", 5), std::string("{\"errors\":[1,null,[]]}"), std::string(5000, '['),
        std::string(R"({"errors":{"a":1},"code":7,"message":null})")}) {
    const auto result = classified(post, {400, "application/json", body});
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == ErrorKind::invalid);
  }
}

TEST_CASE("Retry-After is seconds or a date") {
  const std::int64_t now = 784'111'777'000;  // Sun, 06 Nov 1994 08:49:37 GMT
  const std::pair<std::string, std::uint64_t> rows[] = {{"30", 30'000},
                                                        {" 5 ", 5'000},
                                                        {"0", 0},
                                                        {"999999999", 86'400'000},
                                                        {"Sun, 06 Nov 1994 08:49:57 GMT", 20'000},
                                                        {"Sun, 06 Nov 1994 08:49:00 GMT", 1},
                                                        {"soon", 0},
                                                        {"", 0},
                                                        {"-5", 0}};
  for (const auto& row : rows) {
    CAPTURE(row.first);
    CHECK(retry_after_ms(row.first, now) == row.second);
  }
}

TEST_CASE("a refusal for now carries its Retry-After, other errors do not") {
  const auto busy = classified(post, {429, "application/json", "{}", {{"Retry-After", "30"}}});
  CHECK(busy.error().retry_after_ms == 30'000);
  const auto denied = classified(post, {401, "application/json", "{}", {{"Retry-After", "30"}}});
  CHECK(denied.error().retry_after_ms == 0);
}
