/* Sleeps between records instead of waiting. */
#include <unistd.h>

#include "kit.h"
static leat_kind process(void* self, leat_ctx* ctx, leat_batch* batch) {
  size_t i;
  if (ctxs->cancelled(ctx)) return failed(ctx, LEAT_CANCELLED, "asked to stop");
  for (i = 0; i < batches->count(batch); ++i) usleep(5000);
  return sound_process(self, ctx, batch);
}
TRANSFORMER_PLUGIN(process);
