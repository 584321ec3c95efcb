#include <stddef.h>

#include "fixture.h"

static leat_kind init(const leat_host* host, leat_ctx* ctx) {
  static const char why[] = "needs the service acme.clock/1";
  const leat_ctx_api* api = (const leat_ctx_api*)host->service(host, LEAT_CTX_SERVICE);
  const leat_str text = {why, sizeof why - 1};
  return api->fail(ctx, LEAT_UNSUPPORTED, 0, text);
}

static const leat_component first = TRANSFORMER("acme.init_refuses", ANY_OPTIONS);
static const leat_component* const list[] = {&first};
const leat_plugin leat_plugin_v1 = {
    sizeof(leat_plugin), 0, 0, COUNT(list), "acme.init_refuses", "1.4.0", "Acme", "cc", list, init, NULL, NULL};
