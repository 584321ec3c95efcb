#include "host/net/socket_probe.hpp"

#include <fcntl.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>

namespace leat::host {

bool looks_stale(int socket) {
  char byte = 0;
  const auto got = ::recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
}

std::uint64_t bytes_read(int socket) {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return 0;
  // Asked second: what arrives in between counts as not yet read.
  int unread = 0;
  if (::ioctl(socket, SIOCINQ, &unread) != 0 || unread < 0) return 0;
  const std::uint64_t received = info.tcpi_bytes_received;
  const auto waiting = static_cast<std::uint64_t>(unread);
  return received > waiting ? received - waiting : 0;
}

void shut_down(int socket) { ::shutdown(socket, SHUT_RDWR); }

Descriptor duplicate(int socket) { return Descriptor(::fcntl(socket, F_DUPFD_CLOEXEC, 0)); }

}  // namespace leat::host
