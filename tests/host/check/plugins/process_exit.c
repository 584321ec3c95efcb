/* Ends the process when it is told something that it does not understand. */
#include "kit.h"
static leat_kind process(void* self, leat_ctx* ctx, leat_batch* batch) {
  size_t i;
  for (i = 0; i < batches->count(batch); ++i) {
    leat_rec* record = batches->at(batch, i);
    if (record != NULL && records->type(records->root(record)) != LEAT_OBJECT) exit(3);
  }
  return sound_process(self, ctx, batch);
}
TRANSFORMER_PLUGIN(process);
