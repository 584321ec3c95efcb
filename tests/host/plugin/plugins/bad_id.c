#include "fixture.h"

static const leat_component first = TRANSFORMER("acme.id", ANY_OPTIONS);
static const leat_component* const list[] = {&first};
PLUGIN("acme tools", list);
