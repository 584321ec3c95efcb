// The listener against raw sockets: what it takes, what it refuses, and that nobody can hold it up.
#include "host/webhook/listener.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <functional>
#include <mutex>
#include <thread>

#include "host/base/secrets.hpp"
#include "support/raw_connection.hpp"
#include "support/tls.hpp"

namespace leat::host::test {
namespace {

using leat::test::RawConnection;
using namespace std::chrono_literals;

// Takes POST to /leat/tickets.
class FakeSite final : public Site {
 public:
  std::function<int(const WebRequest&)> respond = [](const WebRequest&) { return 200; };

  int admit(std::string_view method, std::string_view target) override {
    if (!target.starts_with("/leat/tickets")) return 404;
    return method == "POST" ? 0 : 405;
  }
  int answer(const WebRequest& request, Time) noexcept override {
    {
      const std::lock_guard lock(mutex_);
      seen_.push_back(request);
    }
    ++count;
    return respond(request);
  }
  std::vector<WebRequest> seen() {
    const std::lock_guard lock(mutex_);
    return seen_;
  }
  std::atomic<int> count{0};

 private:
  std::mutex mutex_;
  std::vector<WebRequest> seen_;
};

// Something that holds the site's answer back.
class Gate {
 public:
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void pass() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, 60s, [this] { return open_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
};

class Fixture {
 public:
  explicit Fixture(const ListenerOptions& options = {}) {
    auto opened = Listener::open(options, log_);
    if (!opened) throw std::runtime_error(opened.error().message);
    listener = std::move(*opened);
    port = std::stoi(listener->origin().substr(listener->origin().rfind(':') + 1));
    listener->start(site);
  }

  FakeSite site;
  int port = 0;

 private:
  Secrets secrets_;
  Log log_{secrets_, Level::trace, [](Level, std::string_view) {}};

