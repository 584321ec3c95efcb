/* Leaves a file open in each call. */
#include <fcntl.h>

#include "kit.h"
static leat_kind process(void* self, leat_ctx* ctx, leat_batch* batch) {
  if (open("/dev/null", O_RDONLY | O_CLOEXEC) < 0) return failed(ctx, LEAT_BROKEN, "no further file");
  return sound_process(self, ctx, batch);
}
TRANSFORMER_PLUGIN(process);
