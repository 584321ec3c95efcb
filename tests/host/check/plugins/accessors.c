/* Believes that put never refuses. */
#include "kit.h"
static leat_kind process(void* self, leat_ctx* ctx, leat_batch* batch) {
  size_t i;
  (void)self;
  (void)ctx;
  for (i = 0; i < batches->count(batch); ++i) {
    leat_str clone_text;
    leat_rec* copy = records->clone(batches->at(batch, i));
    if (((volatile char*)copy)[0] == 'x') return LEAT_OK;
    records->json(ctx, copy, &clone_text);
    records->release(copy);
  }
  return LEAT_OK;
}
TRANSFORMER_PLUGIN(process);
