// HTTP for client components: the service "leat.transport/1" of leat/abi.h, over cpprestsdk.
// One transport is one set of options: a pool of kept connections, a call budget, a request log.
#pragma once

#include <cstddef>

#include "leat/abi.h"

namespace leat::host {

// Starts the threads of cpprestsdk; main calls it before anything else uses that library, which would otherwise
// start 40. Further calls do nothing. The library joins its threads when the process ends.
void start_http_threads(std::size_t count = 4);

// Each transport has threads of its own for timers (1) and done callbacks (2): a callback that is slow delays only the
// callbacks of its own transport. quiesce and close must not be called from a done callback: they wait for it.
const leat_transport_api& transport_api();

}  // namespace leat::host
