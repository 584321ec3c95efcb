/* Lets a thread run on after deinit. */
#include <pthread.h>
#include <unistd.h>

#include "kit.h"
static void* run(void* given) {
  while (1) pause();
  return given;
}
static leat_kind init(const leat_host* given, leat_ctx* ctx) {
  pthread_t thread;
  const leat_kind kind = sound_init(given, ctx);
  if (kind == LEAT_OK && pthread_create(&thread, NULL, run, NULL) == 0) pthread_detach(thread);
  return kind;
}
static void deinit(void) {}
TRANSFORMER_WITH(0, NO_OPTIONS, sound_process, sound_create, sound_destroy);
PLUGIN(init, deinit);
