/* Installs a signal handler. */
#include <signal.h>

#include "kit.h"
static void handle(int signal) { (void)signal; }
static leat_kind init(const leat_host* given, leat_ctx* ctx) {
  signal(SIGUSR1, handle);
  return sound_init(given, ctx);
}
TRANSFORMER_WITH(0, NO_OPTIONS, sound_process, sound_create, sound_destroy);
PLUGIN(init, NULL);
