/* Sets the cursor before the last record of a batch. */
#include "kit.h"
static leat_kind poll(void* self, leat_ctx* ctx, uint32_t max, uint32_t wait_ms, leat_batch* out) {
  const leat_kind kind = counter_poll(self, ctx, max, wait_ms, out);
  char cursor[32];
  leat_bytes bytes = {(const uint8_t*)cursor, 0};
  bytes.len = (size_t)snprintf(cursor, sizeof cursor, "%ld", ((counter*)self)->last - 1);
  batches->set_cursor(out, bytes);
  return kind;
}
SUBSCRIBER_PLUGIN(counter_open, poll);
