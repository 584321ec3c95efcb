/* A publisher that appends each record to a file, one line each. */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <unistd.h>

#include "support.h"

typedef struct appender {
  char* path;
} appender;

static const char schema[] =
    "{\"type\": \"object\", \"additionalProperties\": false, \"required\": [\"path\"], \"properties\": {"
    "\"path\": {\"type\": \"string\", \"x-leat\": \"file\", \"description\": \"The file to append to.\"}}}";

static leat_kind create(const leat_host* host, leat_ctx* ctx, leat_str config_json, void** self) {
  (void)host;
  leat_rec* options;
  const leat_kind kind = options_of(ctx, config_json, &options);
  if (kind != LEAT_OK) return kind;
  leat_str path;
  if (leat.record->as_str(option(options, "path"), &path) != LEAT_OK) {
    leat.record->release(options);
    return fail(ctx, LEAT_INVALID, "path: a string is expected");
  }
  appender* made = malloc(sizeof(*made));
  char* copy = copy_of(path);
  leat.record->release(options);
  if (made == NULL || copy == NULL) {
    free(made);
    free(copy);
    return fail(ctx, LEAT_BUSY, "no memory");
  }
  made->path = copy;
  *self = made;
  return LEAT_OK;
}

static void destroy(void* self) {
  appender* me = self;
  free(me->path);
  free(me);
}

/* True when the line is with the system; errno says why not. */
static int append_line(FILE* file, leat_str line) {
  return fwrite(line.ptr, 1, line.len, file) == line.len && fputc('\n', file) != EOF;
}

static leat_kind publish(void* self, leat_ctx* ctx, leat_batch* batch) {
  const appender* me = self;
  FILE* file = fopen(me->path, "a");
  if (file == NULL) return fail(ctx, LEAT_DENIED, "%s: %s", me->path, strerror(errno));
  int good = 1;
  const size_t count = leat.batch->count(batch);
  for (size_t i = 0; i < count && good; ++i) {
    leat_rec* record = leat.batch->at(batch, i);
    leat_str line;
    if (record == NULL) continue; /* dropped or rejected before */
    const leat_kind kind = leat.record->json(ctx, record, &line);
    if (kind != LEAT_OK) {
      leat.batch->reject(batch, i, kind, 0, text("its text cannot be made"));
      continue;
    }
    good = append_line(file, line);
  }
  good = good && fflush(file) == 0 && fsync(fileno(file)) == 0;
  const int error = errno;
  if (fclose(file) != 0) good = 0;
  /* What failed half way may be in the file. */
  return good ? LEAT_OK : fail(ctx, LEAT_UNCERTAIN, "%s: %s", me->path, strerror(error));
}

static const leat_publisher table = {.struct_size = sizeof(table), .publish = publish};
static const leat_component component = {
    .struct_size = sizeof(component),
    .kind = LEAT_KIND_PUBLISHER,
    .id = "@NAME@",
    .title = "@NAME@",
    .summary = "Appends records to a file.",
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
