// Webhooks, for subscribers: requests that the host's listener took for them, and the events they made of these. See
// leat_subscriber.webhook and "leat.events/1" in abi.h.
// Lifetime  the call.
// Threads   the thread of the call.
// Errors    thrown as Failure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "leat/http.hpp"
#include "leat/record.hpp"

namespace leat __attribute__((visibility("hidden"))) {

  // A request as it came, for `void webhook(const Webhook&, Batch& events, Context&)`: pointers into the host, for the call.
  class Webhook {
   public:
    explicit Webhook(const leat_webhook& raw) : raw_(raw) {}
    std::string_view method() const { return view(raw_.method); }
    // What stands behind the subscriber's own address: "?recordId=7601&action=updated".
    std::string_view target() const { return view(raw_.target); }
    std::string_view body() const { return view(raw_.body); }
    std::optional<std::string_view> header(std::string_view name) const {
      for (std::size_t i = 0; i < raw_.header_count; ++i) {
        if (same_header(view(raw_.headers[i].name), name)) return view(raw_.headers[i].value);
      }
      return std::nullopt;
    }

   private:
    const leat_webhook& raw_;
  };

  // Where requests for this subscriber come in, as the world sees it. Nothing: the host has no webhook listener, or its
  // configuration no public address.
  inline std::optional<std::string> events_url(Context & context) {
    if (services().events == nullptr) return std::nullopt;
    leat_str url{nullptr, 0};
    const leat_kind kind = services().events->url(context.raw(), &url);
    if (kind == LEAT_NOT_FOUND) return std::nullopt;
    check(context.result(kind));
    return std::string(view(url));
  }

  // In poll: the next stored event, nothing when there is none. The host forgets it with the batch of this poll.
  inline std::optional<NewRecord> next_event(Context & context) {
    if (services().events == nullptr) return std::nullopt;
    NewRecord event;
    const leat_kind kind = services().events->next(context.raw(), event.raw());
    if (kind == LEAT_NOT_FOUND) return std::nullopt;
    check(context.result(kind));
    return event;
  }

  // This read began because of events, not by schedule.
  inline bool woken(Context & context) {
    return services().events != nullptr && services().events->woken(context.raw()) != 0;
  }

}  // namespace leat
