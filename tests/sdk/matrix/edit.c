/* The matrix transformer in C99: see README.md. */
#include <leat/abi.h>
#include <stdlib.h>
#include <string.h>

static const leat_ctx_api* calls;
static const leat_record_api* records;
static const leat_batch_api* batches;

static leat_str text(const char* from) {
  const leat_str made = {from, strlen(from)};
  return made;
}

static leat_kind init(const leat_host* host, leat_ctx* ctx) {
  (void)ctx;
  calls = host->service(host, LEAT_CTX_SERVICE);
  records = host->service(host, LEAT_RECORD_SERVICE);
  batches = host->service(host, LEAT_BATCH_SERVICE);
  if (calls == NULL) return LEAT_UNSUPPORTED;
  if (records != NULL && batches != NULL) return LEAT_OK;
  return calls->fail(ctx, LEAT_UNSUPPORTED, 0, text("the host does not offer leat.record/1 and leat.batch/1"));
}

static leat_kind create(const leat_host* host, leat_ctx* ctx, leat_str config_json, void** self) {
  (void)host;
  leat_rec* options = records->create();
  if (options == NULL) return calls->fail(ctx, LEAT_BUSY, 0, text("no memory"));
  int64_t step = 1;
  const leat_kind kind = records->set_json(ctx, options, config_json);
  if (kind == LEAT_OK) records->as_i64(records->get(records->root(options), text("step")), &step);
  records->release(options);
  if (kind != LEAT_OK) return kind;
  int64_t* made = malloc(sizeof(*made));
  if (made == NULL) return calls->fail(ctx, LEAT_BUSY, 0, text("no memory"));
  *made = step;
  *self = made;
  return LEAT_OK;
}

static int is_true(leat_node* node) {
  int32_t value = 0;
  return records->as_bool(node, &value) == LEAT_OK && value;
}

static leat_kind to_upper(leat_node* node) {
  leat_str name;
  if (records->as_str(node, &name) != LEAT_OK) return LEAT_OK;
  char* made = malloc(name.len + 1);
  if (made == NULL) return LEAT_BUSY;
  for (size_t i = 0; i < name.len; ++i) {
    const char c = name.ptr[i];
    made[i] = (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  }
  const leat_str value = {made, name.len};
  const leat_kind kind = records->set_str(node, value);
  free(made);
  return kind;
}

static leat_kind edit(leat_node* ticket, int64_t step, const char** why) {
  leat_node* company = records->get(records->get(ticket, text("company")), text("name"));
  leat_str name;
  *why = "company.name: a string is expected";
  if (records->as_str(company, &name) != LEAT_OK) return LEAT_INVALID;
  *why = "the ticket cannot be edited";
  leat_node* origin = records->put(ticket, text("origin"));
  leat_node* status = records->get(ticket, text("status"));
  leat_node* rank = records->get(records->get(status, text("code")), text("rank"));
  int64_t value = 0;
  records->as_i64(rank, &value);
  leat_kind kind = records->set_object(origin);
  if (kind == LEAT_OK) kind = records->copy(records->put(origin, text("company")), company);
  if (kind == LEAT_OK) kind = records->set_number(records->put(origin, text("number")), text("9007199254740993"));
  if (kind == LEAT_OK) kind = to_upper(records->get(status, text("name")));
  if (kind == LEAT_OK) kind = records->set_i64(rank, value + step);
  if (kind == LEAT_OK) kind = records->set_str(records->push(records->get(ticket, text("tags"))), text("seen"));
  if (kind == LEAT_OK) records->erase(ticket, text("severity"));
  return kind;
}

static leat_kind append_part(leat_ctx* ctx, leat_batch* batch, leat_node* ticket) {
  leat_rec* part = records->create();
  if (part == NULL) return LEAT_BUSY;
  leat_kind kind = records->set_json(ctx, part, text("{}"));
  leat_node* root = records->root(part);
  if (kind == LEAT_OK) kind = records->copy(records->put(root, text("id")), records->get(ticket, text("id")));
  if (kind == LEAT_OK) kind = records->set_i64(records->put(root, text("part")), 2);
  if (kind == LEAT_OK) kind = batches->append(batch, part);
  if (kind != LEAT_OK) records->release(part);
  return kind;
}

static leat_kind process(void* self, leat_ctx* ctx, leat_batch* batch) {
  const int64_t step = *(int64_t*)self;
  const size_t count = batches->count(batch);
  for (size_t i = 0; i < count; ++i) {
    leat_rec* record = batches->at(batch, i);
    if (record == NULL) continue;
    leat_node* ticket = records->root(record);
    if (is_true(records->get(ticket, text("spam")))) {
      batches->drop(batch, i);
      continue;
    }
    const char* why = "";
    leat_kind kind = edit(ticket, step, &why);
    if (kind == LEAT_OK && is_true(records->get(ticket, text("split")))) kind = append_part(ctx, batch, ticket);
    if (kind != LEAT_OK) batches->reject(batch, i, kind, 0, text(why));
  }
  return LEAT_OK;
}

static const char schema[] =
    "{\"type\": \"object\", \"additionalProperties\": false, \"properties\": {"
    "\"step\": {\"type\": \"integer\", \"description\": \"What the rank grows by.\", \"default\": 1}}}";
static const leat_transformer table = {.struct_size = sizeof(table), .process = process};
static const leat_component component = {
    .struct_size = sizeof(component),
    .kind = LEAT_KIND_TRANSFORMER,
    .id = "matrix",
    .title = "Matrix",
    .summary = "Edits a ticket.",
    .config_schema = schema,
    .vtable = &table,
    .create = create,
    .destroy = free,
};
static const leat_component* const components[] = {&component};
LEAT_EXPORT const leat_plugin leat_plugin_v1 = {
    .struct_size = sizeof(leat_plugin_v1),
    .abi_minor = LEAT_ABI_MINOR,
    .component_count = 1,
    .id = "matrix",
    .version = "1.0.0",
    .built_with = "C99",
    .components = components,
    .init = init,
};
