/* Says nothing of the greeting that it changes: what was known before it is still said to hold. */
#include "kit.h"
static leat_kind process(void* self, leat_ctx* ctx, leat_batch* batch) {
  size_t i;
  (void)self;
  (void)ctx;
  for (i = 0; i < batches->count(batch); ++i) {
    leat_rec* record = batches->at(batch, i);
    if (record != NULL) records->set_str(records->put(records->root(record), text("id")), text("changed"));
  }
  return LEAT_OK;
}
static leat_kind constants(void* self, leat_ctx* ctx, leat_rec* known) {
  (void)self;
  (void)ctx;
  (void)known;
  return LEAT_OK;
}
static const leat_transformer table = {
    .struct_size = sizeof(leat_transformer), .process = process, .constants = constants};
COMPONENT(LEAT_KIND_TRANSFORMER, 0, NO_OPTIONS, &table, sound_create, sound_destroy);
PLUGIN(sound_init, NULL);
