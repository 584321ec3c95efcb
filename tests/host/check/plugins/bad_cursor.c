/* Believes that every cursor is short. */
#include "kit.h"
static leat_kind open(void* self, leat_ctx* ctx, leat_bytes cursor) {
  if (cursor.len > 100) abort(); /* what a copy into 100 bytes would do */
  return cursor.len > 15 || (cursor.len > 0 && cursor.ptr[0] > '9') ? failed(ctx, LEAT_INVALID, "the cursor is wrong")
                                                                    : counter_open(self, ctx, cursor);
}
SUBSCRIBER_PLUGIN(open, counter_poll);
