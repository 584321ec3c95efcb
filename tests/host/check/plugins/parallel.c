/* Says that its calls may run at the same time, which they may not. */
#include <unistd.h>

#include "kit.h"
static leat_kind process(void* self, leat_ctx* ctx, leat_batch* batch) {
  volatile char* inside = (volatile char*)self;
  leat_kind kind;
  if (*inside == 1) return failed(ctx, LEAT_BROKEN, "used twice at the same time");
  *inside = 1;
  usleep(2000);
  kind = sound_process(self, ctx, batch);
  *inside = 0;
  return kind;
}
static leat_kind create(const leat_host* given, leat_ctx* ctx, leat_str options, void** self) {
  const leat_kind kind = sound_create(given, ctx, options, self);
  if (kind == LEAT_OK) *(char*)*self = 0;
  return kind;
}
TRANSFORMER_WITH(LEAT_PARALLEL, NO_OPTIONS, process, create, sound_destroy);
PLUGIN(sound_init, NULL);
