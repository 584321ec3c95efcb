/* Does not look at the options it needs. */
#include "kit.h"
TRANSFORMER_WITH(0, NAME_OPTION, sound_process, sound_create, sound_destroy);
PLUGIN(sound_init, NULL);
