/* Nothing is wrong with it. */
#include "client_kit.h"
CLIENT_PLUGIN(sound_send, sound_cancel, sound_quiesce);
