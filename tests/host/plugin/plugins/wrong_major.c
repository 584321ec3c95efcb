#include "leat/abi.h"

/* Speaks only the next major version. */
extern LEAT_EXPORT const uint32_t leat_plugin_v2[4];
const uint32_t leat_plugin_v2[4] = {16, 0, 0, 0};
