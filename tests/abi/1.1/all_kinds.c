/* A plugin as an author of ABI 1.0 would write it in C99: one component of each kind, every service it has a use for.
 * Built from the frozen header beside it, it must run on every later host. */
#include <leat/abi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct {
  const leat_host* host;
  const leat_ctx_api* ctx;
  const leat_record_api* record;
  const leat_batch_api* batch;
  const leat_client_api* client;
  const leat_transport_api* transport;
  const leat_secret_api* secret;
  const leat_metric_api* metric;
  const leat_kv_api* kv;
} leat;

static leat_str text(const char* from) {
  leat_str made = {from, strlen(from)};
  return made;
}
static leat_bytes raw(leat_str from) {
  leat_bytes made = {(const uint8_t*)from.ptr, from.len};
  return made;
}
/* A C string of its own, NULL without memory. */
static char* copied(leat_str from) {
  char* made = malloc(from.len + 1);
  if (made == NULL) return NULL;
  memcpy(made, from.ptr, from.len);
  made[from.len] = 0;
  return made;
}

static leat_kind init(const leat_host* host, leat_ctx* ctx) {
  leat.host = host;
  leat.ctx = host->service(host, LEAT_CTX_SERVICE);
  leat.record = host->service(host, LEAT_RECORD_SERVICE);
  leat.batch = host->service(host, LEAT_BATCH_SERVICE);
  leat.client = host->service(host, LEAT_CLIENT_SERVICE);
  leat.transport = host->service(host, LEAT_TRANSPORT_SERVICE);
  leat.secret = host->service(host, LEAT_SECRET_SERVICE);
  leat.metric = host->service(host, LEAT_METRIC_SERVICE);
  leat.kv = host->service(host, LEAT_KV_SERVICE);
  if (leat.ctx == NULL) return LEAT_UNSUPPORTED;
  if (leat.record == NULL || leat.batch == NULL || leat.client == NULL || leat.transport == NULL ||
      leat.secret == NULL || leat.metric == NULL || leat.kv == NULL) {
    return leat.ctx->fail(ctx, LEAT_UNSUPPORTED, 0, text("a service of ABI 1.0 is missing"));
  }
  return LEAT_OK;
}

/* An option's node; the record is released by the caller. NULL with a text in ctx when something is wrong. */
static leat_rec* options(leat_ctx* ctx, leat_str config_json) {
  leat_rec* config = leat.record->create();
  if (config == NULL) {
    leat.ctx->fail(ctx, LEAT_BROKEN, 0, text("no memory"));
  } else if (leat.record->set_json(ctx, config, config_json) != LEAT_OK) {
    leat.record->release(config);
    config = NULL;
  }
  return config;
}
static leat_node* option(leat_rec* config, const char* name) {
  return leat.record->get(leat.record->root(config), text(name));
}

static void destroy(void* self) { free(self); }

/* ---- subscriber: {"n": 0}, {"n": 1}, ... up to `count`; the cursor is the next number */

struct counter {
  int64_t count;
  int64_t next;
};

static leat_kind counter_create(const leat_host* host, leat_ctx* ctx, leat_str config_json, void** self) {
  (void)host;
  leat_rec* config = options(ctx, config_json);
  if (config == NULL) return leat.ctx->failure(ctx, NULL, NULL);
  struct counter* made = calloc(1, sizeof *made);
  if (made != NULL) leat.record->as_i64(option(config, "count"), &made->count);
  leat.record->release(config);
  *self = made;
  return made != NULL ? LEAT_OK : leat.ctx->fail(ctx, LEAT_BROKEN, 0, text("no memory"));
}

static leat_kind counter_open(void* self, leat_ctx* ctx, leat_bytes cursor) {
  char digits[24] = "0";
  if (cursor.len >= sizeof digits) return leat.ctx->fail(ctx, LEAT_BROKEN, 0, text("that is no cursor of mine"));
  if (cursor.len > 0) memcpy(digits, cursor.ptr, cursor.len);
  ((struct counter*)self)->next = strtoll(digits, NULL, 10);
  return LEAT_OK;
}

