// Posts what the outbox has, over HTTP/1.1, one connection each.
// Owner    context and outbox outlive it, and the context is stopped before it ends.
// Threads  start() once; works on the context's threads.
// Source   POST, JSON, x-content-signature: guide C, clients C. The receiver's certificate is not checked: it is a test's own.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <memory>

#include "plugins/connectwise/sandbox/callbacks/outbox.hpp"

namespace leat::sandbox {

class Deliverer {
 public:
  // `wait`: how long an answer may take.
  Deliverer(boost::asio::io_context& context, Outbox& outbox, std::chrono::milliseconds wait);
  ~Deliverer();
  Deliverer(const Deliverer&) = delete;
  Deliverer& operator=(const Deliverer&) = delete;

  void start();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace leat::sandbox
