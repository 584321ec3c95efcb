/* Runs done for a request that it refused. */
#include "client_kit.h"
static leat_kind send(void* self, leat_ctx* ctx, const leat_http_request* what, leat_http_done done, void* user,
                      uint64_t* call) {
  if (what->method.len == 3) return sound_send(self, ctx, what, done, user, call);
  {
    const request one = {(client*)self, NULL, done, user, 1};
    answer(&one);
  }
  return failed(ctx, LEAT_UNSUPPORTED, "this client only reads");
}
CLIENT_PLUGIN(send, sound_cancel, sound_quiesce);
