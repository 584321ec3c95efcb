/* Uses a library of the host without naming it. */
#include "kit.h"
extern const char* sqlite3_libversion(void);
static leat_kind process(void* self, leat_ctx* ctx, leat_batch* batch) {
  return sqlite3_libversion() == NULL ? LEAT_BROKEN : sound_process(self, ctx, batch);
}
TRANSFORMER_PLUGIN(process);
