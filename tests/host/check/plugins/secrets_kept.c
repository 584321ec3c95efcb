/* Keeps its key in the store. */
#include "kit.h"
static leat_kind create(const leat_host* given, leat_ctx* ctx, leat_str options, void** self) {
  const leat_secret_api* secrets = (const leat_secret_api*)given->service(given, LEAT_SECRET_SERVICE);
  const leat_kv_api* kept = (const leat_kv_api*)given->service(given, LEAT_KV_SERVICE);
  char reference[128];
  leat_str key;
  leat_bytes value;
  leat_kind kind;
  if (secrets == NULL || kept == NULL)
    return failed(ctx, LEAT_UNSUPPORTED, "the host has no secrets, or keeps nothing");
  kind = read_secret_reference(ctx, options, "key", reference, sizeof reference);
  if (kind == LEAT_OK) kind = secrets->resolve(given, ctx, text(reference), &key);
  if (kind != LEAT_OK) return kind;
  value.ptr = (const uint8_t*)key.ptr;
  value.len = key.len;
  kind = kept->set(ctx, text("key"), value);
  return kind == LEAT_OK ? sound_create(given, ctx, options, self) : kind;
}
TRANSFORMER_WITH(0, SECRET_OPTION, sound_process, create, sound_destroy);
PLUGIN(sound_init, NULL);
