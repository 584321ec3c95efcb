/* Rejects without saying why. */
#include "kit.h"
static leat_kind process(void* self, leat_ctx* ctx, leat_batch* batch) {
  size_t i;
  (void)self;
  (void)ctx;
  for (i = 0; i < batches->count(batch); ++i) batches->reject(batch, i, LEAT_INVALID, 0, text(""));
  return LEAT_OK;
}
TRANSFORMER_PLUGIN(process);
