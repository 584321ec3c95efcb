/* Sets the locale. */
#include <locale.h>

#include "kit.h"
static leat_kind init(const leat_host* given, leat_ctx* ctx) {
  setlocale(LC_ALL, "C.UTF-8");
  return sound_init(given, ctx);
}
TRANSFORMER_WITH(0, NO_OPTIONS, sound_process, sound_create, sound_destroy);
PLUGIN(init, NULL);
