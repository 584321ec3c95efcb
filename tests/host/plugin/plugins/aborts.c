/* Its constructor never gives control back. */
#include <stdlib.h>

#include "fixture.h"

__attribute__((constructor)) static void before_everything(void) { abort(); }

static const leat_component first = TRANSFORMER("acme.aborts", ANY_OPTIONS);
static const leat_component* const list[] = {&first};
PLUGIN("acme.aborts", list);
