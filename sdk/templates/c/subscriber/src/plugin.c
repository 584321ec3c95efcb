/* A subscriber that counts: {"number": 1}, {"number": 2}, ... Its cursor is the last number given. */
#include <inttypes.h>

#include "support.h"

typedef struct counter {
  int64_t to;
  int64_t next;
} counter;

static const char schema[] =
    "{\"type\": \"object\", \"additionalProperties\": false, \"properties\": {"
    "\"to\": {\"type\": \"integer\", \"minimum\": 0, \"description\": \"The last number.\", \"default\": 10}}}";

/* The number to go on with, or 0 when the cursor is none of ours. It is empty the first time. */
static int64_t next_after(leat_bytes cursor) {
  int64_t last = 0;
  if (cursor.len > 18) return 0; /* keeps clear of INT64_MAX */
  for (size_t i = 0; i < cursor.len; ++i) {
    if (cursor.ptr[i] < '0' || cursor.ptr[i] > '9') return 0;
    last = last * 10 + (cursor.ptr[i] - '0');
  }
  return last + 1;
}

static leat_kind create(const leat_host* host, leat_ctx* ctx, leat_str config_json, void** self) {
  (void)host;
  leat_rec* options;
  const leat_kind kind = options_of(ctx, config_json, &options);
  if (kind != LEAT_OK) return kind;
  int64_t to = 10;
  leat.record->as_i64(option(options, "to"), &to);
  leat.record->release(options);
  counter* made = malloc(sizeof(*made));
  if (made == NULL) return fail(ctx, LEAT_BUSY, "no memory");
  made->to = to;
  made->next = 1;
  *self = made;
  return LEAT_OK;
}

static void destroy(void* self) { free(self); }

static leat_kind open_counter(void* self, leat_ctx* ctx, leat_bytes cursor) {
  counter* me = self;
  me->next = next_after(cursor);
  if (me->next > 0) return LEAT_OK;
  return fail(ctx, LEAT_INVALID, "the cursor is no number; `leat cursor reset` begins anew");
}

static leat_kind append(leat_ctx* ctx, leat_batch* out, int64_t number) {
  char json[64], cursor[32];
  snprintf(json, sizeof(json), "{\"number\":%" PRId64 "}", number);
  snprintf(cursor, sizeof(cursor), "%" PRId64, number);
  leat_rec* record = leat.record->create();
  if (record == NULL) return fail(ctx, LEAT_BUSY, "no memory");
  leat_kind kind = leat.record->set_json(ctx, record, text(json));
  if (kind == LEAT_OK) kind = leat.batch->append(out, record);
  if (kind != LEAT_OK) {
    leat.record->release(record);
    return kind;
  }
  const leat_bytes behind = {(const uint8_t*)cursor, strlen(cursor)};
  return leat.batch->set_cursor(out, behind);
}

static leat_kind poll_counter(void* self, leat_ctx* ctx, uint32_t max, uint32_t wait_ms, leat_batch* out) {
  counter* me = self;
  (void)wait_ms;
  for (uint32_t i = 0; i < max && me->next <= me->to && !leat.ctx->cancelled(ctx); ++i) {
    const leat_kind kind = append(ctx, out, me->next);
    if (kind != LEAT_OK) return kind;
    ++me->next;
  }
  return me->next > me->to ? leat.batch->end(out) : LEAT_OK;
}

static const leat_subscriber table = {.struct_size = sizeof(table), .open = open_counter, .poll = poll_counter};
static const leat_component component = {
    .struct_size = sizeof(component),
    .kind = LEAT_KIND_SUBSCRIBER,
    .id = "@NAME@",
    .title = "@NAME@",
    .summary = "Counts to a number.",
    .config_schema = schema,
    .vtable = &table,
    .create = create,
    .destroy = destroy,
};
static const leat_component* const components[] = {&component};
LEAT_EXPORT const leat_plugin leat_plugin_v1 = {
    .struct_size = sizeof(leat_plugin_v1),
    .abi_minor = LEAT_ABI_MINOR,
    .component_count = 1,
    .id = "@NAME@",
    .version = "0.1.0",
    .built_with = "C",
    .components = components,
    .init = init,
};
