// What becomes of a webhook: the incoming's subscriber says whether it is genuine and what of it to keep; that is stored before
// the sender is answered 200; then the incoming is woken.
//   subscriber or store says         the sender gets
//   (done, stored)                   200
//   denied                           401
//   invalid                          400
//   not_found, or no such address    404
//   busy, unreachable, uncertain,    429 with Retry-After: come again. ConnectWise repeats after 429 and not after 503
//   cancelled, full, too late
//   anything else                    503
// Owner    the command; ends after the listener, before the runtime.
// Threads  any.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "host/base/clock.hpp"
#include "host/base/guarded.hpp"
#include "host/base/log.hpp"
#include "host/plugin/instance.hpp"
#include "host/store/events.hpp"
#include "host/webhook/listener.hpp"

namespace leat::host {

struct ReceiverOptions {
  std::string base;                   // path of the public URL: "/leat", or empty
  std::uint64_t events_max = 10'000;  // stored and not read, of each incoming
};

class Receiver final : public Site {
 public:
  using Wake = std::function<void(std::string_view incoming)>;

  // store, log and clock outlive it. wake: events of this incoming were stored.
  Receiver(EventStore& store, Log& log, const Clock& clock, ReceiverOptions options, Wake wake);

  // Requests to base/NAME, with what stands behind it, are for this subscriber, which outlives this. Before the listener
  // starts.
  void add(const std::string& incoming, SubscriberInstance& subscriber);

  int admit(std::string_view method, std::string_view target) override;
  int answer(const WebRequest& request, Time deadline) noexcept override;

 private:
  struct Hook {
    std::string incoming;
    SubscriberInstance* subscriber;
  };
  struct Told {
    Millis at{0};
    std::uint64_t since = 0;  // not told
  };

  // The hook and the rest of the target.
  std::pair<const Hook*, std::string_view> find(std::string_view target) const;
  Result<Done> take(const Hook& hook, std::string_view rest, const WebRequest& request, Time deadline);
  void tell(const Hook& hook, const Error& error);

  EventStore& store_;
  Log& log_;
  const Clock& clock_;
  const ReceiverOptions options_;
  const Wake wake_;
  std::map<std::string, Hook, std::less<>> hooks_;  // by path
  Guarded<std::map<std::pair<std::string, ErrorKind>, Told>> told_;
};

}  // namespace leat::host
