#include "fixture.h"

static const leat_component first = TRANSFORMER("acme.vendor", ANY_OPTIONS);
static const leat_component* const list[] = {&first};
const leat_plugin leat_plugin_v1 = {sizeof(leat_plugin), LEAT_ABI_MINOR, 0,    COUNT(list), "acme.vendor", "1.4.0",
                                    "Caf\xe9",           "cc",           list, NULL,        NULL,          NULL};
