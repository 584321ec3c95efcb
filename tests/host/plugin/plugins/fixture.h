/* What the small plugins of these tests share: a component without state that does nothing. Only the public header. */
#ifndef LEAT_TEST_FIXTURE_H
#define LEAT_TEST_FIXTURE_H

#include "leat/abi.h"

#define COUNT(list) (uint32_t)(sizeof(list) / sizeof((list)[0]))
#define ANY_OPTIONS "{\"type\": \"object\"}"

static inline leat_kind create(const leat_host* host, leat_ctx* ctx, leat_str config, void** self) {
  (void)host;
  (void)ctx;
  (void)config;
  *self = NULL;
  return LEAT_OK;
}

static inline void destroy(void* self) { (void)self; }

static inline leat_kind process(void* self, leat_ctx* ctx, leat_batch* batch) {
  (void)self;
  (void)ctx;
  (void)batch;
  return LEAT_OK;
}

static const leat_transformer nothing = {sizeof(leat_transformer), 0, process, NULL};

#define TRANSFORMER(id, schema)                                                                                       \
  {                                                                                                                   \
    sizeof(leat_component), LEAT_KIND_TRANSFORMER, 0, 0, id, "Nothing", "Changes nothing.", schema, &nothing, create, \
        destroy, NULL                                                                                                 \
  }

#define PLUGIN(id, list)               \
  const leat_plugin leat_plugin_v1 = { \
      sizeof(leat_plugin), LEAT_ABI_MINOR, 0, COUNT(list), id, "1.4.0", "Acme", "cc", list, NULL, NULL, NULL}

#endif