static leat_kind counter_poll(void* self, leat_ctx* ctx, uint32_t max, uint32_t wait_ms, leat_batch* out) {
  struct counter* counter = self;
  (void)wait_ms;
  for (uint32_t i = 0; i < max && counter->next < counter->count; ++i) {
    if (leat.ctx->cancelled(ctx)) return leat.ctx->fail(ctx, LEAT_CANCELLED, 0, text("asked to stop"));
    leat_rec* record = leat.record->create();
    if (record == NULL) return leat.ctx->fail(ctx, LEAT_BROKEN, 0, text("no memory"));
    leat.record->set_object(leat.record->root(record));
    leat.record->set_i64(leat.record->put(leat.record->root(record), text("n")), counter->next++);
    leat.record->set_attr(record, text("test.place"), leat.ctx->place(ctx));
    if (leat.batch->append(out, record) != LEAT_OK) {
      leat.record->release(record);
      return leat.ctx->fail(ctx, LEAT_BROKEN, 0, text("no memory"));
    }
  }
  char cursor[24];
  snprintf(cursor, sizeof cursor, "%lld", (long long)counter->next);
  leat.batch->set_cursor(out, raw(text(cursor)));
  if (counter->next >= counter->count) leat.batch->end(out);
  leat.metric->add(leat.host, ctx, text("pages"), 1);
  return LEAT_OK;
}

static const leat_subscriber counter_table = {
    .struct_size = sizeof(leat_subscriber), .open = counter_open, .poll = counter_poll};

/* ---- transformer: drops every third, rejects every fifth, numbers the others in its state, splits nothing */

static leat_kind marker_create(const leat_host* host, leat_ctx* ctx, leat_str config_json, void** self) {
  (void)host, (void)ctx, (void)config_json;
  *self = NULL;
  return LEAT_OK;
}

static leat_kind marker_process(void* self, leat_ctx* ctx, leat_batch* batch) {
  (void)self;
  leat_bytes kept = {NULL, 0};
  char digits[24] = "0";
  if (leat.kv->get(ctx, text("seen"), &kept) == LEAT_OK && kept.len < sizeof digits) memcpy(digits, kept.ptr, kept.len);
  long long seen = strtoll(digits, NULL, 10);
  for (size_t i = 0, count = leat.batch->count(batch); i < count; ++i) {
    leat_rec* record = leat.batch->at(batch, i);
    if (record == NULL) continue;
    leat_node* root = leat.record->root(record);
    int64_t n = 0;
    if (leat.record->as_i64(leat.record->get(root, text("n")), &n) != LEAT_OK) n = 0;
    if (n % 3 == 2) {
      leat.batch->drop(batch, i);
    } else if (n % 5 == 4) {
      leat.batch->reject(batch, i, LEAT_INVALID, 0, text("every fifth is refused"));
    } else {
      leat_str place = {NULL, 0};
      leat.record->attr(record, text("test.place"), &place);
      leat.record->set_str(leat.record->put(root, text("from")), place);
      leat.record->set_i64(leat.record->put(root, text("seen")), ++seen);
    }
  }
  snprintf(digits, sizeof digits, "%lld", seen);
  return leat.kv->set(ctx, text("seen"), raw(text(digits)));
}

static const leat_transformer marker_table = {.struct_size = sizeof(leat_transformer), .process = marker_process};

/* ---- publisher: POST of each record through a named client */

struct poster {
  leat_client* client;
};

static leat_kind poster_create(const leat_host* host, leat_ctx* ctx, leat_str config_json, void** self) {
  leat_rec* config = options(ctx, config_json);
  if (config == NULL) return leat.ctx->failure(ctx, NULL, NULL);
  struct poster* made = calloc(1, sizeof *made);
  leat_str name = {NULL, 0};
  leat.record->as_str(option(config, "client"), &name);
  leat_kind kind = made == NULL ? leat.ctx->fail(ctx, LEAT_BROKEN, 0, text("no memory"))
                                : leat.client->open(host, ctx, name, &made->client);
  leat.record->release(config);
  if (kind != LEAT_OK) free(made);
  if (kind == LEAT_OK) *self = made;
  return kind;
}

static void poster_destroy(void* self) {
  leat.client->close(((struct poster*)self)->client);
  free(self);
}

struct delivery {
  leat_batch* batch;
  size_t index;
  int32_t done;
};

static void posted(void* user, const leat_outcome* outcome, const leat_http_response* response) {
  struct delivery* delivery = user;
  delivery->done = 1;
  if (outcome->kind == LEAT_OK) {
    leat_str answer = {(const char*)response->body.ptr, response->body.len};
    leat.batch->deliver(delivery->batch, delivery->index, answer);
  } else {
    leat.batch->reject(delivery->batch, delivery->index, outcome->kind, outcome->retry_after_ms, outcome->message);
  }
}

