/* Refuses without a word. */
#include "kit.h"
static leat_kind webhook(void* self, leat_ctx* ctx, const leat_webhook* request, leat_batch* out) {
  (void)self;
  (void)ctx;
  (void)out;
  return request->body.len > 100 ? LEAT_INVALID : LEAT_OK;
}
WEBHOOK_PLUGIN(webhook);
