/* Believes that every URL begins with a slash. */
#include "client_kit.h"
static leat_kind send(void* self, leat_ctx* ctx, const leat_http_request* what, leat_http_done done, void* user,
                      uint64_t* call) {
  if (what->url.len == 0 || what->url.ptr[0] != '/') abort();
  return sound_send(self, ctx, what, done, user, call);
}
CLIENT_PLUGIN(send, sound_cancel, sound_quiesce);
