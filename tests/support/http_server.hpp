// A small HTTP/1.1 server on loopback for tests: the test says, per request, what goes over the socket.
// Threads  one per connection, on which the handler runs. The destructor closes every connection and joins.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cctype>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

namespace leat::test {

// Bytes to and from a peer.
class Stream {
 public:
  explicit Stream(int socket) : socket_(socket) {}
  virtual ~Stream() = default;
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  virtual std::size_t read(char* to, std::size_t size) {  // 0: over
    const auto got = ::recv(socket_, to, size, 0);
    return got > 0 ? static_cast<std::size_t>(got) : 0;
  }
  virtual bool write(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto done = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (done <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(done));
    }
    return true;
  }

 protected:
  int socket_;
};

struct HttpRequest {
  std::string method;
  std::string target;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
  int connection = 0;     // 1 for the first connection
  int on_connection = 0;  // 1 for the first request of its connection

  std::string header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string() : found->second;
  }
};

class HttpServer;

// The server's side of a connection, lent to the handler.
class HttpPeer {
 public:
  HttpPeer(HttpServer& server, Stream& stream, int socket) : server_(server), stream_(stream), socket_(socket) {}

  bool write(std::string_view bytes) { return stream_.write(bytes); }
  // A whole answer. headers: "Name: value\r\n" lines.
  bool answer(int status, std::string_view body, std::string_view headers = "") {
    return write("HTTP/1.1 " + std::to_string(status) + " Status\r\nContent-Length: " + std::to_string(body.size()) +
                 "\r\n" + std::string(headers) + "\r\n" + std::string(body));
  }
  // Ends the connection after the handler. reset: with RST instead of FIN.
  void close(bool reset = false) {
    closing_ = true;
    if (reset) {
      const linger hard{1, 0};
      ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    }
  }
  // Returns when the client has closed its side; what it sends until then is thrown away.
  void wait_until_closed() {
    char ignored[4096];
    while (stream_.read(ignored, sizeof ignored) > 0) {
    }
    closing_ = true;
  }
  // False when the server ends before the time is over.
  inline bool pause(std::chrono::milliseconds time);

  bool closing() const { return closing_; }
  int socket() const { return socket_; }

 private:
  HttpServer& server_;
  Stream& stream_;
  int socket_;
  bool closing_ = false;
};

class HttpServer {
 public:
  using Handler = std::function<void(const HttpRequest&, HttpPeer&)>;
  // Turns a socket into a stream; nullptr when that fails (a TLS handshake).
  using Wrap = std::function<std::unique_ptr<Stream>(int socket)>;

  explicit HttpServer(
      Handler handler, Wrap wrap = [](int socket) { return std::make_unique<Stream>(socket); })
      : handler_(std::move(handler)),
        wrap_(std::move(wrap)),
        listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 1024) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      ::close(listener_);
      throw std::runtime_error("the test server cannot listen on loopback");
    }
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
  }

  ~HttpServer() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
      for (const auto& connection : connections_) ::shutdown(connection.socket, SHUT_RDWR);  // -1: closed already
    }
    changed_.notify_all();
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    for (auto& connection : connections_) connection.thread.join();
    ::close(listener_);
  }
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::uint16_t port() const { return port_; }
  std::string url(std::string_view target = "/", std::string_view scheme = "http",
                  std::string_view host = "127.0.0.1") const {
    return std::string(scheme) + "://" + std::string(host) + ":" + std::to_string(port_) + std::string(target);
  }
  int connection_count() const { return connection_count_; }
  int request_count() const { return request_count_; }

  // True once that many requests have arrived; false when they do not within ten seconds.
  bool wait_for_requests(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), [&] { return request_count_ >= count; });
  }

 private:
  friend class HttpPeer;
  struct Connection {
    int socket = -1;
    bool over = false;
    std::thread thread;
  };

  void accept_all() {
    while (true) {
      const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      std::list<Connection> over;
      std::unique_lock lock(mutex_);
      if (socket < 0 || stopping_) {
        if (socket >= 0) ::close(socket);
        if (stopping_) return;
        continue;
      }
      for (auto each = connections_.begin(); each != connections_.end();) {
        const auto current = each++;
        if (current->over) over.splice(over.end(), connections_, current);
      }
      const int yes = 1;
      ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
      Connection& connection = connections_.emplace_back();
      connection.socket = socket;
      const int number = ++connection_count_;
      connection.thread = std::thread([this, &connection, socket, number] { serve(connection, socket, number); });
      lock.unlock();
      for (auto& each : over) each.thread.join();
    }
  }

  void serve(Connection& connection, int socket, int number) {
    if (const auto stream = wrap_(socket)) {
      HttpPeer peer(*this, *stream, socket);
      std::string input;
      for (int on_connection = 1; !peer.closing(); ++on_connection) {
        HttpRequest request;
        request.connection = number;
        request.on_connection = on_connection;
        if (!read_request(*stream, input, request)) break;
        {
          const std::lock_guard lock(mutex_);
          ++request_count_;
        }
        changed_.notify_all();
        handler_(request, peer);
      }
    }
    const std::lock_guard lock(mutex_);
    ::close(std::exchange(connection.socket, -1));
    connection.over = true;
  }

  static bool read_request(Stream& stream, std::string& input, HttpRequest& request) {
    char block[16384];
    std::size_t head_end = 0;
    while ((head_end = input.find("\r\n\r\n")) == std::string::npos) {
      const std::size_t got = stream.read(block, sizeof block);
      if (got == 0) return false;
      input.append(block, got);
    }
    const std::string head = input.substr(0, head_end);
    input.erase(0, head_end + 4);
    const std::size_t line_end = head.find("\r\n");
    const std::string line = head.substr(0, line_end);
    const std::size_t first = line.find(' ');
    const std::size_t last = line.rfind(' ');
    request.method = line.substr(0, first);
    request.target = line.substr(first + 1, last - first - 1);
    std::size_t at = line_end;
    while (at != std::string::npos && at < head.size()) {
      at += 2;
      const std::size_t end = head.find("\r\n", at);
      const std::string field = head.substr(at, end == std::string::npos ? end : end - at);
      const std::size_t colon = field.find(':');
      std::string name = field.substr(0, colon);
      for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      const std::size_t value = colon == std::string::npos ? colon : field.find_first_not_of(' ', colon + 1);
      request.headers[name] = value == std::string::npos ? "" : field.substr(value);
      at = end;
    }
    const std::string length = request.header("content-length");
    const std::size_t size = length.empty() ? 0 : std::stoul(length);
    while (input.size() < size) {
      const std::size_t got = stream.read(block, sizeof block);
      if (got == 0) return false;
      input.append(block, got);
    }
    request.body = input.substr(0, size);
    input.erase(0, size);
    return true;
  }

  Handler handler_;
  Wrap wrap_;
  int listener_;
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::list<Connection> connections_;
  std::atomic<int> connection_count_{0};
  std::atomic<int> request_count_{0};
  std::thread acceptor_;
};

bool HttpPeer::pause(std::chrono::milliseconds time) {
  std::unique_lock lock(server_.mutex_);
  return !server_.changed_.wait_for(lock, time, [this] { return server_.stopping_; });
}

}  // namespace leat::test
