/* Waits as long as it was told to, cancelled or not. */
#include <unistd.h>

#include "kit.h"
static leat_kind poll(void* self, leat_ctx* ctx, uint32_t max, uint32_t wait_ms, leat_batch* out) {
  usleep(wait_ms * 1000);
  return counter_poll(self, ctx, max, wait_ms, out);
}
SUBSCRIBER_PLUGIN(counter_open, poll);
