/* Never answers, and takes no notice of cancel. */
#include "client_kit.h"
static leat_kind send(void* self, leat_ctx* ctx, const leat_http_request* what, leat_http_done done, void* user,
                      uint64_t* call) {
  request* one = new_request((client*)self, done, user, call);
  (void)what;
  return one == NULL ? failed(ctx, LEAT_BUSY, "no memory") : LEAT_OK;
}
static void quiesce(void* self) {
  client* all = (client*)self;
  while (all->open != NULL) {
    request* one = all->open;
    all->open = one->next;
    answer(one);
    free(one);
  }
}
CLIENT_PLUGIN(send, sound_cancel, quiesce);
