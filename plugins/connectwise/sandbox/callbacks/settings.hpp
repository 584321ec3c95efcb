// How callbacks are delivered.
#pragma once

#include <chrono>
#include <cstdint>

namespace leat::sandbox {

struct CallbackSettings {
  std::chrono::milliseconds wait{5000};          // for an answer
  std::chrono::milliseconds first_retry{2000};   // after the first refusal
  std::chrono::milliseconds second_retry{4000};  // after the second; then the event is lost
  std::chrono::milliseconds disable_after{3LL * 24 * 3600 *
                                          1000};  // of failures without a success between: the entry becomes inactive
  bool anywhere = false;                          // deliver also to hosts other than this machine
  // Faults; every Nth event, 0: none.
  std::uint64_t lose_every = 0;       // never sent
  std::uint64_t duplicate_every = 0;  // sent twice, with the same MessageId
  std::uint64_t reorder_every = 0;    // sent after the event that follows it
};

}  // namespace leat::sandbox
