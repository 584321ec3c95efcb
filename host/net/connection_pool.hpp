// Kept connections of one transport, by origin. Only cpprest_wire.cpp includes this.
#pragma once

#include <atomic>
#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "host/base/guarded.hpp"
#include "host/net/cpprest_streams.hpp"
#include "host/net/socket_probe.hpp"
#include "host/net/tls_setup.hpp"
#include "host/net/wire.hpp"

namespace leat::host {

// The kept connection turned out to be dead before anything was sent on it.
struct StaleConnection : std::runtime_error {
  StaleConnection() : std::runtime_error("stale connection") {}
};

// A client of the library that carries one request at a time, and so keeps one TCP connection: what happens on its
// socket belongs to that request. After any failure it is thrown away with whatever the library kept in it.
class Connection {
 public:
  using Socket = boost::asio::ip::tcp::socket;

  // What the library's callbacks need; they may outlive the Connection by a moment.
  struct Shared {
    bool tls = false;
    bool tunnel = false;              // TLS through a proxy's CONNECT
    bool one_address = false;         // what it connects to is an address, not a name with perhaps several
    bool kept = false;                // carried a request already
    std::atomic<int> descriptor{-1};  // of the socket on which the request went out; -1 when not known
    std::string why_refused;          // why the server's certificate was not accepted
    std::shared_ptr<const TlsSetup> setup;

    // Runs right before each request, on the library's thread. handle: a socket, or TLS on top of one.
    void before_request(void* handle) {
      socket_ = nullptr;
      if (tunnel && kept) {
        // Of a type that depends on whether the library still has the connection: only the number is safe to look at.
        // If it has become another socket's, the worst is a needless new connection.
        descriptor = -1;
        if (tunnel_descriptor_ >= 0 && looks_stale(tunnel_descriptor_)) throw StaleConnection();
        return;
      }
      socket_ = tls && !tunnel ? &static_cast<boost::asio::ssl::stream<Socket&>*>(handle)->next_layer()
                               : static_cast<Socket*>(handle);
      contexts_before_ = contexts_.load();
      descriptor = socket_->is_open() ? socket_->native_handle() : -1;
      if (descriptor >= 0 && looks_stale(descriptor)) throw StaleConnection();
    }

    void prepare_tls(boost::asio::ssl::context& context) {
      ++contexts_;
      setup->apply(context.native_handle(), &why_refused);
    }

    // Learns the number of a socket that was not open before the request. When a name has several addresses and the
    // first does not answer, the library goes on with another socket and does not say so, unless it is one with TLS:
    // then the number stays unknown.
    void note_descriptor() {
      const bool same_socket = one_address || (tls && !tunnel && contexts_ == contexts_before_);
      if (descriptor < 0 && socket_ != nullptr && same_socket) descriptor = socket_->native_handle();
      if (!kept) tunnel_descriptor_ = descriptor.load();
    }

   private:
    Socket* socket_ = nullptr;
    std::atomic<int> tunnel_descriptor_{-1};
    std::atomic<int> contexts_{0};
    std::atomic<int> contexts_before_{0};
  };

  Connection(const Url& url, const WireOptions& options)
      : shared_(std::make_shared<Shared>()), client_(web::uri(url.origin), config(url, options)) {}

  Shared& shared() { return *shared_; }
  web::http::client::http_client& client() { return client_; }

 private:
  web::http::client::http_client_config config(const Url& url, const WireOptions& options) {
    shared_->tls = url.tls;
    shared_->tunnel = url.tls && !options.proxy.empty();
    shared_->setup = options.tls;
    const auto proxy = parse_url(options.proxy);
    const std::string& peer = proxy ? proxy->host : url.host;
    shared_->one_address = peer.starts_with('[') || peer.find_first_not_of("0123456789.") == std::string::npos;
    web::http::client::http_client_config config;
    config.set_max_redirects(0);  // the library would take Authorization to another origin
    // Per step, to end what nobody waits for any more; deadlines are the transport's.
    config.set_timeout(shared_->tunnel ? std::chrono::minutes(10) : std::chrono::minutes(61));
    config.set_chunksize(kBlock);
    config.set_nativehandle_options([shared = shared_](void* handle) { shared->before_request(handle); });
    if (url.tls) {
      config.set_validate_certificates(!options.tls->insecure());
      config.set_ssl_context_callback(
          [shared = shared_](boost::asio::ssl::context& context) { shared->prepare_tls(context); });
    }
    if (!options.proxy.empty()) {
      web::web_proxy through{web::uri(options.proxy)};
      if (!options.proxy_user.empty()) {
        through.set_credentials(web::credentials(options.proxy_user, options.proxy_password));
      }
      config.set_proxy(through);
    }
    return config;
  }

  // Bytes per step of a body: larger ones cost more memory per request and gain nothing.
  static constexpr std::size_t kBlock = std::size_t{64} << 10;

  std::shared_ptr<Shared> shared_;
  web::http::client::http_client client_;
};

// Threads  any.
class ConnectionPool {
 public:
  std::unique_ptr<Connection> acquire(const Url& url, const WireOptions& options) {
    auto kept = idle_.with([&](Idle& idle) -> std::unique_ptr<Connection> {
      auto& stack = idle[url.origin];
      if (stack.empty()) return nullptr;
      auto connection = std::move(stack.back().connection);
      stack.pop_back();
      return connection;
    });
    return kept ? std::move(kept) : std::make_unique<Connection>(url, options);
  }

  // For the next request to this origin. Those that waited too long are closed.
  void keep(const std::string& origin, std::unique_ptr<Connection> connection) {
    const auto now = std::chrono::steady_clock::now();
    std::vector<std::unique_ptr<Connection>> old;  // closed after the lock
    connection->shared().kept = true;
    idle_.with([&](Idle& idle) {
      for (auto& [name, stack] : idle) {
        while (!stack.empty() && now - stack.front().since > kIdleMax) {
          old.push_back(std::move(stack.front().connection));
          stack.pop_front();
        }
      }
      idle[origin].push_back({std::move(connection), now});
    });
  }

 private:
  struct Kept {
    std::unique_ptr<Connection> connection;
    std::chrono::steady_clock::time_point since;
  };
  using Idle = std::map<std::string, std::deque<Kept>, std::less<>>;
  static constexpr std::chrono::seconds kIdleMax{60};

  Guarded<Idle> idle_;
};

}  // namespace leat::host
