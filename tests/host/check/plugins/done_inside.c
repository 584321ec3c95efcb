/* Runs done inside send. */
#include "client_kit.h"
static leat_kind send(void* self, leat_ctx* ctx, const leat_http_request* what, leat_http_done done, void* user,
                      uint64_t* call) {
  const request one = {(client*)self, NULL, done, user, 1};
  (void)ctx;
  (void)what;
  *call = 1;
  answer(&one);
  return LEAT_OK;
}
CLIENT_PLUGIN(send, sound_cancel, sound_quiesce);
