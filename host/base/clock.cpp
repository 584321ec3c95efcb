#include "host/base/clock.hpp"

namespace leat::host {

Millis SystemClock::now() const {
  return std::chrono::duration_cast<Millis>(std::chrono::system_clock::now().time_since_epoch());
}

}  // namespace leat::host
