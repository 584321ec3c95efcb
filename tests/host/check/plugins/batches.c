/* Takes the first record of a batch that has none. */
#include "kit.h"
static leat_kind process(void* self, leat_ctx* ctx, leat_batch* batch) {
  leat_str json;
  records->json(ctx, batches->at(batch, 0), &json);
  if (batches->count(batch) == 0) return failed(ctx, LEAT_BROKEN, "there is no first record");
  return sound_process(self, ctx, batch);
}
TRANSFORMER_PLUGIN(process);
