/* Says why in bytes that are not UTF-8. */
#include "kit.h"
static leat_kind process(void* self, leat_ctx* ctx, leat_batch* batch) {
  (void)self;
  (void)batch;
  return ctxs->fail(ctx, LEAT_INVALID, 0, text("caf\xe9"));
}
TRANSFORMER_PLUGIN(process);
