/* What the small plugins of these tests share: the services, and a whole sound component of each kind. A plugin with
 * one fault includes this, writes the one function that is wrong and names it in place of the sound one. Not every
 * plugin uses everything. */
#ifndef LEAT_CHECK_KIT_H
#define LEAT_CHECK_KIT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "leat/abi.h"

#define UNUSED __attribute__((unused))
#define NO_OPTIONS "{\"type\": \"object\"}"
#define NAME_OPTION \
  "{\"type\": \"object\", \"properties\": {\"name\": {\"type\": \"string\"}}, \"required\": [\"name\"]}"
#define SECRET_OPTION                                                                                             \
  "{\"type\": \"object\", \"properties\": {\"key\": {\"type\": \"string\", \"writeOnly\": true}}, \"required\": " \
  "[\"key\"]}"

static UNUSED const leat_host* host;
static UNUSED const leat_ctx_api* ctxs;
static UNUSED const leat_record_api* records;
static UNUSED const leat_batch_api* batches;

static UNUSED leat_str text(const char* from) {
  const leat_str made = {from, strlen(from)};
  return made;
}

static UNUSED leat_kind failed(leat_ctx* ctx, leat_kind kind, const char* why) {
  return ctxs->fail(ctx, kind, 0, text(why));
}

static UNUSED leat_kind sound_init(const leat_host* given, leat_ctx* ctx) {
  host = given;
  ctxs = (const leat_ctx_api*)host->service(host, LEAT_CTX_SERVICE);
  records = (const leat_record_api*)host->service(host, LEAT_RECORD_SERVICE);
  batches = (const leat_batch_api*)host->service(host, LEAT_BATCH_SERVICE);
  if (ctxs == NULL) return LEAT_UNSUPPORTED;
  if (records == NULL || batches == NULL) return failed(ctx, LEAT_UNSUPPORTED, "the host has no records");
  return LEAT_OK;
}

static UNUSED leat_kind sound_create(const leat_host* given, leat_ctx* ctx, leat_str options, void** self) {
  (void)given;
  (void)ctx;
  (void)options;
  *self = malloc(1);
  return *self == NULL ? LEAT_BUSY : LEAT_OK;
}
static UNUSED void sound_destroy(void* self) { free(self); }

/* Copies the option with this name, a string, to `out`; of a secret, its reference. */
static UNUSED leat_kind read_member(leat_ctx* ctx, leat_str options, const char* name, int secret, char* out,
                                    size_t size) {
  leat_rec* parsed = records->create();
  leat_node* found;
  leat_str value;
  leat_kind kind;
  if (parsed == NULL) return failed(ctx, LEAT_BUSY, "no memory");
  kind = records->set_json(ctx, parsed, options);
  found = records->get(records->root(parsed), text(name));
  if (secret) found = records->get(found, text("$secret"));
  if (kind == LEAT_OK && records->as_str(found, &value) != LEAT_OK) {
    kind = failed(ctx, LEAT_INVALID, "an option is missing or no text");
  }
  if (kind == LEAT_OK) snprintf(out, size, "%.*s", (int)value.len, value.ptr);
  records->release(parsed);
  return kind;
}
static UNUSED leat_kind read_option(leat_ctx* ctx, leat_str options, const char* name, char* out, size_t size) {
  return read_member(ctx, options, name, 0, out, size);
}
static UNUSED leat_kind read_secret_reference(leat_ctx* ctx, leat_str options, const char* name, char* out,
                                              size_t size) {
  return read_member(ctx, options, name, 1, out, size);
}

/* Gives each record a greeting; a record without a name is rejected. */
static UNUSED leat_kind greet(leat_batch* batch, size_t index, leat_rec* record) {
  leat_str name;
  char line[256];
  leat_node* root = records->root(record);
  leat_node* greeting;
  if (records->as_str(records->get(root, text("name")), &name) != LEAT_OK) {
    return batches->reject(batch, index, LEAT_INVALID, 0, text("name is missing"));
  }
  snprintf(line, sizeof line, "Hello");
  greeting = records->put(root, text("greeting"));
  if (greeting == NULL || records->set_str(greeting, text(line)) != LEAT_OK) {
    return batches->reject(batch, index, LEAT_INVALID, 0, text("the greeting cannot be set"));
  }
  return LEAT_OK;
}

static UNUSED leat_kind sound_process(void* self, leat_ctx* ctx, leat_batch* batch) {
  size_t i;
  (void)self;
  for (i = 0; i < batches->count(batch); ++i) {
    leat_rec* record = batches->at(batch, i);
    if (ctxs->cancelled(ctx)) return failed(ctx, LEAT_CANCELLED, "asked to stop");
    if (record != NULL) greet(batch, i, record);
  }
  return LEAT_OK;
}

/* Counts to 30; the cursor is the last number that was given. */
typedef struct counter {
  long last;
} counter;

