/* Its constructor never gives control back. */
#include <unistd.h>

#include "fixture.h"

__attribute__((constructor)) static void before_everything(void) {
  for (;;) pause();
}

static const leat_component first = TRANSFORMER("acme.hangs", ANY_OPTIONS);
static const leat_component* const list[] = {&first};
PLUGIN("acme.hangs", list);
