/* A transformer that greets: it adds a member made of another one. */
#include "support.h"

typedef struct greet {
  char* greeting;
} greet;

static const char schema[] =
    "{\"type\": \"object\", \"additionalProperties\": false, \"properties\": {"
    "\"greeting\": {\"type\": \"string\", \"description\": \"The word before the name.\", \"default\": \"Hello\"}}}";

/* "Hello Ina", to be freed; NULL: no memory. */
static char* greeting_for(const char* greeting, leat_str name) {
  const size_t before = strlen(greeting);
  char* made = malloc(before + 1 + name.len + 1);
  if (made == NULL) return NULL;
  memcpy(made, greeting, before);
  made[before] = ' ';
  if (name.len > 0) memcpy(made + before + 1, name.ptr, name.len);
  made[before + 1 + name.len] = '\0';
  return made;
}

static leat_kind create(const leat_host* host, leat_ctx* ctx, leat_str config_json, void** self) {
  (void)host;
  leat_rec* options;
  const leat_kind kind = options_of(ctx, config_json, &options);
  if (kind != LEAT_OK) return kind;
  leat_str word = text("Hello");
  leat.record->as_str(option(options, "greeting"), &word);
  greet* made = malloc(sizeof(*made));
  char* greeting = copy_of(word);
  leat.record->release(options);
  if (made == NULL || greeting == NULL) {
    free(made);
    free(greeting);
    return fail(ctx, LEAT_BUSY, "no memory");
  }
  made->greeting = greeting;
  *self = made;
  return LEAT_OK;
}

static void destroy(void* self) {
  greet* me = self;
  free(me->greeting);
  free(me);
}

/* OK, or why this record fails. */
static leat_kind transform(const greet* me, leat_rec* record, const char** why) {
  leat_node* root = leat.record->root(record);
  leat_str name;
  *why = "name: a string is expected";
  if (leat.record->as_str(leat.record->get(root, text("name")), &name) != LEAT_OK) return LEAT_INVALID;
  char* greeting = greeting_for(me->greeting, name);
  *why = "no memory";
  if (greeting == NULL) return LEAT_BUSY;
  *why = "the greeting cannot be set";
  const leat_kind kind = leat.record->set_str(leat.record->put(root, text("greeting")), text(greeting));
  free(greeting);
  return kind;
}

static leat_kind process(void* self, leat_ctx* ctx, leat_batch* batch) {
  const size_t count = leat.batch->count(batch);
  for (size_t i = 0; i < count; ++i) {
    leat_rec* record = leat.batch->at(batch, i);
    if (record == NULL) continue; /* dropped or rejected before */
    if (leat.ctx->cancelled(ctx)) return fail(ctx, LEAT_CANCELLED, "asked to stop");
    const char* why = "";
    const leat_kind kind = transform(self, record, &why);
    if (kind != LEAT_OK) leat.batch->reject(batch, i, kind, 0, text(why));
  }
  return LEAT_OK;
}

static const leat_transformer table = {.struct_size = sizeof(table), .process = process};
static const leat_component component = {
    .struct_size = sizeof(component),
    .kind = LEAT_KIND_TRANSFORMER,
    .id = "@NAME@",
    .title = "@NAME@",
    .summary = "Greets by name.",
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
