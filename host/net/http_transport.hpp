// One transport: calls wait for the budget, go out on the wire, are sent again where the rules allow, and end in done.
// Owner    the client component that opened it.
// Threads  any; done runs on two threads of its own.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <unordered_map>

#include "host/base/clock.hpp"
#include "host/base/log.hpp"
#include "host/net/budget.hpp"
#include "host/net/executor.hpp"
#include "host/net/options.hpp"
#include "host/net/request_log.hpp"
#include "host/net/wire.hpp"
#include "leat/abi.h"

namespace leat::host {

class HttpTransport {
 public:
  // log and clock outlive the transport. invalid: a file or an address of the options is of no use.
  static Result<std::unique_ptr<HttpTransport>> open(const TransportOptions& options, Log& log, const Clock& clock);
  // quiesce, then ends its threads. Not on a thread of a done.
  ~HttpTransport();
  HttpTransport(const HttpTransport&) = delete;
  HttpTransport& operator=(const HttpTransport&) = delete;

  // origin: whom the lines of the request log are about. id: the number for cancel, set before done can run.
  Result<Done> send(const leat_http_request& request, std::string origin, leat_http_done done, void* user,
                    std::uint64_t& id);
  void cancel(std::uint64_t call);
  void quiesce();

 private:
  struct Call;
  using CallRef = std::shared_ptr<Call>;
  struct BudgetChange {
    enum class Way : std::uint8_t { none, down, up };
    Way way = Way::none;
    bool at_limits = false;  // before or after it, all that is configured is allowed
    CallBudget::Limits allowed;
  };

  HttpTransport(const TransportOptions& options, Log& log, const Clock& clock, std::shared_ptr<const TlsSetup> tls);
  Result<CallRef> make_call(const leat_http_request& request) const;
  void pump();
  void launch(const CallRef& call, std::uint32_t attempt);
  void attempt_ended(const CallRef& call, WireResult result);
  BudgetChange adapt(int status, std::chrono::steady_clock::time_point started,
                     std::chrono::steady_clock::time_point now);
  void log_change(const Call& call, const BudgetChange& change) const;
  void judge_body(const Call& call, WireResult& result) const;
  void log_attempt(const Call& call, const WireResult& result) const;
  void stop_waiting(const CallRef& call, AttemptEnd end);
  void give(const CallRef& call, const WireResult& result);
  void give_error(const CallRef& call, const Error& error);
  void deliver(const CallRef& call, const leat_outcome& outcome, const leat_http_response* response);

  const TransportOptions options_;
  Log& log_;
  const Clock& clock_;
  const RequestLog request_log_;

  std::mutex mutex_;
  std::condition_variable idle_;
  std::unordered_map<std::uint64_t, CallRef> calls_;
  CallBudget budget_;
  std::minstd_rand random_{std::random_device{}()};
  std::uint64_t next_id_ = 1;
  bool closing_ = false;
  Executor::Ticket pump_ticket_;
  Executor::Time pump_time_ = Executor::Time::max();

  // In the order of their ends, the last first: callbacks use the rest, exchanges use the timers.
  Executor timers_{1};
  std::unique_ptr<Wire> wire_;
  Executor callbacks_{2};
};

}  // namespace leat::host
