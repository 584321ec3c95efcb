/* Accepts tables of the size it knows only. */
#include "kit.h"
static leat_kind init(const leat_host* given, leat_ctx* ctx) {
  const leat_kind kind = sound_init(given, ctx);
  if (kind != LEAT_OK) return kind;
  if (records->struct_size != sizeof(leat_record_api))
    return failed(ctx, LEAT_UNSUPPORTED, "a host of another version");
  return LEAT_OK;
}
TRANSFORMER_WITH(0, NO_OPTIONS, sound_process, sound_create, sound_destroy);
PLUGIN(init, NULL);
