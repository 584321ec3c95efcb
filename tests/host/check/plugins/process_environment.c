/* Sets an environment variable. */
#include "kit.h"
static leat_kind create(const leat_host* given, leat_ctx* ctx, leat_str options, void** self) {
  setenv("ACME_READY", "1", 1);
  return sound_create(given, ctx, options, self);
}
TRANSFORMER_WITH(0, NO_OPTIONS, sound_process, create, sound_destroy);
PLUGIN(sound_init, NULL);
