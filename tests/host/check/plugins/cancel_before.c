/* Works on for ever, whatever it is asked, when a batch is large. */
#include <unistd.h>

#include "kit.h"
static leat_kind process(void* self, leat_ctx* ctx, leat_batch* batch) {
  while (batches->count(batch) >= 1000 && ctxs->cancelled(ctx) >= 0) usleep(1000);
  return sound_process(self, ctx, batch);
}
TRANSFORMER_PLUGIN(process);
