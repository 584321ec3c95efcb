/* Copies a name of any length into 300 bytes. */
#include "kit.h"
static leat_kind process(void* self, leat_ctx* ctx, leat_batch* batch) {
  size_t i;
  for (i = 0; i < batches->count(batch); ++i) {
    char name[300];
    leat_str value;
    if (records->as_str(records->get(records->root(batches->at(batch, i)), text("name")), &value) != LEAT_OK) continue;
    if (value.len > 5000) continue; /* the largest that its author tried */
    if (value.len > sizeof name) abort();
    memcpy(name, value.ptr, value.len);
  }
  return sound_process(self, ctx, batch);
}
TRANSFORMER_PLUGIN(process);
