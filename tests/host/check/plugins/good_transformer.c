/* Nothing is wrong with it. */
#include "kit.h"
TRANSFORMER_PLUGIN(sound_process);
