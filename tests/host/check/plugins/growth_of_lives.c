/* Leaks 24 bytes with each instance. */
#include "kit.h"
static void* volatile lost;
static leat_kind create(const leat_host* given, leat_ctx* ctx, leat_str options, void** self) {
  lost = malloc(24);
  return sound_create(given, ctx, options, self);
}
TRANSFORMER_WITH(0, NO_OPTIONS, sound_process, create, sound_destroy);
PLUGIN(sound_init, NULL);
