/* Exports a helper of its own. */
#include "kit.h"
LEAT_EXPORT int helper_of_the_plugin(void);
int helper_of_the_plugin(void) { return 7; }
TRANSFORMER_PLUGIN(sound_process);
