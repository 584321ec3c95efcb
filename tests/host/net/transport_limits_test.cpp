// Deadlines, ceilings, cancellation: every call ends, and in time.
#include <doctest/doctest.h>

#include <string>
#include <thread>

#include "gzip_maker.hpp"
#include "support/http_server.hpp"
#include "transport_fixture.hpp"

using namespace leat::host::test;
using leat::test::HttpPeer;
using leat::test::HttpRequest;
using leat::test::HttpServer;
using namespace std::chrono_literals;

namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

class Stopwatch {
 public:
  std::chrono::milliseconds elapsed() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start_);
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace

TEST_CASE("a server that never answers costs the timeout and no more") {
  HttpServer server([](const HttpRequest&, HttpPeer& peer) { peer.wait_until_closed(); });
  TransportFixture transport(R"({"timeout":200})");
  const Stopwatch watch;
  const Answer get = transport.get(server.url());
  CHECK(get.kind == LEAT_UNREACHABLE);
  CHECK(has(get.message, "no answer within 200 ms"));
  CHECK(transport.call({.method = "POST", .url = server.url(), .body = "x", .timeout_ms = 100}).kind == LEAT_UNCERTAIN);
  CHECK(watch.elapsed() >= 300ms);
  CHECK(watch.elapsed() < 5s);
  CHECK(server.request_count() == 2);
}

TEST_CASE("an answer that drips is over when its time is") {
  HttpServer server([](const HttpRequest& request, HttpPeer& peer) {
    if (request.target == "/body") peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    const std::string_view drop = request.target == "/body" ? "1\r\nx\r\n" : "H";
    while (peer.pause(10ms) && peer.write(drop)) {
    }
    peer.close();
  });
  TransportFixture transport(R"({"timeout":300})");
  for (const char* target : {"/body", "/head"}) {
    CAPTURE(target);
    const Stopwatch watch;
    CHECK(transport.get(server.url(target)).kind == LEAT_UNREACHABLE);
    CHECK(watch.elapsed() >= 300ms);
    CHECK(watch.elapsed() < 5s);
  }
}

