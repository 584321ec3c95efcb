#include "leat/abi.h"

const leat_plugin leat_plugin_v1 = {
    sizeof(leat_plugin), 0, 0, 0, "acme.empty", "1.4.0", "Acme", "cc", NULL, NULL, NULL, NULL};
