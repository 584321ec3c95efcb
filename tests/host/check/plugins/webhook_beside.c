/* Believes that nothing else happens while a request comes in. */
#include <stdatomic.h>
#include <unistd.h>

#include "kit.h"
static atomic_int inside;
static leat_kind webhook(void* self, leat_ctx* ctx, const leat_webhook* request, leat_batch* out) {
  (void)self;
  (void)ctx;
  (void)request;
  (void)out;
  if (atomic_fetch_add(&inside, 1) > 0) abort();
  usleep(2000);
  atomic_fetch_sub(&inside, 1);
  return LEAT_OK;
}
WEBHOOK_PLUGIN(webhook);
