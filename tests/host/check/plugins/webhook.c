/* Takes the second byte of each body for granted. */
#include "kit.h"
static leat_kind webhook(void* self, leat_ctx* ctx, const leat_webhook* request, leat_batch* out) {
  (void)self;
  (void)out;
  if (request->body.ptr[1] == '"') return LEAT_OK;
  return failed(ctx, LEAT_DENIED, "it is not signed");
}
WEBHOOK_PLUGIN(webhook);
