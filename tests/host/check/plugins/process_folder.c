/* Changes the working folder. */
#include <unistd.h>

#include "kit.h"
static leat_kind process(void* self, leat_ctx* ctx, leat_batch* batch) {
  if (chdir("/") != 0) return failed(ctx, LEAT_BROKEN, "no root");
  return sound_process(self, ctx, batch);
}
TRANSFORMER_PLUGIN(process);
