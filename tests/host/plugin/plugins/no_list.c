#include "leat/abi.h"

/* Names components it does not give. */
const leat_plugin leat_plugin_v1 = {
    sizeof(leat_plugin), 0, 0, 3, "acme.no_list", "1.4.0", "Acme", "cc", NULL, NULL, NULL, NULL};
