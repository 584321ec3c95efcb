#include "fixture.h"

static const leat_component first = TRANSFORMER("acme.newer", ANY_OPTIONS);
static const leat_component* const list[] = {&first};
const leat_plugin leat_plugin_v1 = {
    sizeof(leat_plugin), 9, 7, COUNT(list), "acme.newer", "1.4.0", "Acme", "cc", list, NULL, NULL, NULL};
