/* Reads a member behind the end of ABI 1.0 without LEAT_HAS. */
#include "kit.h"
typedef struct later_ctx_api {
  leat_ctx_api first;
  leat_kind (*later)(leat_ctx* ctx);
} later_ctx_api;
static leat_kind process(void* self, leat_ctx* ctx, leat_batch* batch) {
  const volatile later_ctx_api* longer = (const volatile later_ctx_api*)ctxs;
  if (longer->later == NULL) return failed(ctx, LEAT_UNSUPPORTED, "the host is too old");
  return sound_process(self, ctx, batch);
}
TRANSFORMER_PLUGIN(process);
