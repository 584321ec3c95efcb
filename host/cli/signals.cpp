#include "host/cli/signals.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cstdint>
#include <system_error>

namespace leat::host {

Signals::Signals() {
  signal(SIGPIPE, SIG_IGN);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  // Blocked here, so blocked in every thread started later; the signalfd is their only reader.
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  caught_ = signalfd(-1, &set, SFD_CLOEXEC);
  wake_ = eventfd(0, EFD_CLOEXEC);
  if (caught_ < 0 || wake_ < 0) throw std::system_error(errno, std::generic_category(), "signals");
  thread_ = std::thread([this] {
    pollfd files[] = {{caught_, POLLIN, 0}, {wake_, POLLIN, 0}};
    while (true) {
      if (poll(files, 2, -1) < 0) continue;
      if (files[1].revents != 0) return;
      signalfd_siginfo info{};
      if (read(caught_, &info, sizeof(info)) != sizeof(info)) continue;
      if (source_.stop_requested()) _exit(128 + static_cast<int>(info.ssi_signo));
      source_.request_stop();
    }
  });
}

Signals::~Signals() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = write(wake_, &one, sizeof(one));
  thread_.join();
  close(wake_);
  close(caught_);
}

}  // namespace leat::host
