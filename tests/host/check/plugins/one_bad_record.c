/* Fails the whole batch because of one record. */
#include "kit.h"
static leat_kind process(void* self, leat_ctx* ctx, leat_batch* batch) {
  size_t i;
  leat_str name;
  (void)self;
  for (i = 0; i < batches->count(batch); ++i) {
    if (records->as_str(records->get(records->root(batches->at(batch, i)), text("name")), &name) != LEAT_OK) {
      return failed(ctx, LEAT_INVALID, "name is missing");
    }
  }
  return LEAT_OK;
}
TRANSFORMER_PLUGIN(process);
