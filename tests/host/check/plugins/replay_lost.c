/* Goes on one record too far. */
#include "kit.h"
static leat_kind open_behind(void* self, leat_ctx* ctx, leat_bytes cursor) {
  const leat_kind kind = counter_open(self, ctx, cursor);
  if (((counter*)self)->last > 10) ++((counter*)self)->last;
  return kind;
}
SUBSCRIBER_PLUGIN(open_behind, counter_poll);
