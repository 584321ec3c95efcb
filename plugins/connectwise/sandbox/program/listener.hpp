// The sockets of the sandbox: HTTP/1.1 with kept connections over TCP or TLS, on Boost.Beast.
// Limits   16 MiB of body, 16 KiB of headers; a connection that stays silent for 60 s is closed.
// Threads  run() uses the calling thread alone.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "plugins/connectwise/sandbox/service.hpp"

namespace leat::sandbox {

struct ListenOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8123;    // 0: any free one
  std::string tls_certificate;  // PEM files; empty: plain HTTP
  std::string tls_key;
};

// Serves until SIGINT or SIGTERM. ready is given the port once connections are taken. Throws std::exception when the
// address or a certificate cannot be used.
void listen(Service& service, const ListenOptions& options, const std::function<void(std::uint16_t port)>& ready);

}  // namespace leat::sandbox
