/* Changes its mind about repeating. */
#include "kit.h"
static int32_t asked;
static int32_t replay_safe(void* self) {
  (void)self;
  return ++asked % 2;
}
static const leat_publisher table = {sizeof(leat_publisher), 0, NULL, sound_process, NULL, replay_safe, NULL};
COMPONENT(LEAT_KIND_PUBLISHER, 0, NO_OPTIONS, &table, sound_create, sound_destroy);
PLUGIN(sound_init, NULL);
