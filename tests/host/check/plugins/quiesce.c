/* Returns from quiesce while requests are in flight. */
#include <unistd.h>

#include "client_kit.h"
static void* answer_slowly(void* given) {
  usleep(50000);
  return answer_later(given);
}
static leat_kind send(void* self, leat_ctx* ctx, const leat_http_request* what, leat_http_done done, void* user,
                      uint64_t* call) {
  request* one = new_request((client*)self, done, user, call);
  (void)what;
  if (one == NULL) return failed(ctx, LEAT_BUSY, "no memory");
  return run_thread(answer_slowly, one);
}
static void quiesce(void* self) { (void)self; }
static void keep(void* self) { (void)self; } /* threads still use it */
static const leat_http_client table = {sizeof(leat_http_client), 0, send, sound_cancel, quiesce};
COMPONENT(LEAT_KIND_CLIENT, LEAT_PARALLEL, NO_OPTIONS, &table, client_create, keep);
PLUGIN(sound_init, NULL);
