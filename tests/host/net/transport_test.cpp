// The transport against servers on loopback: what comes back, what is refused, what is kept.
#include <doctest/doctest.h>

#include <string>

#include "gzip_maker.hpp"
#include "support/http_server.hpp"
#include "transport_fixture.hpp"

using namespace leat::host::test;
using leat::host::test::gzipped;
using leat::test::HttpPeer;
using leat::test::HttpRequest;
using leat::test::HttpServer;
using namespace std::chrono_literals;

namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// A port of loopback where nobody listens.
std::string dead_url() {
  const HttpServer gone([](const HttpRequest&, HttpPeer&) {});
  return gone.url();
}

}  // namespace

TEST_CASE("a request arrives as it was given, and so does its answer") {
  HttpRequest seen;
  HttpServer server([&](const HttpRequest& request, HttpPeer& peer) {
    seen = request;
    peer.answer(201, R"({"id":7})", "X-One: a\r\nX-Two: b\r\n");
  });
  TransportFixture transport;
  const Answer answer = transport.call({.method = "POST",
                                        .url = server.url("/a%20b/c?d=%22e%22&f"),
                                        .headers = {{"X-Mine", "m n"}, {"Content-Type", "application/json"}},
                                        .body = R"({"name":"x"})"});
  CHECK(answer.kind == LEAT_OK);
  CHECK(answer.status == 201);
  CHECK(answer.body == R"({"id":7})");
  CHECK(answer.owned);
  CHECK(answer.header("x-two") == "b");
  CHECK(answer.attempts == 1);
  CHECK(seen.method == "POST");
  CHECK(seen.target == "/a%20b/c?d=%22e%22&f");
  CHECK(seen.header("x-mine") == "m n");
  CHECK(seen.header("content-type") == "application/json");
  CHECK(seen.header("content-length") == "12");
  CHECK(seen.header("transfer-encoding") == "");
  CHECK(seen.header("user-agent") == "leat/1.2.3");
  CHECK(seen.header("accept-encoding") == "gzip");
  CHECK(seen.body == R"({"name":"x"})");
}

TEST_CASE("a request without body says so where it must") {
  std::map<std::string, std::string> lengths;
  HttpServer server([&](const HttpRequest& request, HttpPeer& peer) {
    lengths[request.method] = request.header("content-length") + request.header("transfer-encoding");
    peer.answer(200, "");
  });
  TransportFixture transport;
  for (const char* method : {"GET", "DELETE", "POST", "PUT", "PATCH"}) {
    CHECK(transport.call({.method = method, .url = server.url()}).status == 200);
  }
  CHECK(lengths ==
        std::map<std::string, std::string>{{"GET", ""}, {"DELETE", ""}, {"POST", "0"}, {"PUT", "0"}, {"PATCH", "0"}});
}

TEST_CASE("an HTTP status is an answer, a redirect too") {
  HttpServer server([&](const HttpRequest& request, HttpPeer& peer) {
    peer.answer(std::stoi(request.target.substr(1)), "text", "Location: http://127.0.0.1:1/elsewhere\r\n");
  });
  TransportFixture transport(R"({"retries":0})");
  for (const int status : {200, 301, 302, 307, 400, 401, 404, 500, 502}) {
    CAPTURE(status);
    const Answer answer = transport.get(server.url("/" + std::to_string(status)));
    CHECK(answer.kind == LEAT_OK);
    CHECK(answer.status == status);
    CHECK(answer.body == "text");
  }
  CHECK(server.request_count() == 9);
}

TEST_CASE("one connection carries one call after the other") {
  HttpServer server([](const HttpRequest&, HttpPeer& peer) { peer.answer(200, "x"); });
  TransportFixture transport;
  for (int i = 0; i < 100; ++i) CHECK(transport.get(server.url()).status == 200);
  CHECK(server.connection_count() == 1);
}

TEST_CASE("a kept connection that the server closed is not used again") {
  HttpServer server([](const HttpRequest&, HttpPeer& peer) {
    peer.answer(200, "x");
    peer.close();
  });
  TransportFixture transport(R"({"retries":0})");
  for (int i = 0; i < 50; ++i) {
    CAPTURE(i);
    const Answer answer = transport.call({.method = "POST", .url = server.url(), .body = "x"});
    // The close may arrive only after the next request left: then nobody knows, and that is what is said.
    CHECK((answer.status == 200 || answer.kind == LEAT_UNCERTAIN));
  }
}

