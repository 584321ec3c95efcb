/* Uses a service without asking whether it is there. */
#include "kit.h"
static leat_kind process(void* self, leat_ctx* ctx, leat_batch* batch) {
  const leat_metric_api* metrics = (const leat_metric_api*)host->service(host, LEAT_METRIC_SERVICE);
  metrics->add(host, ctx, text("batches"), 1);
  return sound_process(self, ctx, batch);
}
TRANSFORMER_PLUGIN(process);
