/* Nothing is wrong with it. */
#include "kit.h"
SUBSCRIBER_PLUGIN(counter_open, counter_poll);