static leat_kind poster_publish(void* self, leat_ctx* ctx, leat_batch* batch) {
  for (size_t i = 0, count = leat.batch->count(batch); i < count; ++i) {
    leat_rec* record = leat.batch->at(batch, i);
    leat_str body;
    if (record == NULL) continue;
    if (leat.ctx->cancelled(ctx)) return leat.ctx->fail(ctx, LEAT_CANCELLED, 0, text("asked to stop"));
    leat_kind kind = leat.record->json(ctx, record, &body);
    if (kind != LEAT_OK) return kind;
    struct delivery delivery = {batch, i, 0};
    leat_header type = {text("Content-Type"), text("application/json")};
    leat_http_request request = {.struct_size = sizeof request,
                                 .method = text("POST"),
                                 .url = text("/things"),
                                 .headers = &type,
                                 .header_count = 1,
                                 .body = raw(body)};
    kind = leat.client->call(((struct poster*)self)->client, ctx, &request, posted, &delivery);
    if (delivery.done == 0) { /* the send was refused */
      leat_str why = {NULL, 0};
      uint64_t retry_after_ms = 0;
      leat.ctx->failure(ctx, &retry_after_ms, &why);
      leat.batch->reject(batch, i, kind, retry_after_ms, why);
    }
  }
  return LEAT_OK;
}

static uint32_t poster_batch_max(void* self) {
  (void)self;
  return 10;
}

static const leat_publisher poster_table = {
    .struct_size = sizeof(leat_publisher), .publish = poster_publish, .batch_max = poster_batch_max};

/* ---- client: base_uri and a token before each request */

struct bearer {
  leat_transport* transport;
  char* base_uri;
  leat_str token;
};

static void bearer_destroy(void* self) {
  struct bearer* bearer = self;
  leat.transport->close(bearer->transport);
  free(bearer->base_uri);
  free(bearer);
}

static leat_kind bearer_create(const leat_host* host, leat_ctx* ctx, leat_str config_json, void** self) {
  leat_rec* config = options(ctx, config_json);
  if (config == NULL) return leat.ctx->failure(ctx, NULL, NULL);
  struct bearer* made = calloc(1, sizeof *made);
  leat_str base = {NULL, 0}, secret = {NULL, 0};
  leat.record->as_str(option(config, "base_uri"), &base);
  leat.record->as_str(leat.record->get(option(config, "token"), text("$secret")), &secret);
  leat_kind kind = leat.ctx->fail(ctx, LEAT_BROKEN, 0, text("no memory"));
  if (base.len == 0) {
    kind = leat.ctx->fail(ctx, LEAT_INVALID, 0, text("base_uri is missing"));
  } else if (made != NULL && (made->base_uri = copied(base)) != NULL) {
    kind = leat.secret->resolve(host, ctx, secret, &made->token);
    if (kind == LEAT_OK) kind = leat.transport->open(host, ctx, text("{\"retries\": 0}"), &made->transport);
  }
  leat.record->release(config);
  if (kind != LEAT_OK && made != NULL) {
    free(made->base_uri);
    free(made);
  }
  if (kind == LEAT_OK) *self = made;
  return kind;
}

struct sending {
  leat_http_done done;
  void* user;
};

static leat_kind meaning(int32_t status) {
  switch (status) {
    case 401:
    case 403: return LEAT_DENIED;
    case 404: return LEAT_NOT_FOUND;
    case 429: return LEAT_BUSY;
    default: return status < 400 ? LEAT_OK : status < 500 ? LEAT_INVALID : LEAT_UNCERTAIN;
  }
}

static void answered(void* user, const leat_outcome* outcome, const leat_http_response* response) {
  struct sending sending = *(struct sending*)user;
  free(user);
  const leat_kind means = response == NULL ? LEAT_OK : meaning(response->http_status);
  if (outcome->kind == LEAT_OK && means != LEAT_OK) {
    leat_outcome refused = {.struct_size = sizeof refused, .kind = means, .message = text("the far side refused it")};
    sending.done(sending.user, &refused, response);
  } else {
    sending.done(sending.user, outcome, response);
  }
}

