/* Works on the thread that made it, and on no other. */
#include <pthread.h>

#include "kit.h"
static __thread int mine;
static leat_kind create(const leat_host* given, leat_ctx* ctx, leat_str options, void** self) {
  mine = 1;
  return sound_create(given, ctx, options, self);
}
static leat_kind process(void* self, leat_ctx* ctx, leat_batch* batch) {
  if (!mine) return failed(ctx, LEAT_BROKEN, "not my thread");
  return sound_process(self, ctx, batch);
}
TRANSFORMER_WITH(0, NO_OPTIONS, process, create, sound_destroy);
PLUGIN(sound_init, NULL);