static UNUSED leat_kind counter_create(const leat_host* given, leat_ctx* ctx, leat_str options, void** self) {
  (void)given;
  (void)ctx;
  (void)options;
  *self = calloc(1, sizeof(counter));
  return *self == NULL ? LEAT_BUSY : LEAT_OK;
}

static UNUSED leat_kind counter_open(void* self, leat_ctx* ctx, leat_bytes cursor) {
  char digits[16] = "";
  if (cursor.len >= sizeof digits) return failed(ctx, LEAT_INVALID, "the cursor is too long");
  if (cursor.len > 0) memcpy(digits, cursor.ptr, cursor.len);
  if (strspn(digits, "0123456789") != cursor.len) return failed(ctx, LEAT_INVALID, "the cursor is no number");
  ((counter*)self)->last = atol(digits);
  return LEAT_OK;
}

static UNUSED leat_kind counter_append(leat_ctx* ctx, leat_batch* out, long number) {
  leat_rec* record = records->create();
  leat_kind kind;
  if (record == NULL) return failed(ctx, LEAT_BUSY, "no memory");
  kind = records->set_i64(records->root(record), number);
  if (kind == LEAT_OK) kind = batches->append(out, record);
  if (kind == LEAT_OK) return LEAT_OK;
  records->release(record);
  return failed(ctx, kind, "a number cannot be given");
}

static UNUSED leat_kind counter_poll(void* self, leat_ctx* ctx, uint32_t max, uint32_t wait_ms, leat_batch* out) {
  counter* state = (counter*)self;
  char cursor[32];
  leat_bytes bytes = {(const uint8_t*)cursor, 0};
  (void)wait_ms;
  while (max-- > 0 && state->last < 30) {
    const leat_kind kind = counter_append(ctx, out, ++state->last);
    if (kind != LEAT_OK) return kind;
  }
  bytes.len = (size_t)snprintf(cursor, sizeof cursor, "%ld", state->last);
  batches->set_cursor(out, bytes);
  if (state->last >= 30) batches->end(out);
  return LEAT_OK;
}

#define COMPONENT(kind, flags, schema, table, create, destroy)                                                  \
  static const leat_component component = {sizeof(leat_component), kind,   flags, 0,      "subject", "Subject", \
                                           "Is checked.",          schema, table, create, destroy};             \
  static const leat_component* const components[] = {&component}

#define COMPONENT_WITH_DOCTOR(kind_, schema, table, create_, doctor_)             \
  static const leat_component component = {.struct_size = sizeof(leat_component), \
                                           .kind = kind_,                         \
                                           .id = "subject",                       \
                                           .title = "Subject",                    \
                                           .summary = "Is checked.",              \
                                           .config_schema = schema,               \
                                           .vtable = table,                       \
                                           .create = create_,                     \
                                           .destroy = sound_destroy,              \
                                           .doctor = doctor_};                    \
  static const leat_component* const components[] = {&component}

#define PLUGIN(init, deinit)                       \
  LEAT_EXPORT const leat_plugin leat_plugin_v1 = { \
      sizeof(leat_plugin), 0, 0, 1, "acme.subject", "1.0.0", "Acme", "cc", components, init, deinit, NULL}

#define TRANSFORMER_WITH(flags, schema, process, create, destroy)               \
  static const leat_transformer table = {sizeof(leat_transformer), 0, process}; \
  COMPONENT(LEAT_KIND_TRANSFORMER, flags, schema, &table, create, destroy)

/* A plugin whose only fault is its process. */
#define TRANSFORMER_PLUGIN(process)                                      \
  TRANSFORMER_WITH(0, NO_OPTIONS, process, sound_create, sound_destroy); \
  PLUGIN(sound_init, NULL)

#define SUBSCRIBER_PLUGIN(open, poll)                                                        \
  static const leat_subscriber table = {sizeof(leat_subscriber), 0, open, poll, NULL, NULL}; \
  COMPONENT(LEAT_KIND_SUBSCRIBER, 0, NO_OPTIONS, &table, counter_create, sound_destroy);     \
  PLUGIN(sound_init, NULL)

/* A subscriber whose only fault is how it takes webhooks. */
#define WEBHOOK_PLUGIN(webhook_)                                                                                \
  static const leat_subscriber table = {                                                                        \
      .struct_size = sizeof(leat_subscriber), .open = counter_open, .poll = counter_poll, .webhook = webhook_}; \
  COMPONENT(LEAT_KIND_SUBSCRIBER, 0, NO_OPTIONS, &table, counter_create, sound_destroy);                        \
  PLUGIN(sound_init, NULL)

/* A transformer whose only fault is what it says of its records. */
#define CONSTANTS_PLUGIN(constants_)                                                               \
  static const leat_transformer table = {                                                          \
      .struct_size = sizeof(leat_transformer), .process = sound_process, .constants = constants_}; \
  COMPONENT(LEAT_KIND_TRANSFORMER, 0, NO_OPTIONS, &table, sound_create, sound_destroy);            \
  PLUGIN(sound_init, NULL)

#endif