 public:
  std::unique_ptr<Listener> listener;
};

std::string post(std::string_view body, std::string_view target = "/leat/tickets", std::string_view headers = "") {
  return "POST " + std::string(target) + " HTTP/1.1\r\nHost: x\r\n" + std::string(headers) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

// "200", or "" when the connection was closed without an answer.
std::string status_of(const std::string& answer) { return answer.size() < 12 ? std::string() : answer.substr(9, 3); }

std::string ask(int port, const std::string& request) {
  RawConnection connection(port);
  connection.send(request);
  return connection.answer();
}

template <class Condition>
void until(const Condition& condition) {
  const auto end = std::chrono::steady_clock::now() + 60s;
  while (!condition()) {
    REQUIRE(std::chrono::steady_clock::now() < end);
    std::this_thread::yield();
  }
}

class TempFile {
 public:
  explicit TempFile(const std::string& content) {
    std::string name = (std::filesystem::temp_directory_path() / "leat-test-XXXXXX").string();
    ::close(::mkstemp(name.data()));
    path = name;
    std::ofstream(path) << content;
  }
  ~TempFile() { std::filesystem::remove(path); }
  TempFile(const TempFile&) = delete;
  TempFile& operator=(const TempFile&) = delete;
  std::filesystem::path path;
};

}  // namespace

TEST_CASE("a request reaches the site as it was sent, one after the other on a connection") {
  Fixture fixture;
  RawConnection connection(fixture.port);
  connection.send(post(R"({"ID":1})", "/leat/tickets?recordId=1&action=updated", "X-Signature: abc\r\n"));
  const std::string answer = connection.answer();
  CHECK(status_of(answer) == "200");
  CHECK(answer.find("Content-Length: 0") != std::string::npos);
  connection.send(post("second") + post("third"));
  CHECK(status_of(connection.answer()) == "200");
  CHECK(status_of(connection.answer()) == "200");
  const auto seen = fixture.site.seen();
  REQUIRE(seen.size() == 3);
  CHECK(seen[0].method == "POST");
  CHECK(seen[0].target == "/leat/tickets?recordId=1&action=updated");
  CHECK(seen[0].body == R"({"ID":1})");
  CHECK(seen[0].headers[1].name == "X-Signature");
  CHECK(seen[0].headers[1].value == "abc");
  CHECK(seen[1].body == "second");
  CHECK(seen[2].body == "third");
}

TEST_CASE("what is no webhook is refused with its reason, and never reaches the site") {
  ListenerOptions options;
  options.body_max = 1000;
  options.header_max = 1000;
  Fixture fixture(options);
  const struct {
    const char* what;
    std::string request;
    const char* status;
  } rows[] = {
      {"another method", "GET /leat/tickets HTTP/1.1\r\nHost: x\r\n\r\n", "405"},
      {"an unknown address", post("x", "/leat/other"), "404"},
      {"an unknown address, by another method", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "404"},
      {"an unknown address, before its body is there", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n",
       "404"},
      {"no HTTP", "hello\r\n\r\n", "400"},
      {"another protocol", "\x16\x03\x01\x02\r\n\r\n", "400"},
      {"a body that is too large, announced", post(std::string(1001, 'x')), "413"},
      {"a body that is too large, before it is there",
       "POST /leat/tickets HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000000\r\n\r\n", "413"},
      {"a body that is too large, in chunks",
       "POST /leat/tickets HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n" + std::string(2000, 'x') +
           "\r\n0\r\n\r\n",
       "413"},
      {"headers that are too large", post("x", "/leat/tickets", "X: " + std::string(2000, 'x') + "\r\n"), "431"},
      {"a length that is none", "POST /leat/tickets HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", "400"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.what);
    const std::string answer = ask(fixture.port, row.request);
    CHECK(status_of(answer) == row.status);
    if (std::string_view(row.status) == "405") CHECK(answer.find("Allow: POST") != std::string::npos);
  }
  CHECK(fixture.site.count == 0);
  CHECK(status_of(ask(fixture.port, post(std::string(1000, 'x')))) == "200");
}

TEST_CASE("bodies come in chunks, and after a go-ahead where the sender asks for one") {
  Fixture fixture;
  CHECK(status_of(
            ask(fixture.port,
                "POST /leat/tickets HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n"
                "0\r\n\r\n")) == "200");
  RawConnection connection(fixture.port);
  connection.send("POST /leat/tickets HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
  CHECK(status_of(connection.answer()) == "100");
  connection.send("body");
  CHECK(status_of(connection.answer()) == "200");
  CHECK(fixture.site.seen()[0].body == "abcde");
  CHECK(fixture.site.seen()[1].body == "body");
}

TEST_CASE("what the site says is what the sender gets; for some it says when to come again") {
  Fixture fixture;
  std::atomic<int> status{200};
  fixture.site.respond = [&](const WebRequest&) { return status.load(); };
  RawConnection connection(fixture.port);
  for (const int each : {401, 400, 404, 503, 429, 200}) {
    CAPTURE(each);
    status = each;
    connection.send(post("x"));
    const std::string answer = connection.answer();
    CHECK(status_of(answer) == std::to_string(each));
    CHECK((answer.find("Retry-After: 2") != std::string::npos) == (each == 429 || each == 503));
  }
}

TEST_CASE("who is slow is cut") {
  ListenerOptions options;
  options.patience = 100ms;
  Fixture fixture(options);
  for (const char* part :
       {"", "POST /leat/tick", "POST /leat/tickets HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n1234"}) {
    CAPTURE(part);
    RawConnection connection(fixture.port);
    connection.send(part);
    CHECK(connection.answer().empty());
    CHECK(connection.closed());
  }
  CHECK(fixture.site.count == 0);
}

TEST_CASE("a site that takes too long costs its sender the time that he has, and no other sender") {
  ListenerOptions options;
  options.answer_within = 100ms;
  options.workers = 2;
  Gate gate;
  Fixture fixture(options);
  fixture.site.respond = [&](const WebRequest& request) {
    if (request.body == "slow") gate.pass();
    return 200;
  };
  RawConnection slow(fixture.port);
  slow.send(post("slow"));
  CHECK(status_of(slow.answer()) == "429");
  CHECK(status_of(ask(fixture.port, post("quick"))) == "200");
  gate.open();
  slow.send(post("quick"));  // its connection lives on
  CHECK(status_of(slow.answer()) == "200");
}

TEST_CASE("above the ceiling a connection is told to come again") {
  ListenerOptions options;
  options.connections_max = 2;
  Fixture fixture(options);
  auto first = std::make_unique<RawConnection>(fixture.port);
  RawConnection second(fixture.port);
  for (RawConnection* each : {first.get(), &second}) {  // both are being served
    each->send(post("x"));
    CHECK(status_of(each->answer()) == "200");
  }
  const std::string refused = ask(fixture.port, post("x"));
  CHECK(status_of(refused) == "429");
  CHECK(refused.find("Connection: close") != std::string::npos);
  first.reset();
  until([&] { return status_of(ask(fixture.port, post("x"))) == "200"; });
}

TEST_CASE("many senders at once are all answered") {
  Fixture fixture;
  std::atomic<int> good{0};
  {
    std::vector<std::jthread> senders;
    senders.reserve(8);
    for (int i = 0; i < 8; ++i) {
      senders.emplace_back([&] {
        RawConnection connection(fixture.port);
        for (int request = 0; request < 50; ++request) {
          connection.send(post(std::string(2000, 'x')));
          if (status_of(connection.answer()) == "200") ++good;
        }
      });
    }
  }
  CHECK(good == 400);
  CHECK(fixture.site.count == 400);
}

TEST_CASE("a listener that ends answers what it works on, and takes nothing more") {
  Gate gate;
  Fixture fixture;
  fixture.site.respond = [&](const WebRequest&) {
    gate.pass();
    return 200;
  };
  RawConnection idle(fixture.port);
  RawConnection working(fixture.port);
  working.send(post("x"));
  until([&] { return fixture.site.count == 1; });
  std::jthread ending([&] { fixture.listener.reset(); });
  CHECK(idle.answer().empty());  // closed at once
  gate.open();
  CHECK(status_of(working.answer()) == "200");
  ending.join();
  CHECK_THROWS(RawConnection(fixture.port));
}

TEST_CASE("an address that cannot be used is refused with the reason") {
  Fixture fixture;
  Secrets secrets;
  Log log(secrets, Level::trace, [](Level, std::string_view) {});
  ListenerOptions options;
  options.port = static_cast<std::uint16_t>(fixture.port);
  const auto taken = Listener::open(options, log);
  REQUIRE_FALSE(taken);
  CHECK(taken.error().message.find("cannot listen on 127.0.0.1 port " + std::to_string(fixture.port)) == 0);
  CHECK(taken.error().message.find("in use") != std::string::npos);
  options.port = 0;
  options.certificate = "/no/such/certificate.pem";
  options.key = "/no/such/key.pem";
  const auto absent = Listener::open(options, log);
  REQUIRE_FALSE(absent);
  CHECK(absent.error().message.find("/no/such/certificate.pem") != std::string::npos);
}

TEST_CASE("with a certificate it speaks TLS, and only TLS") {
  const auto certificate = leat::test::make_certificate("hooks", "IP:127.0.0.1");
  const TempFile pem(certificate.pem());
  const TempFile key(certificate.key_pem());
  ListenerOptions options;
  options.certificate = pem.path;
  options.key = key.path;
  Fixture fixture(options);
  CHECK(fixture.listener->origin().starts_with("https://127.0.0.1:"));
  CHECK(status_of(ask(fixture.port, post("plain"))) != "200");

  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(fixture.port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free);
  const std::unique_ptr<SSL, decltype(&SSL_free)> tls(SSL_new(context.get()), &SSL_free);
  SSL_set_fd(tls.get(), socket);
  REQUIRE(SSL_connect(tls.get()) == 1);
  const std::string request = post("safe");
  CHECK(SSL_write(tls.get(), request.data(), static_cast<int>(request.size())) > 0);
  char answer[1000];
  const int got = SSL_read(tls.get(), answer, sizeof answer);
  REQUIRE(got > 0);
  CHECK(status_of(std::string(answer, static_cast<std::size_t>(got))) == "200");
  CHECK(fixture.site.seen().at(0).body == "safe");
  ::close(socket);
}

}  // namespace leat::host::test
