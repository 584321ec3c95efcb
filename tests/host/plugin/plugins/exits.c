/* Its constructor never gives control back. */
#include <unistd.h>

#include "fixture.h"

__attribute__((constructor)) static void before_everything(void) { _exit(7); }

static const leat_component first = TRANSFORMER("acme.exits", ANY_OPTIONS);
static const leat_component* const list[] = {&first};
PLUGIN("acme.exits", list);
