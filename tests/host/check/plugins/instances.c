/* All instances share one state. */
#include <unistd.h>

#include "kit.h"
static volatile int inside;
static leat_kind process(void* self, leat_ctx* ctx, leat_batch* batch) {
  leat_kind kind;
  if (inside) return failed(ctx, LEAT_BROKEN, "used twice at the same time");
  inside = 1;
  usleep(2000);
  kind = sound_process(self, ctx, batch);
  inside = 0;
  return kind;
}
TRANSFORMER_PLUGIN(process);
