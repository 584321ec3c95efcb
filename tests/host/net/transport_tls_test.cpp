// TLS: whom the transport believes, and what it says when it does not.
#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "support/http_server.hpp"
#include "support/tls.hpp"
#include "transport_fixture.hpp"

using namespace leat::host::test;
using leat::test::Certificate;
using leat::test::HttpPeer;
using leat::test::HttpRequest;
using leat::test::HttpServer;
using leat::test::make_certificate;
using leat::test::tls_server;

namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// A file that lasts as long as the test.
class TempFile {
 public:
  explicit TempFile(const std::string& content) {
    std::string name = (std::filesystem::temp_directory_path() / "leat-test-XXXXXX").string();
    ::close(::mkstemp(name.data()));
    path_ = name;
    std::ofstream(path_) << content;
  }
  ~TempFile() { std::filesystem::remove(path_); }
  TempFile(const TempFile&) = delete;
  TempFile& operator=(const TempFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::string option(const std::string& name, const std::string& value) { return "{\"" + name + "\":\"" + value + "\"}"; }

void answer_ok(const HttpRequest&, HttpPeer& peer) { peer.answer(200, "secret garden"); }

}  // namespace

TEST_CASE("a certificate of an unknown authority is not trusted until ca_file names it") {
  const Certificate authority = make_certificate("Test Authority", "");
  HttpServer server(&answer_ok, tls_server(make_certificate("server", "IP:127.0.0.1,DNS:localhost", &authority)));
  const TempFile ca(authority.pem());

  TransportFixture strict;
  const Answer refused = strict.call({.method = "POST", .url = server.url("/", "https"), .body = "x"});
  CHECK(refused.kind == LEAT_DENIED);
  CHECK(has(refused.message, "https://127.0.0.1:"));
  CHECK(has(refused.message, "certificate is not trusted"));
  CHECK(has(refused.message, "unable to get local issuer certificate"));
  CHECK(has(refused.message, "ca_file"));
  CHECK(server.connection_count() == 1);  // not tried again

  TransportFixture trusting(option("ca_file", ca.path()));
  for (int i = 0; i < 20; ++i) CHECK(trusting.get(server.url("/", "https")).body == "secret garden");
  CHECK(server.connection_count() == 2);
  CHECK(trusting.get(server.url("/", "https", "localhost")).status == 200);

  TransportFixture careless(R"({"insecure":true})");
  CHECK(careless.get(server.url("/", "https")).status == 200);
}

TEST_CASE("a certificate must be for this host and of this time") {
  const Certificate authority = make_certificate("Test Authority", "");
  const TempFile ca(authority.pem());
  TransportFixture transport(option("ca_file", ca.path()));
  const struct {
    Certificate certificate;
    const char* why;
  } rows[] = {
      {make_certificate("other", "DNS:other.example", &authority), "another host name"},
      {make_certificate("old", "IP:127.0.0.1", &authority, -1), "expired"},
      {make_certificate("self", "IP:127.0.0.1"), "self-signed"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.why);
    HttpServer server(&answer_ok, tls_server(row.certificate));
    const Answer refused = transport.get(server.url("/", "https"));
    CHECK(refused.kind == LEAT_DENIED);
    CHECK(has(refused.message, row.why));
    CHECK(server.request_count() == 0);
  }
}

TEST_CASE("a client shows its own certificate when it has one") {
  const Certificate authority = make_certificate("Test Authority", "");
  const Certificate client = make_certificate("client", "DNS:client.example", &authority);
  HttpServer server(&answer_ok, tls_server(make_certificate("server", "IP:127.0.0.1", &authority), &authority));
  const TempFile ca(authority.pem());
  const TempFile certificate(client.pem());
  const TempFile key(client.key_pem());
  TransportFixture known("{\"ca_file\":\"" + ca.path() + "\",\"client_certificate\":\"" + certificate.path() +
                         "\",\"client_key\":\"" + key.path() + "\"}");
  REQUIRE(known.kind == LEAT_OK);
  CHECK(known.get(server.url("/", "https")).status == 200);
  TransportFixture unknown(option("ca_file", ca.path()));
  CHECK(unknown.get(server.url("/", "https")).kind == LEAT_UNREACHABLE);

  // A key that is not the certificate's, and a key that is none.
  const TempFile other(make_certificate("other", "DNS:x").key_pem());
  for (const std::string& wrong : {other.path(), ca.path()}) {
    const TransportFixture mixed("{\"client_certificate\":\"" + certificate.path() + "\",\"client_key\":\"" + wrong +
                                 "\"}");
    CHECK(mixed.kind == LEAT_INVALID);
    CHECK(has(mixed.message, "client_key"));
  }
}

TEST_CASE("a port that does not speak TLS was certainly not asked") {
  HttpServer server([](const HttpRequest&, HttpPeer& peer) { peer.answer(200, ""); },
                    [](int socket) {
                      auto stream = std::make_unique<leat::test::Stream>(socket);
                      stream->write("220 mail.example ESMTP\r\n");
                      return stream;
                    });
  TransportFixture transport(R"({"retries":1})");
  const Answer answer = transport.call({.method = "POST", .url = server.url("/", "https"), .body = "x"});
  CHECK(answer.kind == LEAT_UNREACHABLE);
  CHECK(has(answer.message, "TLS handshake failed"));
}

TEST_CASE("large bodies and broken connections are the same over TLS") {
  const Certificate authority = make_certificate("Test Authority", "");
  const TempFile ca(authority.pem());
  const std::string large(2 << 20, 'y');
  HttpServer server(
      [&](const HttpRequest& request, HttpPeer& peer) {
        if (request.method == "PUT") {
          peer.answer(200, request.body == large ? large : "changed");
        } else if (request.target == "/endless") {
          while (peer.write("HTTP/1.1 200 OK\r\nX-Long: " + std::string(4000, 'x') + "\r\n")) {
          }
          peer.close();
        } else {
          peer.close();
        }
      },
      tls_server(make_certificate("server", "IP:127.0.0.1", &authority)));
  TransportFixture transport(option("ca_file", ca.path()));
  CHECK(transport.call({.method = "PUT", .url = server.url("/", "https"), .body = large}).body == large);
  CHECK(transport.call({.method = "POST", .url = server.url("/", "https"), .body = "x"}).kind == LEAT_UNCERTAIN);
  CHECK(transport.get(server.url("/endless", "https")).kind == LEAT_INVALID);
}
