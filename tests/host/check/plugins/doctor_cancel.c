/* Its doctor does not ask whether it is cancelled. */
#include <unistd.h>

#include "kit.h"
static leat_kind doctor(void* self, leat_ctx* ctx, leat_rec* known, leat_rec* out) {
  (void)self;
  (void)known;
  if (ctxs->cancelled(ctx)) sleep(5);
  return records->set_json(ctx, out, text("[]"));
}
static const leat_transformer table = {.struct_size = sizeof(leat_transformer), .process = sound_process};
COMPONENT_WITH_DOCTOR(LEAT_KIND_TRANSFORMER, NO_OPTIONS, &table, sound_create, doctor);
PLUGIN(sound_init, NULL);
