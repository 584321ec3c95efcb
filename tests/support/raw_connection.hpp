// A TCP connection to a server on loopback, byte by byte: for what no HTTP client would send.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace leat::test {

class RawConnection {
 public:
  explicit RawConnection(int port) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval limit{30, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
    if (connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) {
      close(fd_);
      throw std::runtime_error("nobody listens on port " + std::to_string(port));
    }
  }
  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;
  ~RawConnection() { close(fd_); }

  // False: the other side has closed.
  bool send(std::string_view text) {
    while (!text.empty()) {
      const ssize_t sent = ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  // One answer with its Content-Length, or what came before the other side closed. Throws after 30 s of silence.
  std::string answer() {
    while (!whole()) {
      char bytes[65536];
      const ssize_t got = recv(fd_, bytes, sizeof(bytes), 0);
      if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) throw std::runtime_error("no answer");
      if (got <= 0) {
        closed_ = true;
        return std::exchange(received_, {});
      }
      received_.append(bytes, static_cast<std::size_t>(got));
    }
    const std::size_t size = *whole();
    std::string first = received_.substr(0, size);
    received_.erase(0, size);
    return first;
  }
  bool closed() const { return closed_; }  // found by answer()

 private:
  std::optional<std::size_t> whole() const {
    const auto head = received_.find("\r\n\r\n");
    if (head == std::string::npos) return std::nullopt;
    const auto length = received_.find("Content-Length: ");
    const std::size_t body = length < head ? std::stoul(received_.substr(length + 16)) : 0;
    if (received_.size() < head + 4 + body) return std::nullopt;
    return head + 4 + body;
  }

  int fd_;
  std::string received_;
  bool closed_ = false;
};

}  // namespace leat::test
