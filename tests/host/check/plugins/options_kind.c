/* Says of a wrong option that it may be right later. */
#include "kit.h"
static leat_kind create(const leat_host* given, leat_ctx* ctx, leat_str options, void** self) {
  char name[64];
  if (read_option(ctx, options, "name", name, sizeof name) != LEAT_OK)
    return failed(ctx, LEAT_BUSY, "the name is no text");
  return sound_create(given, ctx, options, self);
}
TRANSFORMER_WITH(0, NAME_OPTION, sound_process, create, sound_destroy);
PLUGIN(sound_init, NULL);
