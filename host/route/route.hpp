// One route at work: what its incoming, its workers and its in-memory path share.
#pragma once

#include <mutex>
#include <string>

#include "host/config/model.hpp"
#include "host/plugin/runtime.hpp"
#include "host/route/delivery.hpp"
#include "host/route/statistics.hpp"

namespace leat::host {

// Opens a publisher that several routes may share, once.
class PublisherDoor {
 public:
  explicit PublisherDoor(PublisherInstance& publisher) : publisher_(publisher) {}
  // Again after a failure.
  Result<Done> open(Call& call) {
    const std::lock_guard lock(mutex_);
    if (open_) return Done{};
    auto done = publisher_.open(call);
    open_ = static_cast<bool>(done);
    return done;
  }
  Result<Done> close(Call& call) {
    const std::lock_guard lock(mutex_);
    if (!open_) return Done{};
    open_ = false;
    return publisher_.close(call);
  }

 private:
  PublisherInstance& publisher_;
  std::mutex mutex_;
  bool open_ = false;
};

struct Route {
  Route(const RouteConfig& a_config, const Chain& incoming_transformers, const Chain& a_transformers,
        OutgoingParts& outgoing, PublisherDoor& a_door)
      : config(a_config),
        origin("route " + a_config.name),
        transformers(a_transformers),
        publisher(*outgoing.publisher),
        door(a_door),
        delivery(incoming_transformers, a_transformers, outgoing) {}

  const RouteConfig& config;
  const std::string origin;  // for log lines and calls
  const Chain& transformers;
  PublisherInstance& publisher;
  PublisherDoor& door;
  const Delivery delivery;
  RouteCounters counters;
  Standing standing;

  // At the same time. A publisher that takes one call at a time gets its records in order.
  std::uint32_t workers() const { return publisher.parallel() ? config.concurrency : 1; }
};

}  // namespace leat::host
