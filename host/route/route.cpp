#include "host/route/route.hpp"

namespace leat::host {

RouteStats Route::statistics() const {
  Standing::Value now = standing.get();
  RouteStats stats;
  stats.route = config.name;
  stats.incoming = config.incoming;
  stats.after = config.after;
  stats.state = now.state;
  stats.reason = std::move(now.reason);
  stats.received = counters.received;
  stats.stored = counters.stored;
  stats.deduplicated = counters.deduplicated;
  stats.skipped = counters.skipped;
  stats.finished = counters.finished;
  stats.failed = counters.failed;
  stats.uncertain = counters.uncertain;
  stats.retried = counters.retried;
  stats.bytes = counters.bytes;
  stats.xref_missing = counters.xref_missing;
  stats.pending = {counters.pending_tasks, counters.pending_bytes};
  return stats;
}

}  // namespace leat::host
