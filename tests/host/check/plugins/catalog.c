/* Its catalog gives a list where an object belongs. */
#include "kit.h"
static leat_kind search(leat_ctx* ctx, leat_str words, uint32_t limit, leat_rec* out) {
  (void)words;
  (void)limit;
  return records->set_json(ctx, out, text("[]"));
}
static const leat_catalog catalog = {sizeof(leat_catalog), 0, search};
static const void* extension(const char* id) { return strcmp(id, LEAT_CATALOG_EXTENSION) == 0 ? &catalog : NULL; }
TRANSFORMER_WITH(0, NO_OPTIONS, sound_process, sound_create, sound_destroy);
LEAT_EXPORT const leat_plugin leat_plugin_v1 = {
    sizeof(leat_plugin), 0, 0, 1, "acme.subject", "1.0.0", "Acme", "cc", components, sound_init, NULL, extension};
