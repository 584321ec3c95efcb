/* Says on the host's log when it begins and ends, and has a catalog. */
#include <string.h>

#include "fixture.h"

static const leat_host* kept;

static void say(const char* text) {
  const leat_str line = {text, strlen(text)};
  kept->log(kept, NULL, LEAT_INFO, line);
}

static leat_kind init(const leat_host* host, leat_ctx* ctx) {
  (void)ctx;
  kept = host;
  say("init");
  return LEAT_OK;
}

static void deinit(void) { say("deinit"); }

static leat_kind search(leat_ctx* ctx, leat_str words, uint32_t limit, leat_rec* out) {
  const leat_record_api* records = (const leat_record_api*)kept->service(kept, LEAT_RECORD_SERVICE);
  static const char answer[] = "{\"total\": 1, \"entries\": []}";
  const leat_str text = {answer, sizeof answer - 1};
  (void)limit;
  return words.len == 0 ? LEAT_INVALID : records->set_json(ctx, out, text);
}

static const leat_catalog catalog = {sizeof(leat_catalog), 0, search};

static const void* extension(const char* id) { return strcmp(id, LEAT_CATALOG_EXTENSION) == 0 ? &catalog : NULL; }

static const leat_component first = TRANSFORMER("acme.lifecycle", ANY_OPTIONS);
static const leat_component* const list[] = {&first};
const leat_plugin leat_plugin_v1 = {
    sizeof(leat_plugin), 0, 0, COUNT(list), "acme.lifecycle", "1.4.0", "Acme", "cc", list, init, deinit, extension};
