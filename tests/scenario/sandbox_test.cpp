// connectwise-sandbox on the wire: kept connections, ceilings, slow and broken clients, TLS, its start and its options.
#include <doctest/doctest.h>

#include <chrono>
#include <iostream>

#include "scenario/story.hpp"
#include "support/raw_connection.hpp"

using namespace leat::test;

namespace {

constexpr const char* kHeaders =
    "Host: 127.0.0.1\r\nAuthorization: Basic c2FuZGJveCtzYW5kYm94UHVibGljS2V5OnNhbmRib3hQcml2YXRlS2V5\r\n"
    "clientId: 11111111-2222-3333-4444-555555555555\r\n";

int port_of(const Sandbox& sandbox) {
  const std::string origin = sandbox.origin();
  return std::stoi(origin.substr(origin.rfind(':') + 1));
}

std::string get(const std::string& path, const std::string& more = {}) {
  return "GET /v4_6_release/apis/3.0" + path + " HTTP/1.1\r\n" + kHeaders + more + "\r\n";
}

std::string status_of(const std::string& answer) { return answer.substr(0, answer.find("\r\n")); }

Exit sandbox_program(std::vector<std::string> options) {
  options.insert(options.begin(), build_folder() + "/bin/connectwise-sandbox");
  return run(std::move(options));
}

}  // namespace

TEST_CASE("a connection is kept for many requests, also when they come at once, and closed when asked to") {
  const Sandbox sandbox({"--tickets", "10"});
  RawConnection connection(port_of(sandbox));
  for (int i = 1; i <= 50; ++i) {
    REQUIRE(connection.send(get("/service/tickets/3?fields=id")));
    const std::string answer = connection.answer();
    REQUIRE(status_of(answer) == "HTTP/1.1 200 OK");
    CHECK(answer.substr(answer.find("\r\n\r\n") + 4) == "{\"id\":3}");
  }
  REQUIRE(connection.send(get("/service/tickets/1?fields=id") + get("/service/tickets/2?fields=id")));
  CHECK(connection.answer().find("{\"id\":1}") != std::string::npos);
  CHECK(connection.answer().find("{\"id\":2}") != std::string::npos);
  REQUIRE(connection.send(get("/service/tickets/1?fields=id", "Connection: close\r\n")));
  CHECK(status_of(connection.answer()) == "HTTP/1.1 200 OK");
  CHECK(connection.answer().empty());
  CHECK(connection.closed());
}

