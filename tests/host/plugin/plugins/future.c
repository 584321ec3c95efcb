#include "fixture.h"

/* Built with a later minor version: every struct is longer than this host knows, and the new members would hurt. */
typedef struct later_transformer {
  leat_transformer known;
  void* poison;
} later_transformer;
typedef struct later_component {
  leat_component known;
  void* poison;
} later_component;
typedef struct later_plugin {
  leat_plugin known;
  void* poison;
} later_plugin;

#define POISON ((void*)(uintptr_t)0xdeadbeef)

static const later_transformer table = {{sizeof(later_transformer), 0, process}, POISON};
static const later_component first = {{sizeof(later_component), LEAT_KIND_TRANSFORMER, 0, 0, "acme.future", "Future",
                                       "Changes nothing.", ANY_OPTIONS, &table, create, destroy},
                                      POISON};
static const leat_component* const list[] = {&first.known};

/* The header declares the symbol with the shorter type. */
extern LEAT_EXPORT const later_plugin later __asm__(LEAT_PLUGIN_SYMBOL);
const later_plugin later = {
    {sizeof(later_plugin), 9, 0, COUNT(list), "acme.future", "9.0.0", "Acme", "cc 20", list, NULL, NULL, NULL}, POISON};
