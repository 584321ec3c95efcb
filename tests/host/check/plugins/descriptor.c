/* Names itself anew when it is initialised. */
#include "kit.h"
static char summary[] = "Is checked.";
static const leat_transformer table = {sizeof(leat_transformer), 0, sound_process};
static const leat_component component = {
    sizeof(leat_component), LEAT_KIND_TRANSFORMER, 0, 0, "subject", "Subject", summary, NO_OPTIONS, &table,
    sound_create,           sound_destroy};
static const leat_component* const components[] = {&component};
static leat_kind init(const leat_host* given, leat_ctx* ctx) {
  summary[0] = 'W';
  return sound_init(given, ctx);
}
PLUGIN(init, NULL);
