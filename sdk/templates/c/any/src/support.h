/* What every plugin in C needs: the host's tables, texts, options. */
#ifndef SUPPORT_H
#define SUPPORT_H

#include <leat/abi.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The host's tables; set by init, constant afterwards. */
static struct {
  const leat_host* host;
  const leat_ctx_api* ctx;
  const leat_record_api* record;
  const leat_batch_api* batch;
  const leat_transport_api* transport; /* NULL: not offered */
  const leat_secret_api* secret;       /* NULL: not offered */
} leat;

static inline leat_str text(const char* from) {
  leat_str made = {from, strlen(from)};
  return made;
}

/* Fails the call: `return fail(ctx, LEAT_INVALID, "%s: a string is expected", name)`. */
static inline leat_kind fail(leat_ctx* ctx, leat_kind kind, const char* format, ...) {
  char message[500];
  va_list list;
  va_start(list, format);
  vsnprintf(message, sizeof(message), format, list);
  va_end(list);
  return leat.ctx->fail(ctx, kind, 0, text(message));
}

static inline leat_kind init(const leat_host* host, leat_ctx* ctx) {
  leat.host = host;
  leat.ctx = host->service(host, LEAT_CTX_SERVICE);
  leat.record = host->service(host, LEAT_RECORD_SERVICE);
  leat.batch = host->service(host, LEAT_BATCH_SERVICE);
  leat.transport = host->service(host, LEAT_TRANSPORT_SERVICE);
  leat.secret = host->service(host, LEAT_SECRET_SERVICE);
  if (leat.ctx == NULL) return LEAT_UNSUPPORTED;
  if (leat.record == NULL || leat.batch == NULL) {
    return fail(ctx, LEAT_UNSUPPORTED,
                "the host does not offer leat.record/1 and leat.batch/1; this plugin needs them");
  }
  return LEAT_OK;
}

/* A copy that ends with NUL, to be freed; NULL: no memory. */
static inline char* copy_of(leat_str from) {
  char* made = malloc(from.len + 1);
  if (made == NULL) return NULL;
  if (from.len > 0) memcpy(made, from.ptr, from.len);
  made[from.len] = '\0';
  return made;
}

/* The options of create() as a record, to be released when OK. */
static inline leat_kind options_of(leat_ctx* ctx, leat_str config_json, leat_rec** out) {
  *out = leat.record->create();
  if (*out == NULL) return fail(ctx, LEAT_BUSY, "no memory");
  const leat_kind kind = leat.record->set_json(ctx, *out, config_json);
  if (kind != LEAT_OK) leat.record->release(*out);
  return kind;
}
static inline leat_node* option(leat_rec* options, const char* name) {
  return leat.record->get(leat.record->root(options), text(name));
}

#endif
