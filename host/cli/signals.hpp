// SIGINT and SIGTERM as a stop token: the first asks to stop, the second ends the process at once. SIGPIPE is ignored.
// Owner    the command, on the main thread, before it starts threads; one at a time.
#pragma once

#include <stop_token>
#include <thread>

namespace leat::host {

class Signals {
 public:
  Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;
  ~Signals();
  std::stop_token stop() const { return source_.get_token(); }

 private:
  std::stop_source source_;
  int wake_ = -1;  // eventfd that ends the thread
  int caught_ = -1;
  std::thread thread_;
};

}  // namespace leat::host
