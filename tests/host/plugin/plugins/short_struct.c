#include "leat/abi.h"

const leat_plugin leat_plugin_v1 = {16, 0, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL};
