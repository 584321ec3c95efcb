#include "fixture.h"

/* One id twice, and one that the good plugin has, beside one of its own. */
static const leat_component first = TRANSFORMER("acme.twice", ANY_OPTIONS);
static const leat_component second = TRANSFORMER("acme.twice", ANY_OPTIONS);
static const leat_component third = TRANSFORMER("acme.nothing", ANY_OPTIONS);
static const leat_component* const list[] = {&first, &second, &third};
PLUGIN("acme.duplicate", list);
