// The sockets of the sandbox: HTTP/1.1 with kept connections over TCP or TLS, on Boost.Beast.
// Limits   16 MiB of body (413 beyond), 16 KiB of headers (400 beyond), and a time for each request to come whole.
// Threads  the constructor, then run() on the same, which brings more; a connection is on one at a time. Latency holds none.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "plugins/connectwise/sandbox/service.hpp"

namespace leat::sandbox {

struct ListenOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8123;    // 0: any free one
  std::string tls_certificate;  // PEM files; empty: plain HTTP
  std::string tls_key;
  std::chrono::seconds patience{60};  // for the next request to be there whole, or an answer to be taken; then closed
  unsigned threads = 2;               // how many requests are worked on at a time
};

class Listener {
 public:
  // Takes the address; connections wait until run(). Throws std::exception when it or a certificate cannot be used.
  explicit Listener(const ListenOptions& options);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  std::uint16_t port() const;
  std::string origin() const;  // "http://127.0.0.1:8123"
  // Serves, and delivers callbacks, until SIGINT or SIGTERM.
  void run(Service& service);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace leat::sandbox