TEST_CASE("what is no HTTP, or too much of it, is answered and closed, and others are served on") {
  struct Row {
    const char* what;
    std::string sent;
    const char* status;  // empty: closed without a word
  };
  const std::string post = "POST /v4_6_release/apis/3.0/service/tickets HTTP/1.1\r\n";
  const Row rows[] = {
      {"a header too long", get("/service/tickets", "X-Long: " + std::string(20'000, 'x') + "\r\n"),
       "HTTP/1.1 400 Bad Request"},
      {"a target too long", get("/service/tickets?conditions=" + std::string(20'000, 'x')), "HTTP/1.1 400 Bad Request"},
      {"a body said to be too long", post + kHeaders + "Content-Length: 16777217\r\n\r\n{",
       "HTTP/1.1 413 Payload Too Large"},
      {"a body that grows too long",
       post + kHeaders + "Transfer-Encoding: chunked\r\n\r\n1000001\r\n" + std::string(0x1000001, 'x'),
       "HTTP/1.1 413 Payload Too Large"},
      {"no HTTP", "hello\r\n\r\n", "HTTP/1.1 400 Bad Request"},
      {"a header without a colon", "GET / HTTP/1.1\r\nHost\r\n\r\n", "HTTP/1.1 400 Bad Request"},
      {"a length that is none", post + "Content-Length: many\r\n\r\n", "HTTP/1.1 400 Bad Request"},
      {"another version", "GET / HTTP/9.9\r\n\r\n", "HTTP/1.1 400 Bad Request"},
      {"a TLS greeting", std::string("\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00\r\n\r\n", 14),
       "HTTP/1.1 400 Bad Request"},
  };
  const Sandbox sandbox({"--tickets", "10"});
  for (const Row& row : rows) {
    CAPTURE(row.what);
    RawConnection connection(port_of(sandbox));
    connection.send(row.sent);
    CHECK(status_of(connection.answer()) == row.status);
    CHECK(connection.answer().empty());
    CHECK(connection.closed());
    CHECK(sandbox.get("/service/tickets/1?fields=id")["id"] == 1);
  }
  { RawConnection leaves(port_of(sandbox)); }
  {
    RawConnection leaves(port_of(sandbox));
    leaves.send(post + kHeaders + "Content-Length: 100\r\n\r\n{\"summary\"");
  }
  CHECK(sandbox.get("/service/tickets/count")["count"] == 10);
}

TEST_CASE("a client that is slow is cut off when its time is over, and holds nobody up meanwhile") {
  const Sandbox sandbox({"--tickets", "10", "--patience", "1"});
  RawConnection silent(port_of(sandbox));
  RawConnection slow(port_of(sandbox));
  slow.send("GET /v4_6_release/apis/3.0/service/tickets HTTP/1.1\r\nHost: 127");
  CHECK(sandbox.get("/service/tickets/1?fields=id")["id"] == 1);
  CHECK(silent.answer().empty());
  CHECK(silent.closed());
  CHECK(slow.answer().empty());
  CHECK(slow.closed());
}

TEST_CASE("over TLS it answers the same, and one that speaks plainly there harms nothing") {
  const TempDir keys;
  const std::string key = (keys.path() / "key.pem").string();
  const std::string certificate = (keys.path() / "cert.pem").string();
  REQUIRE(run({"/usr/bin/openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
               "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate})
              .code == 0);
  const Sandbox sandbox({"--tickets", "10", "--tls-cert", certificate, "--tls-key", key});
  CHECK(sandbox.origin().substr(0, 8) == "https://");
  {
    RawConnection plain(port_of(sandbox));
    plain.send("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    plain.answer();
    CHECK(plain.closed());
  }
  const std::string request =
      get("/service/tickets/3?fields=id") + get("/service/tickets/4?fields=id", "Connection: close\r\n");
  const Exit asked = run({"/usr/bin/openssl", "s_client", "-quiet", "-verify_return_error", "-CAfile", certificate,
                          "-connect", "127.0.0.1:" + std::to_string(port_of(sandbox))},
                         {}, request);
  CAPTURE(asked.err);
  CHECK(asked.out.find("{\"id\":3}") != std::string::npos);
  CHECK(asked.out.find("{\"id\":4}") != std::string::npos);
}

TEST_CASE("records say where they are, with the port that the system chose") {
  const Sandbox sandbox({"--tickets", "10"});
  const std::string href = sandbox.get("/service/tickets/1")["company"]["_info"]["company_href"];
  CHECK(href.find(sandbox.origin() + "/") == 0);
}

TEST_CASE("wrong options end it with what is wrong") {
  struct Row {
    std::vector<std::string> options;
    const char* said;
  };
  const Sandbox other;
  const Row rows[] = {
      {{"--port", "0", "--address", "localhost"}, "the address localhost is no number such as 127.0.0.1"},
      {{"--port", std::to_string(port_of(other))}, "Address already in use"},
      {{"--port", "0", "--tls-cert", "/none.pem", "--tls-key", "/none.pem"},
       "/none.pem: cannot be read: No such file or directory"},
      {{"--port", "0", "--tls-cert", "/none.pem"}, "--tls-key"},
      {{"--port", "0", "--variant", "order=random"}, "order takes one of id, shuffled"},
      {{"--tickets", "many"}, "--tickets"},
      {{"--tickets", "-1"}, "--tickets"},
      {{"--latency", "-1"}, "--latency"},
      {{"--colour"}, "--colour"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.said);
    const Exit refused = sandbox_program(row.options);
    CAPTURE(refused.err);
    CHECK(refused.code != 0);
    CHECK(refused.signal == 0);
    CHECK((refused.err + refused.out).find(row.said) != std::string::npos);
  }
}

TEST_CASE("10,000 tickets are there when it listens") {
  const auto start = std::chrono::steady_clock::now();
  const Sandbox sandbox({"--tickets", "10000"});
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
  CHECK(sandbox.get("/service/tickets/count")["count"] == 10000);
  CHECK(sandbox.get("/service/tickets/10000?fields=id")["id"] == 10000);
  std::cout << "sandbox with 10,000 tickets: listens after " << took.count() << " ms\n";
}