TEST_CASE("no more calls than allowed are on their way at once") {
  std::atomic<int> now{0};
  std::atomic<int> most{0};
  HttpServer server([&](const HttpRequest&, HttpPeer& peer) {
    most = std::max<int>(most, ++now);
    peer.pause(5ms);
    --now;
    peer.answer(200, "x");
  });
  TransportFixture transport(R"({"max_in_flight":3})");
  std::deque<Pending> pending(30);
  for (Pending& each : pending) CHECK(transport.send({.url = server.url()}, each) == LEAT_OK);
  for (Pending& each : pending) CHECK(each.wait().status == 200);
  CHECK(most == 3);
  CHECK(server.connection_count() == 3);
}

TEST_CASE("bodies arrive whole, of known and of unknown length") {
  std::string body;
  for (int i = 0; i < 300'000; ++i) body += std::to_string(i);
  HttpServer server([&](const HttpRequest& request, HttpPeer& peer) {
    if (request.target == "/length") {
      peer.answer(200, body);
    } else if (request.target == "/chunked") {
      peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
      for (std::size_t at = 0; at < body.size(); at += 60'001) {
        const std::string part = body.substr(at, 60'001);
        char size[32];
        std::snprintf(size, sizeof size, "%zx\r\n", part.size());
        peer.write(size + part + "\r\n");
      }
      peer.write("0\r\n\r\n");
    } else {
      peer.write("HTTP/1.0 200 OK\r\n\r\n" + body);
      peer.close();
    }
  });
  TransportFixture transport;
  for (const char* target : {"/length", "/chunked", "/until-closed"}) {
    CAPTURE(target);
    const Answer answer = transport.get(server.url(target));
    CHECK(answer.kind == LEAT_OK);
    CHECK(answer.body == body);
  }
}

TEST_CASE("HEAD, 204 and 304 have no body whatever they announce") {
  HttpServer server([](const HttpRequest& request, HttpPeer& peer) {
    const std::string status = request.method == "HEAD" ? "200 OK" : request.target.substr(1) + " None";
    peer.write("HTTP/1.1 " + status + "\r\n" + (request.method == "HEAD" ? "Content-Length: 999999999\r\n" : "") +
               "\r\n");
  });
  TransportFixture transport;
  CHECK(transport.call({.method = "HEAD", .url = server.url()}).header("content-length") == "999999999");
  CHECK(transport.get(server.url("/204")).status == 204);
  CHECK(transport.get(server.url("/304")).status == 304);
}

TEST_CASE("gzip is undone, all its members, and only where it is") {
  HttpServer server([](const HttpRequest& request, HttpPeer& peer) {
    if (request.target == "/gzip") peer.answer(200, gzipped("a") + gzipped("b"), "Content-Encoding: gzip\r\n");
    if (request.target == "/plain") peer.answer(200, "plain");
    if (request.target == "/br") peer.answer(200, "?", "Content-Encoding: br\r\n");
    if (request.target == "/cut") peer.answer(200, gzipped("abc").substr(0, 20), "Content-Encoding: gzip\r\n");
    if (request.target == "/asked") peer.answer(200, request.header("accept-encoding"));
  });
  TransportFixture transport;
  const Answer answer = transport.get(server.url("/gzip"));
  CHECK(answer.body == "ab");
  CHECK(answer.header("content-encoding") == "");
  CHECK(transport.get(server.url("/plain")).body == "plain");
  CHECK(transport.get(server.url("/br")).kind == LEAT_INVALID);
  CHECK(transport.get(server.url("/cut")).kind == LEAT_INVALID);
  TransportFixture plain(R"({"gzip":false})");
  CHECK(plain.get(server.url("/asked")).body == "");
  CHECK(plain.get(server.url("/gzip")).body == gzipped("a") + gzipped("b"));
}

TEST_CASE("what would break out of the request is refused before it is sent") {
  HttpServer server([](const HttpRequest&, HttpPeer& peer) { peer.answer(200, ""); });
  TransportFixture transport;
  const struct {
    Request request;
    const char* why;
  } rows[] = {
      {{.url = server.url(), .headers = {{"X-A", "b\r\nX-Evil: 1"}}}, "header X-A"},
      {{.url = server.url(), .headers = {{"X-A", "b\nX-Evil: 1"}}}, "header X-A"},
      {{.url = server.url(), .headers = {{"X-A", std::string("b\0c", 3)}}}, "header X-A"},
      {{.url = server.url(), .headers = {{"X-A: 1\r\nX-Evil", "b"}}}, "header 1"},
      {{.url = server.url(), .headers = {{"", "b"}}}, "header 1"},
      {{.url = server.url(), .headers = {{"content-length", "5"}}}, "the transport sets it"},
      {{.url = server.url(), .headers = {{"Transfer-Encoding", "chunked"}}}, "the transport sets it"},
      {{.url = server.url(), .headers = {{"Host", "other"}}}, "the transport sets it"},
      {{.url = server.url("/a b")}, "percent-encoded"},
      {{.url = server.url("/a\r\nX-Evil: 1")}, "percent-encoded"},
      {{.url = "/relative"}, "http://"},
      {{.method = "GET /other HTTP/1.1\r\nX:", .url = server.url()}, "method"},
      {{.method = "", .url = server.url()}, "method"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.why);
    const Answer answer = transport.call(row.request);
    CHECK(answer.kind == LEAT_INVALID);
    CHECK(answer.times == 0);
    CHECK(has(answer.message, row.why));
  }
  CHECK(server.request_count() == 0);
}

TEST_CASE("a server that cannot be reached was certainly not asked") {
  TransportFixture transport(R"({"retries":1})");
  for (const char* method : {"GET", "POST"}) {
    const Answer answer = transport.call({.method = method, .url = dead_url()});
    CHECK(answer.kind == LEAT_UNREACHABLE);
    CHECK(answer.status == 0);
    CHECK(has(answer.message, "http://127.0.0.1:"));
    CHECK(has(answer.message, "cannot connect"));
    CHECK(has(answer.message, "2 tries"));
  }
  const Answer nameless = transport.get("http://no-such-host.invalid/");
  CHECK(nameless.kind == LEAT_UNREACHABLE);
  CHECK(has(nameless.message, "name is not known"));
}

TEST_CASE("an answer that breaks off is no answer") {
  HttpServer server([](const HttpRequest& request, HttpPeer& peer) {
    if (request.target == "/head") peer.write("HTTP/1.1 200 OK\r\nContent-Le");
    if (request.target == "/body") peer.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc");
    if (request.target == "/chunk") peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc");
    if (request.target == "/interim") peer.answer(103, "");
    if (request.target == "/noise") peer.write("SSH-2.0-OpenSSH_9.2\r\n\r\n");
    peer.close();
  });
  TransportFixture transport(R"({"retries":1})");
  for (const char* target : {"/nothing", "/head", "/body", "/chunk", "/interim", "/noise"}) {
    CAPTURE(target);
    const int before = server.request_count();
    CHECK(transport.get(server.url(target)).kind == LEAT_UNREACHABLE);
    CHECK(server.request_count() == before + 2);
    const Answer post = transport.call({.method = "POST", .url = server.url(target), .body = "x"});
    CHECK(post.kind == LEAT_UNCERTAIN);
    CHECK(has(post.message, "may have been done"));
    CHECK(server.request_count() == before + 3);
    const Answer search =
        transport.call({.method = "POST", .url = server.url(target), .body = "x", .flags = LEAT_HTTP_IDEMPOTENT});
    CHECK(search.kind == LEAT_UNREACHABLE);
    CHECK(server.request_count() == before + 5);
  }
}

TEST_CASE("a call is repeated until it succeeds, and says how often it was sent") {
  HttpServer server([](const HttpRequest& request, HttpPeer& peer) {
    if (request.connection + request.on_connection < 4) {
      peer.answer(503, "not yet");
      return;
    }
    peer.answer(200, "now");
  });
  TransportFixture transport(R"({"retries":2})");
  const Answer answer = transport.get(server.url());
  CHECK(answer.status == 200);
  CHECK(answer.attempts == 3);
}

TEST_CASE("a 429 holds back every call of the transport") {
  std::atomic<int> seen{0};
  std::atomic<int> early{0};
  std::atomic<std::int64_t> refused_at{0};
  const auto now_ms = [] { return std::chrono::steady_clock::now().time_since_epoch() / 1ms; };
  HttpServer server([&](const HttpRequest&, HttpPeer& peer) {
    if (seen++ == 0) {
      refused_at = now_ms();
      peer.answer(429, "slow down", "Retry-After: 1\r\n");
      return;
    }
    if (now_ms() - refused_at < 1000) ++early;
    peer.answer(200, "x");
  });
  TransportFixture transport(R"({"max_in_flight":1})");
  std::deque<Pending> pending(5);
  for (Pending& each : pending)
    CHECK(transport.send({.method = "POST", .url = server.url(), .body = "x"}, each) == LEAT_OK);
  std::uint32_t attempts = 0;
  for (Pending& each : pending) {
    CHECK(each.wait().status == 200);
    attempts += each.wait().attempts;
  }
  CHECK(attempts == 6);
  CHECK(early == 0);
}

TEST_CASE("after a 429 fewer calls are on their way, and the log says so once") {
  std::atomic<int> seen{0};
  std::atomic<int> at_once{0};
  std::atomic<int> most{0};
  HttpServer server([&](const HttpRequest&, HttpPeer& peer) {
    if (seen++ < 8) return static_cast<void>(peer.answer(429, "slow down", "Retry-After: 0\r\n"));
    const int now = ++at_once;
    if (now > most) most = now;
    peer.pause(5ms);
    --at_once;
    peer.answer(200, "x");
  });
  TransportFixture transport(R"({"max_in_flight":8,"retries":20})");
  std::deque<Pending> pending(40);
  for (Pending& each : pending) CHECK(transport.send({.url = server.url()}, each) == LEAT_OK);
  for (Pending& each : pending) CHECK(each.wait().status == 200);
  CHECK(most <= 4);
  const std::string log = transport.log();
  const std::string told = "refused a call as one too many (429): from here on 4 at a time, slowly more";
  CHECK(log.find(told) != std::string::npos);
  CHECK(log.find(told) == log.rfind(told));
}

TEST_CASE("who is in a hurry overtakes who waits for the budget") {
  std::mutex mutex;
  std::vector<std::string> order;
  HttpServer server([&](const HttpRequest& request, HttpPeer& peer) {
    {
      const std::lock_guard lock(mutex);
      order.push_back(request.target);
    }
    if (request.target == "/first") peer.pause(100ms);
    peer.answer(200, "x");
  });
  TransportFixture transport(R"({"max_in_flight":1})");
  const std::pair<const char*, std::uint32_t> calls[] = {
      {"/first", 0}, {"/background", 4}, {"/normal", 0}, {"/soon", 8}, {"/interactive", 12}};
  std::deque<Pending> pending(std::size(calls));
  for (std::size_t i = 0; i < std::size(calls); ++i) {
    CHECK(transport.send({.url = server.url(calls[i].first), .flags = calls[i].second}, pending[i]) == LEAT_OK);
    if (i == 0) CHECK(server.wait_for_requests(1));
  }
  for (Pending& each : pending) CHECK(each.wait().status == 200);
  CHECK(order == std::vector<std::string>{"/first", "/interactive", "/soon", "/normal", "/background"});
}

TEST_CASE("a pause longer than the call may last gives the 429 to its caller at once") {
  HttpServer server([](const HttpRequest&, HttpPeer& peer) { peer.answer(429, "later", "Retry-After: 30\r\n"); });
  TransportFixture transport(R"({"timeout":5000})");
  const Answer answer = transport.get(server.url());
  CHECK(answer.kind == LEAT_OK);
  CHECK(answer.status == 429);
  CHECK(answer.retry_after_ms == 30'000);
  // The next one does not even try.
  const Answer next = transport.call({.url = server.url(), .timeout_ms = 100});
  CHECK(next.kind == LEAT_BUSY);
  CHECK(next.retry_after_ms > 20'000);
  CHECK(server.request_count() == 1);
}

TEST_CASE("options that make no sense are refused by name") {
  const struct {
    const char* options;
    const char* why;
  } rows[] = {
      {"[]", "JSON object"},
      {"{", "JSON object"},
      {R"({"max_in_fligth":4})", "'max_in_fligth' is not known"},
      {R"({"max_in_flight":0})", "max_in_flight must be a whole number from 1"},
      {R"({"max_in_flight":1.5})", "max_in_flight"},
      {R"({"timeout":-1})", "timeout"},
      {R"({"timeout":3600001})", "timeout"},
      {R"({"max_body":"64MiB"})", "max_body"},
      {R"({"gzip":1})", "gzip must be true or false"},
      {R"({"log":"all"})", "one of off, line, headers, bodies"},
      {R"({"redact":"X-Key"})", "redact"},
      {R"({"redact":["bad name"]})", "redact"},
      {R"({"user_agent":"a\r\nb"})", "user_agent"},
      {R"({"proxy":"socks://x:1"})", "proxy"},
      {R"({"proxy":"http://user:secret@x:1"})", "proxy"},
      {R"({"proxy_user":"x"})", "need proxy"},
      {R"({"client_key":"x"})", "belong together"},
      {R"({"ca_file":"/no/such/file.pem"})", "ca_file: '/no/such/file.pem'"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.options);
    const TransportFixture transport(row.options);
    CHECK(transport.kind == LEAT_INVALID);
    CHECK(has(transport.message, row.why));
    CHECK_FALSE(has(transport.message, "secret"));
  }
}
