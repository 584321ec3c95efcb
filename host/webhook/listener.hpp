// The sockets for webhooks: HTTP/1.1 over TCP or TLS, on Boost.Beast; its only reader.
// Owner    the command. Ends before what its site uses; the destructor lets requests in work be answered.
// Threads  one of its own for the sockets, and `workers` that call the site.
// Limits   who is slow, sends too much or comes too often is cut or told so; nobody can make it hold more than
//          connections_max bodies.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/log.hpp"
#include "leat/result.hpp"

namespace leat::host {

struct WebRequest {
  struct Header {
    std::string name;
    std::string value;
  };
  std::string method;
  std::string target;  // "/leat/tickets?recordId=1"
  std::vector<Header> headers;
  std::string body;
};

// What answers. All functions run on any of the listener's threads, at the same time.
class Site {
 public:
  using Time = std::chrono::steady_clock::time_point;

  virtual ~Site() = default;
  // Before the body is read: 0, or the status that refuses it.
  virtual int admit(std::string_view method, std::string_view target) = 0;
  // The status of the answer. Later than the deadline nobody waits for it. Must not throw.
  virtual int answer(const WebRequest& request, Time deadline) noexcept = 0;
};

struct ListenerOptions {
  std::string ip = "127.0.0.1";
  std::uint16_t port = 0;             // 0: any free one
  std::filesystem::path certificate;  // PEM; empty: plain HTTP
  std::filesystem::path key;
  std::uint64_t body_max = 256U << 10U;
  std::uint32_t header_max = 16U << 10U;
  std::uint32_t connections_max = 64;
  std::uint32_t workers = 8;
  std::chrono::milliseconds patience{10'000};      // for a request to be there whole, and for its answer to be taken
  std::chrono::milliseconds answer_within{4'000};  // then "come again": senders of webhooks wait about five seconds
};

class Listener {
 public:
  // Takes the address; connections wait until start(). invalid: the address or a certificate cannot be used, and why.
  static Result<std::unique_ptr<Listener>> open(const ListenerOptions& options, Log& log);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  std::string origin() const;  // "http://127.0.0.1:8085"
  void start(Site& site);      // once

 private:
  class Impl;
  explicit Listener(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace leat::host
