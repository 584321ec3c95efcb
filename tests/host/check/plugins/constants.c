/* Promises a greeting in another language than the one it gives. */
#include "kit.h"
static leat_kind constants(void* self, leat_ctx* ctx, leat_rec* known) {
  (void)self;
  return records->set_json(ctx, known, text("{\"greeting\":\"Bonjour\"}"));
}
CONSTANTS_PLUGIN(constants);
