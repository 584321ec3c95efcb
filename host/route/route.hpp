// One route at work: what its incoming, its workers and its in-memory path share.
#pragma once

#include <mutex>
#include <string>

#include "host/base/log.hpp"
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
  // incoming_transformers: those that its records passed before its own. a_xref: of its outgoing, or nullptr. followed:
  // other routes go on after it.
  Route(const RouteConfig& a_config, const Chain& incoming_transformers, const Chain& a_transformers,
        OutgoingParts& outgoing, PublisherDoor& a_door, const XrefConfig* a_xref, bool followed)
      : config(a_config),
        origin("route " + a_config.name),
        transformers(a_transformers),
        publisher(*outgoing.publisher),
        door(a_door),
        xref(a_xref),
        delivery(incoming_transformers, a_transformers, outgoing,
                 followed || (a_xref != nullptr && a_xref->source.has_value())) {}

  const RouteConfig& config;
  const std::string origin;  // for log lines and calls
  const Chain& transformers;
  PublisherInstance& publisher;
  PublisherDoor& door;
  const XrefConfig* const xref;
  const Delivery delivery;
  RouteCounters counters;
  Standing standing;

  // At the same time. A publisher that takes one call at a time gets its records in order.
  std::uint32_t workers() const { return publisher.parallel() ? config.concurrency : 1; }

  RouteStats statistics() const;

  // A delivered record ("task 17") of which no cross-reference can be written.
  void miss_xref(Log& log, std::string_view what, std::string_view why) {
    constexpr std::uint64_t told_max = 20;
    const std::uint64_t number = ++counters.xref_missing;
    if (number > told_max) return;
    log.warn(origin, "{} is delivered, but no cross-reference is written: {}", what, why);
    if (number == told_max) log.warn(origin, "further ones are only counted");
  }
};

}  // namespace leat::host
