/* Logs its key. */
#include "kit.h"
static leat_kind create(const leat_host* given, leat_ctx* ctx, leat_str options, void** self) {
  const leat_secret_api* secrets = (const leat_secret_api*)given->service(given, LEAT_SECRET_SERVICE);
  char reference[128], line[256];
  leat_str key;
  leat_kind kind;
  if (secrets == NULL) return failed(ctx, LEAT_UNSUPPORTED, "the host has no secrets");
  kind = read_secret_reference(ctx, options, "key", reference, sizeof reference);
  if (kind == LEAT_OK) kind = secrets->resolve(given, ctx, text(reference), &key);
  if (kind != LEAT_OK) return kind;
  snprintf(line, sizeof line, "signing in as %.*s", (int)key.len, key.ptr);
  given->log(given, ctx, LEAT_DEBUG, text(line));
  return sound_create(given, ctx, options, self);
}
TRANSFORMER_WITH(0, SECRET_OPTION, sound_process, create, sound_destroy);
PLUGIN(sound_init, NULL);