TEST_CASE("a server that takes no connection costs connect_timeout, and was not asked") {
  // A listener whose queue is full: further connections hang.
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  REQUIRE(::bind(listener, reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(::listen(listener, 0) == 0);
  REQUIRE(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  std::vector<int> fill;
  for (int i = 0; i < 8; ++i) {
    fill.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    ::connect(fill.back(), reinterpret_cast<sockaddr*>(&address), size);
  }
  TransportFixture transport(R"({"connect_timeout":150,"retries":0})");
  const Stopwatch watch;
  const Answer answer = transport.call(
      {.method = "POST", .url = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/", .body = "x"});
  CHECK(answer.kind == LEAT_UNREACHABLE);
  CHECK(has(answer.message, "connect_timeout"));
  CHECK(watch.elapsed() >= 150ms);
  CHECK(watch.elapsed() < 5s);
  for (const int each : fill) ::close(each);
  ::close(listener);
}

TEST_CASE("a body larger than max_body is refused, however it comes") {
  const std::string large(3 << 20, 'x');
  HttpServer server([&](const HttpRequest& request, HttpPeer& peer) {
    if (request.target == "/announced") peer.write("HTTP/1.1 200 OK\r\nContent-Length: 1048577\r\n\r\n");
    if (request.target == "/exact") peer.answer(200, large.substr(0, 1 << 20));
    if (request.target == "/chunked") {
      peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
      while (peer.write("8000\r\n" + large.substr(0, 0x8000) + "\r\n")) {
      }
    }
    if (request.target == "/one-chunk") {
      peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7fffff00\r\n");
      while (peer.write(large)) {
      }
    }
    if (request.target == "/until-closed") {
      peer.write("HTTP/1.1 200 OK\r\n\r\n");
      while (peer.write(large)) {
      }
    }
    if (request.target == "/gzip") {
      peer.answer(200, gzipped(large), "Content-Encoding: gzip\r\n");
    }
    if (request.target == "/announced") peer.wait_until_closed();
  });
  TransportFixture transport(R"({"max_body":1048576})");
  CHECK(transport.get(server.url("/exact")).body.size() == 1 << 20);
  for (const char* target : {"/announced", "/chunked", "/one-chunk", "/until-closed", "/gzip"}) {
    CAPTURE(target);
    const Answer answer = transport.get(server.url(target));
    CHECK(answer.kind == LEAT_INVALID);
    CHECK(answer.status == 0);
    CHECK(has(answer.message, "max_body"));
  }
  CHECK(server.request_count() == 6);
}

TEST_CASE("a head larger than max_header is refused, even without end") {
  HttpServer server([](const HttpRequest& request, HttpPeer& peer) {
    const std::string line = "X-Long: " + std::string(1000, 'x') + "\r\n";
    peer.write("HTTP/1.1 200 OK\r\n");
    if (request.target == "/long") {
      for (int i = 0; i < 20; ++i) peer.write(line);
      peer.write("Content-Length: 0\r\n\r\n");
      return;
    }
    while (peer.write(line)) {
    }
    peer.close();
  });
  TransportFixture transport(R"({"max_header":16384})");
  for (const char* target : {"/long", "/endless"}) {
    CAPTURE(target);
    const Stopwatch watch;
    const Answer answer = transport.get(server.url(target));
    CHECK(answer.kind == LEAT_INVALID);
    CHECK(has(answer.message, "max_header"));
    CHECK(watch.elapsed() < 10s);
  }
}

TEST_CASE("a cancelled call ends at once, wherever it is") {
  HttpServer server([](const HttpRequest& request, HttpPeer& peer) {
    if (request.target == "/body") peer.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc");
    peer.wait_until_closed();
  });
  TransportFixture transport(R"({"max_in_flight":3})");
  Pending get;
  Pending post;
  Pending body;
  Pending queued;
  CHECK(transport.send({.url = server.url()}, get) == LEAT_OK);
  CHECK(transport.send({.method = "POST", .url = server.url(), .body = "x"}, post) == LEAT_OK);
  CHECK(transport.send({.url = server.url("/body")}, body) == LEAT_OK);
  CHECK(transport.send({.method = "POST", .url = server.url(), .body = "x"}, queued) == LEAT_OK);
  REQUIRE(server.wait_for_requests(3));
  const Stopwatch watch;
  transport.cancel(queued);
  CHECK(queued.wait().kind == LEAT_CANCELLED);
  transport.cancel(get);
  transport.cancel(get);
  CHECK(get.wait().kind == LEAT_CANCELLED);
  transport.cancel(post);
  CHECK(post.wait().kind == LEAT_UNCERTAIN);
  transport.cancel(body);
  CHECK(body.wait().kind == LEAT_CANCELLED);
  transport.cancel(body);
  CHECK(watch.elapsed() < 5s);
  CHECK(server.request_count() == 3);
}

TEST_CASE("quiesce ends a thousand calls, each exactly once, and lets none begin") {
  HttpServer server([](const HttpRequest& request, HttpPeer& peer) {
    if (request.target == "/answer") {
      peer.answer(200, "x");
    } else {
      peer.wait_until_closed();
    }
  });
  TransportFixture transport(R"({"max_in_flight":200})");
  std::deque<Pending> pending(1000);
  int number = 0;
  for (Pending& each : pending) {
    CHECK(transport.send({.url = server.url(number++ % 5 == 0 ? "/answer" : "/wait")}, each) == LEAT_OK);
  }
  REQUIRE(server.wait_for_requests(150));
  const Stopwatch watch;
  transport.quiesce();
  CHECK(watch.elapsed() < 10s);
  for (Pending& each : pending) {
    REQUIRE(each.is_done());
    const Answer& answer = each.wait();
    CHECK(answer.times == 1);
    CHECK((answer.kind == LEAT_OK || answer.kind == LEAT_CANCELLED));
  }
  CHECK(transport.get(server.url("/answer")).kind == LEAT_CANCELLED);
}

TEST_CASE("done may cancel and send") {
  HttpServer server([](const HttpRequest& request, HttpPeer& peer) {
    if (request.target == "/wait") {
      peer.wait_until_closed();
    } else {
      peer.answer(200, "x");
    }
  });
  struct Story {
    explicit Story(HttpServer& a_server) : server(a_server) {}
    HttpServer& server;
    Pending waiting;
    Pending third;
    TransportFixture transport;  // last: ends first
    static void done(void* user, const leat_outcome*, const leat_http_response*) {
      auto& story = *static_cast<Story*>(user);
      story.transport.cancel(story.waiting);
      story.transport.send({.url = story.server.url("/answer")}, story.third);
    }
  } story(server);
  CHECK(story.transport.send({.url = server.url("/wait")}, story.waiting) == LEAT_OK);
  std::uint64_t id = 0;
  CHECK(story.transport.send({.url = server.url("/answer")}, &Story::done, &story, &id) == LEAT_OK);
  CHECK(story.waiting.wait().kind == LEAT_CANCELLED);
  CHECK(story.third.wait().status == 200);
}

TEST_CASE("cancelling at any moment ends a call exactly once") {
  HttpServer server([](const HttpRequest&, HttpPeer& peer) { peer.answer(200, std::string(200'000, 'x')); });
  TransportFixture transport(R"({"max_in_flight":8})");
  std::deque<Pending> pending(400);
  for (Pending& each : pending) CHECK(transport.send({.url = server.url()}, each) == LEAT_OK);
  std::thread canceller([&] {
    for (Pending& each : pending) transport.cancel(each);
  });
  for (Pending& each : pending) {
    const Answer& answer = each.wait();
    CHECK((answer.kind == LEAT_CANCELLED || answer.status == 200));
  }
  canceller.join();
  transport.quiesce();
  for (Pending& each : pending) CHECK(each.wait().times == 1);
}
