/* Cannot read any more once a request has come in, and does not say why. */
#include <stdatomic.h>

#include "kit.h"
static atomic_int heard;
static leat_kind webhook(void* self, leat_ctx* ctx, const leat_webhook* request, leat_batch* out) {
  (void)self;
  (void)ctx;
  (void)request;
  (void)out;
  atomic_store(&heard, 1);
  return LEAT_OK;
}
static leat_kind poll(void* self, leat_ctx* ctx, uint32_t max, uint32_t wait_ms, leat_batch* out) {
  return atomic_load(&heard) ? LEAT_BROKEN : counter_poll(self, ctx, max, wait_ms, out);
}
static const leat_subscriber table = {
    .struct_size = sizeof(leat_subscriber), .open = counter_open, .poll = poll, .webhook = webhook};
COMPONENT(LEAT_KIND_SUBSCRIBER, 0, NO_OPTIONS, &table, counter_create, sound_destroy);
PLUGIN(sound_init, NULL);
