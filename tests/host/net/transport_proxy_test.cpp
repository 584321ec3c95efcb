// Through a proxy: plain requests in absolute form, TLS through a CONNECT tunnel.
#include <doctest/doctest.h>
#include <poll.h>

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

// Carries bytes both ways until one side closes.
void relay(int client, std::uint16_t port) {
  const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  bool open = ::connect(server, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  char block[16384];
  while (open) {
    pollfd both[2] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
    open = ::poll(both, 2, -1) > 0;
    for (int from = 0; open && from < 2; ++from) {
      if (both[from].revents == 0) continue;
      const auto got = ::recv(both[from].fd, block, sizeof block, 0);
      open = got > 0 && ::send(both[1 - from].fd, block, static_cast<std::size_t>(got), MSG_NOSIGNAL) == got;
    }
  }
  ::close(server);
}

}  // namespace

TEST_CASE("a plain request goes to the proxy with its whole URL") {
  std::string target;
  std::string credentials;
  HttpServer proxy([&](const HttpRequest& request, HttpPeer& peer) {
    target = request.target;
    credentials = request.header("proxy-authorization");
    peer.answer(200, "by proxy");
  });
  TransportFixture transport("{\"proxy\":\"" + proxy.url() +
                             "\",\"proxy_user\":\"user\",\"proxy_password\":\"open sesame\"}");
  CHECK(transport.get("http://no-such-host.invalid/a?b=c").body == "by proxy");
  CHECK(target == "http://no-such-host.invalid/a?b=c");
  CHECK(credentials == "Basic dXNlcjpvcGVuIHNlc2FtZQ==");
  // The password is masked wherever it might show up.
  CHECK(transport.secrets().mask("x open sesame x") == "x *** x");
}

TEST_CASE("TLS goes through a tunnel, and trusts the server, not the proxy") {
  const Certificate authority = make_certificate("Test Authority", "");
  const std::string ca = std::filesystem::temp_directory_path() / ("leat-proxy-ca-" + std::to_string(::getpid()));
  std::ofstream(ca) << authority.pem();
  HttpServer server([](const HttpRequest& request, HttpPeer& peer) { peer.answer(200, request.target); },
                    tls_server(make_certificate("server", "IP:127.0.0.1", &authority)));
  std::string asked;
  HttpServer proxy([&](const HttpRequest& request, HttpPeer& peer) {
    asked = request.method + " " + request.target;
    peer.write("HTTP/1.1 200 Connection established\r\n\r\n");
    relay(peer.socket(), server.port());
    peer.close();
  });
  {
    TransportFixture transport("{\"proxy\":\"" + proxy.url() + "\",\"ca_file\":\"" + ca + "\"}");
    for (int i = 0; i < 5; ++i) {
      const Answer answer = transport.get(server.url("/tunnelled", "https"));
      CHECK(answer.kind == LEAT_OK);
      CHECK(answer.body == "/tunnelled");
    }
    CHECK(asked == "CONNECT 127.0.0.1:" + std::to_string(server.port()));
    CHECK(server.connection_count() == 1);
    TransportFixture strict("{\"proxy\":\"" + proxy.url() + "\"}");
    CHECK(strict.get(server.url("/", "https")).kind == LEAT_DENIED);
  }
  std::filesystem::remove(ca);
}

TEST_CASE("a proxy that refuses, breaks or hangs leaves the request unsent") {
  HttpServer proxy([](const HttpRequest& request, HttpPeer& peer) {
    if (has(request.target, "refuse")) peer.answer(407, "");
    if (has(request.target, "hang")) peer.wait_until_closed();
    peer.close();
  });
  TransportFixture transport("{\"proxy\":\"" + proxy.url() + "\",\"retries\":0,\"connect_timeout\":200}");
  const struct {
    const char* url;
    const char* why;
  } rows[] = {{"https://refuse.invalid/", "407; check proxy_user"},
              {"https://break.invalid/", "check the option proxy"},
              {"https://hang.invalid/", "connect_timeout"}};
  for (const auto& row : rows) {
    CAPTURE(row.url);
    const Answer answer = transport.call({.method = "POST", .url = row.url, .body = "x"});
    CHECK(answer.kind == LEAT_UNREACHABLE);
    CHECK(has(answer.message, row.why));
  }
}