static leat_kind bearer_send(void* self, leat_ctx* ctx, const leat_http_request* request, leat_http_done done,
                             void* user, uint64_t* call) {
  struct bearer* bearer = self;
  char url[1024], token[256];
  leat_header headers[8];
  struct sending* sending = malloc(sizeof *sending);
  if (sending == NULL || request->header_count > 7) {
    free(sending);
    return leat.ctx->fail(ctx, LEAT_INVALID, 0, text("too many headers"));
  }
  sending->done = done;
  sending->user = user;
  snprintf(url, sizeof url, "%s%.*s", bearer->base_uri, (int)request->url.len, request->url.ptr);
  snprintf(token, sizeof token, "Bearer %.*s", (int)bearer->token.len, bearer->token.ptr);
  for (size_t i = 0; i < request->header_count; ++i) headers[i] = request->headers[i];
  headers[request->header_count].name = text("Authorization");
  headers[request->header_count].value = text(token);
  leat_http_request full = *request;
  full.struct_size = sizeof full;
  full.url = text(url);
  full.headers = headers;
  full.header_count = request->header_count + 1;
  leat_kind kind = leat.transport->send(bearer->transport, ctx, &full, answered, sending, call);
  if (kind != LEAT_OK) free(sending);
  return kind;
}

static void bearer_cancel(void* self, uint64_t call) {
  leat.transport->cancel(((struct bearer*)self)->transport, call);
}
static void bearer_quiesce(void* self) { leat.transport->quiesce(((struct bearer*)self)->transport); }

static const leat_http_client bearer_table = {
    .struct_size = sizeof(leat_http_client), .send = bearer_send, .cancel = bearer_cancel, .quiesce = bearer_quiesce};

/* ---- what is exported */

static const leat_component counter = {.struct_size = sizeof(leat_component),
                                       .kind = LEAT_KIND_SUBSCRIBER,
                                       .id = "v1-counter",
                                       .title = "Counter",
                                       .summary = "Counts.",
                                       .vtable = &counter_table,
                                       .create = counter_create,
                                       .destroy = destroy,
                                       .config_schema =
                                           "{\"type\": \"object\", \"additionalProperties\": false, \"properties\": {"
                                           "\"count\": {\"type\": \"integer\", \"minimum\": 0, \"default\": 10}}}"};
static const leat_component marker = {.struct_size = sizeof(leat_component),
                                      .kind = LEAT_KIND_TRANSFORMER,
                                      .id = "v1-marker",
                                      .title = "Marker",
                                      .summary = "Marks.",
                                      .vtable = &marker_table,
                                      .create = marker_create,
                                      .destroy = destroy,
                                      .config_schema = "{\"type\": \"object\", \"additionalProperties\": false}"};
static const leat_component poster = {
    .struct_size = sizeof(leat_component),
    .kind = LEAT_KIND_PUBLISHER,
    .id = "v1-poster",
    .title = "Poster",
    .summary = "Posts.",
    .vtable = &poster_table,
    .create = poster_create,
    .destroy = poster_destroy,
    .config_schema =
        "{\"type\": \"object\", \"additionalProperties\": false, \"required\": [\"client\"], \"properties\": {"
        "\"client\": {\"type\": \"string\", \"x-leat\": \"client\"}}}"};
static const leat_component bearer = {
    .struct_size = sizeof(leat_component),
    .kind = LEAT_KIND_CLIENT,
    .flags = LEAT_PARALLEL,
    .id = "v1-bearer",
    .title = "Bearer",
    .summary = "Sends a token.",
    .vtable = &bearer_table,
    .create = bearer_create,
    .destroy = bearer_destroy,
    .config_schema =
        "{\"type\": \"object\", \"additionalProperties\": false, \"required\": [\"base_uri\", \"token\"], "
        "\"properties\": {\"base_uri\": {\"type\": \"string\"}, "
        "\"token\": {\"type\": \"string\", \"writeOnly\": true}}}"};

static const leat_component* const components[] = {&counter, &marker, &poster, &bearer};

const leat_plugin leat_plugin_v1 = {.struct_size = sizeof(leat_plugin),
                                    .abi_minor = LEAT_ABI_MINOR,
                                    .need_minor = 0,
                                    .component_count = 4,
                                    .id = "test.v1-all-kinds",
                                    .version = "1.0.0",
                                    .vendor = "Leat",
                                    .built_with = "C99",
                                    .components = components,
                                    .init = init};
