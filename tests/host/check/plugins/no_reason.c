/* Refuses to start without a service, and does not say why. */
#include "kit.h"
static leat_kind init(const leat_host* given, leat_ctx* ctx) {
  if (given->service(given, LEAT_BUFFER_SERVICE) == NULL) return LEAT_UNSUPPORTED;
  return sound_init(given, ctx);
}
TRANSFORMER_WITH(0, NO_OPTIONS, sound_process, sound_create, sound_destroy);
PLUGIN(init, NULL);
