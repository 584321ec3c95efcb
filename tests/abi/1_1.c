/* What release 1.1 of the plugin ABI promised, checked against the header of today. Made by freeze.py from
   1.1/leat/abi.h; never edited: the plugins that rely on it are out there. */
#include <leat/abi.h>

#define SAME_TYPE(expression, ...) \
  _Static_assert(__builtin_types_compatible_p(__typeof__(expression), __VA_ARGS__), "type of " #expression)
#define MEMBER(type, name, offset, size, ...) \
  _Static_assert(offsetof(type, name) == (offset), "offset of " #type "." #name); \
  _Static_assert(sizeof(((type *)0)->name) == (size), "size of " #type "." #name); \
  SAME_TYPE(((type *)0)->name, __VA_ARGS__)
#define TEXT(name, text) _Static_assert(__builtin_strcmp(name, text) == 0, "value of " #name)
#define NUMBER(name, value) _Static_assert((name) == (value), "value of " #name)
/* Frozen structs keep their size; those that start with struct_size may have grown. */
#define FROZEN(type, size) _Static_assert(sizeof(type) == (size), "size of " #type)
#define GROWS(type, size) _Static_assert(sizeof(type) >= (size), "size of " #type)

NUMBER(LEAT_ABI_MAJOR, 1);
_Static_assert(LEAT_ABI_MINOR >= 1, "value of LEAT_ABI_MINOR");
TEXT(LEAT_PLUGIN_SYMBOL, "leat_plugin_v1");
NUMBER(LEAT_OK, 0);
NUMBER(LEAT_INVALID, 1);
NUMBER(LEAT_DENIED, 2);
NUMBER(LEAT_NOT_FOUND, 3);
NUMBER(LEAT_BUSY, 4);
NUMBER(LEAT_UNREACHABLE, 5);
NUMBER(LEAT_UNCERTAIN, 6);
NUMBER(LEAT_CANCELLED, 7);
NUMBER(LEAT_UNSUPPORTED, 8);
NUMBER(LEAT_BROKEN, 9);
NUMBER(LEAT_TRACE, 0);
NUMBER(LEAT_DEBUG, 1);
NUMBER(LEAT_INFO, 2);
NUMBER(LEAT_WARN, 3);
NUMBER(LEAT_ERROR, 4);
TEXT(LEAT_CTX_SERVICE, "leat.ctx/1");
TEXT(LEAT_BUFFER_SERVICE, "leat.buffer/1");
NUMBER(LEAT_PADDING, 64);
TEXT(LEAT_RECORD_SERVICE, "leat.record/1");
NUMBER(LEAT_MISSING, (-1));
NUMBER(LEAT_NULL, 0);
NUMBER(LEAT_BOOL, 1);
NUMBER(LEAT_NUMBER, 2);
NUMBER(LEAT_STRING, 3);
NUMBER(LEAT_ARRAY, 4);
NUMBER(LEAT_OBJECT, 5);
TEXT(LEAT_BATCH_SERVICE, "leat.batch/1");
NUMBER(LEAT_HTTP_IDEMPOTENT, 1u);
NUMBER(LEAT_HTTP_PRIORITY, 12u);
NUMBER(LEAT_HTTP_NORMAL, 0u);
NUMBER(LEAT_HTTP_BACKGROUND, 4u);
NUMBER(LEAT_HTTP_SOON, 8u);
NUMBER(LEAT_HTTP_INTERACTIVE, 12u);
TEXT(LEAT_CLIENT_SERVICE, "leat.client/1");
TEXT(LEAT_TRANSPORT_SERVICE, "leat.transport/1");
TEXT(LEAT_SECRET_SERVICE, "leat.secret/1");
TEXT(LEAT_CHAIN_SERVICE, "leat.chain/1");
TEXT(LEAT_METRIC_SERVICE, "leat.metric/1");
TEXT(LEAT_KV_SERVICE, "leat.kv/1");
TEXT(LEAT_EVENTS_SERVICE, "leat.events/1");
TEXT(LEAT_XREF_SERVICE, "leat.xref/1");
NUMBER(LEAT_KIND_CLIENT, 1);
NUMBER(LEAT_KIND_SUBSCRIBER, 2);
NUMBER(LEAT_KIND_PUBLISHER, 3);
NUMBER(LEAT_KIND_TRANSFORMER, 4);
NUMBER(LEAT_PARALLEL, 1u);
NUMBER(LEAT_REHEARSABLE, 2u);
TEXT(LEAT_CATALOG_EXTENSION, "leat.catalog/1");

SAME_TYPE((leat_kind)0, int32_t);
SAME_TYPE((leat_http_done)0, void (*)(void *user, const leat_outcome *outcome, const leat_http_response *response));
SAME_TYPE(leat_plugin_v1, const leat_plugin);

FROZEN(leat_str, 16);
MEMBER(leat_str, ptr, 0, 8, const char *);
MEMBER(leat_str, len, 8, 8, size_t);

FROZEN(leat_bytes, 16);
MEMBER(leat_bytes, ptr, 0, 8, const uint8_t *);
MEMBER(leat_bytes, len, 8, 8, size_t);

GROWS(leat_host, 72);
MEMBER(leat_host, struct_size, 0, 4, uint32_t);
MEMBER(leat_host, abi_minor, 4, 4, uint32_t);
MEMBER(leat_host, impl, 8, 8, void *);
MEMBER(leat_host, name, 16, 16, leat_str);
MEMBER(leat_host, version, 32, 16, leat_str);
MEMBER(leat_host, service, 48, 8, const void *(*)(const leat_host *host, const char *id));
MEMBER(leat_host, log, 56, 8, void (*)(const leat_host *host, leat_ctx *ctx, int32_t level, leat_str line));
MEMBER(leat_host, log_enabled, 64, 8, int32_t (*)(const leat_host *host, int32_t level));

GROWS(leat_ctx_api, 80);
MEMBER(leat_ctx_api, struct_size, 0, 4, uint32_t);
MEMBER(leat_ctx_api, reserved, 4, 4, uint32_t);
MEMBER(leat_ctx_api, cancelled, 8, 8, int32_t (*)(const leat_ctx *ctx));
MEMBER(leat_ctx_api, wait_ms, 16, 8, int32_t (*)(leat_ctx *ctx, uint32_t ms));
MEMBER(leat_ctx_api, remaining_ms, 24, 8, uint64_t (*)(const leat_ctx *ctx));
MEMBER(leat_ctx_api, now_ms, 32, 8, int64_t (*)(const leat_ctx *ctx));
MEMBER(leat_ctx_api, on_cancel, 40, 8, uint64_t (*)(leat_ctx *ctx, void (*hook)(void *user), void *user));
MEMBER(leat_ctx_api, off_cancel, 48, 8, void (*)(leat_ctx *ctx, uint64_t ticket));
MEMBER(leat_ctx_api, fail, 56, 8, leat_kind (*)(leat_ctx *ctx, leat_kind kind, uint64_t retry_after_ms, leat_str message));
MEMBER(leat_ctx_api, failure, 64, 8, leat_kind (*)(const leat_ctx *ctx, uint64_t *retry_after_ms, leat_str *message));
MEMBER(leat_ctx_api, place, 72, 8, leat_str (*)(const leat_ctx *ctx));

GROWS(leat_buffer_api, 40);
MEMBER(leat_buffer_api, struct_size, 0, 4, uint32_t);
MEMBER(leat_buffer_api, reserved, 4, 4, uint32_t);
MEMBER(leat_buffer_api, create, 8, 8, leat_buffer *(*)(size_t size));
MEMBER(leat_buffer_api, retain, 16, 8, leat_buffer *(*)(leat_buffer *buffer));
MEMBER(leat_buffer_api, release, 24, 8, void (*)(leat_buffer *buffer));
MEMBER(leat_buffer_api, data, 32, 8, uint8_t *(*)(leat_buffer *buffer, size_t *size));

GROWS(leat_record_api, 272);
MEMBER(leat_record_api, struct_size, 0, 4, uint32_t);
MEMBER(leat_record_api, reserved, 4, 4, uint32_t);
MEMBER(leat_record_api, create, 8, 8, leat_rec *(*)(void));
MEMBER(leat_record_api, clone, 16, 8, leat_rec *(*)(const leat_rec *record));
MEMBER(leat_record_api, release, 24, 8, void (*)(leat_rec *record));
MEMBER(leat_record_api, json, 32, 8, leat_kind (*)(leat_ctx *ctx, leat_rec *record, leat_str *out));
MEMBER(leat_record_api, set_json, 40, 8, leat_kind (*)(leat_ctx *ctx, leat_rec *record, leat_str text));
MEMBER(leat_record_api, attr, 48, 8, leat_kind (*)(const leat_rec *record, leat_str key, leat_str *out));
MEMBER(leat_record_api, set_attr, 56, 8, leat_kind (*)(leat_rec *record, leat_str key, leat_str value));
MEMBER(leat_record_api, root, 64, 8, leat_node *(*)(leat_rec *record));
MEMBER(leat_record_api, type, 72, 8, int32_t (*)(leat_node *node));
MEMBER(leat_record_api, size, 80, 8, size_t (*)(leat_node *node));
MEMBER(leat_record_api, get, 88, 8, leat_node *(*)(leat_node *object, leat_str key));
MEMBER(leat_record_api, at, 96, 8, leat_node *(*)(leat_node *node, size_t index, leat_str *key));
MEMBER(leat_record_api, as_str, 104, 8, leat_kind (*)(leat_node *node, leat_str *out));
MEMBER(leat_record_api, as_i64, 112, 8, leat_kind (*)(leat_node *node, int64_t *out));
MEMBER(leat_record_api, as_f64, 120, 8, leat_kind (*)(leat_node *node, double *out));
MEMBER(leat_record_api, as_bool, 128, 8, leat_kind (*)(leat_node *node, int32_t *out));
MEMBER(leat_record_api, as_number, 136, 8, leat_kind (*)(leat_node *node, leat_str *out));
MEMBER(leat_record_api, node_json, 144, 8, leat_kind (*)(leat_ctx *ctx, leat_node *node, leat_str *out));
MEMBER(leat_record_api, put, 152, 8, leat_node *(*)(leat_node *object, leat_str key));
MEMBER(leat_record_api, push, 160, 8, leat_node *(*)(leat_node *array));
MEMBER(leat_record_api, erase, 168, 8, leat_kind (*)(leat_node *object, leat_str key));
MEMBER(leat_record_api, erase_at, 176, 8, leat_kind (*)(leat_node *array, size_t index));
MEMBER(leat_record_api, set_null, 184, 8, leat_kind (*)(leat_node *node));
MEMBER(leat_record_api, set_bool, 192, 8, leat_kind (*)(leat_node *node, int32_t value));
MEMBER(leat_record_api, set_i64, 200, 8, leat_kind (*)(leat_node *node, int64_t value));
MEMBER(leat_record_api, set_f64, 208, 8, leat_kind (*)(leat_node *node, double value));
MEMBER(leat_record_api, set_number, 216, 8, leat_kind (*)(leat_node *node, leat_str text));
MEMBER(leat_record_api, set_str, 224, 8, leat_kind (*)(leat_node *node, leat_str value));
MEMBER(leat_record_api, set_array, 232, 8, leat_kind (*)(leat_node *node));
MEMBER(leat_record_api, set_object, 240, 8, leat_kind (*)(leat_node *node));
MEMBER(leat_record_api, set_node_json, 248, 8, leat_kind (*)(leat_ctx *ctx, leat_node *node, leat_str text));
MEMBER(leat_record_api, copy, 256, 8, leat_kind (*)(leat_node *to, leat_node *from));
MEMBER(leat_record_api, attr_at, 264, 8, leat_kind (*)(const leat_rec *record, size_t index, leat_str *key, leat_str *value));

GROWS(leat_batch_api, 96);
MEMBER(leat_batch_api, struct_size, 0, 4, uint32_t);
MEMBER(leat_batch_api, reserved, 4, 4, uint32_t);
MEMBER(leat_batch_api, create, 8, 8, leat_batch *(*)(void));
MEMBER(leat_batch_api, release, 16, 8, void (*)(leat_batch *batch));
MEMBER(leat_batch_api, count, 24, 8, size_t (*)(const leat_batch *batch));
MEMBER(leat_batch_api, at, 32, 8, leat_rec *(*)(leat_batch *batch, size_t index));
MEMBER(leat_batch_api, append, 40, 8, leat_kind (*)(leat_batch *batch, leat_rec *record));
MEMBER(leat_batch_api, append_array, 48, 8, leat_kind (*)(leat_ctx *ctx, leat_batch *batch, leat_bytes text, leat_buffer *owner, size_t *count));
MEMBER(leat_batch_api, drop, 56, 8, leat_kind (*)(leat_batch *batch, size_t index));
MEMBER(leat_batch_api, reject, 64, 8, leat_kind (*)(leat_batch *batch, size_t index, leat_kind kind, uint64_t retry_after_ms, leat_str message));
MEMBER(leat_batch_api, deliver, 72, 8, leat_kind (*)(leat_batch *batch, size_t index, leat_str answer));
MEMBER(leat_batch_api, set_cursor, 80, 8, leat_kind (*)(leat_batch *batch, leat_bytes cursor));
MEMBER(leat_batch_api, end, 88, 8, leat_kind (*)(leat_batch *batch));

FROZEN(leat_header, 32);
MEMBER(leat_header, name, 0, 16, leat_str);
MEMBER(leat_header, value, 16, 16, leat_str);

GROWS(leat_http_request, 80);
MEMBER(leat_http_request, struct_size, 0, 4, uint32_t);
MEMBER(leat_http_request, flags, 4, 4, uint32_t);
MEMBER(leat_http_request, method, 8, 16, leat_str);
MEMBER(leat_http_request, url, 24, 16, leat_str);
MEMBER(leat_http_request, headers, 40, 8, const leat_header *);
MEMBER(leat_http_request, header_count, 48, 8, size_t);
MEMBER(leat_http_request, body, 56, 16, leat_bytes);
MEMBER(leat_http_request, timeout_ms, 72, 4, uint32_t);
MEMBER(leat_http_request, reserved, 76, 4, uint32_t);

GROWS(leat_http_response, 56);
MEMBER(leat_http_response, struct_size, 0, 4, uint32_t);
MEMBER(leat_http_response, http_status, 4, 4, int32_t);
MEMBER(leat_http_response, headers, 8, 8, const leat_header *);
MEMBER(leat_http_response, header_count, 16, 8, size_t);
MEMBER(leat_http_response, body, 24, 16, leat_bytes);
MEMBER(leat_http_response, owner, 40, 8, leat_buffer *);
MEMBER(leat_http_response, attempts, 48, 4, uint32_t);
MEMBER(leat_http_response, elapsed_ms, 52, 4, uint32_t);

GROWS(leat_outcome, 32);
MEMBER(leat_outcome, struct_size, 0, 4, uint32_t);
MEMBER(leat_outcome, kind, 4, 4, leat_kind);
MEMBER(leat_outcome, retry_after_ms, 8, 8, uint64_t);
MEMBER(leat_outcome, message, 16, 16, leat_str);

GROWS(leat_client_api, 48);
MEMBER(leat_client_api, struct_size, 0, 4, uint32_t);
MEMBER(leat_client_api, reserved, 4, 4, uint32_t);
MEMBER(leat_client_api, open, 8, 8, leat_kind (*)(const leat_host *host, leat_ctx *ctx, leat_str name, leat_client **out));
MEMBER(leat_client_api, close, 16, 8, void (*)(leat_client *client));
MEMBER(leat_client_api, send, 24, 8, leat_kind (*)(leat_client *client, leat_ctx *ctx, const leat_http_request *request, leat_http_done done, void *user, uint64_t *call));
MEMBER(leat_client_api, cancel, 32, 8, void (*)(leat_client *client, uint64_t call));
MEMBER(leat_client_api, call, 40, 8, leat_kind (*)(leat_client *client, leat_ctx *ctx, const leat_http_request *request, leat_http_done done, void *user));

GROWS(leat_transport_api, 48);
MEMBER(leat_transport_api, struct_size, 0, 4, uint32_t);
MEMBER(leat_transport_api, reserved, 4, 4, uint32_t);
MEMBER(leat_transport_api, open, 8, 8, leat_kind (*)(const leat_host *host, leat_ctx *ctx, leat_str options, leat_transport **out));
MEMBER(leat_transport_api, close, 16, 8, void (*)(leat_transport *transport));
MEMBER(leat_transport_api, send, 24, 8, leat_kind (*)(leat_transport *transport, leat_ctx *ctx, const leat_http_request *request, leat_http_done done, void *user, uint64_t *call));
MEMBER(leat_transport_api, cancel, 32, 8, void (*)(leat_transport *transport, uint64_t call));
MEMBER(leat_transport_api, quiesce, 40, 8, void (*)(leat_transport *transport));

GROWS(leat_secret_api, 16);
MEMBER(leat_secret_api, struct_size, 0, 4, uint32_t);
MEMBER(leat_secret_api, reserved, 4, 4, uint32_t);
MEMBER(leat_secret_api, resolve, 8, 8, leat_kind (*)(const leat_host *host, leat_ctx *ctx, leat_str reference, leat_str *out));

GROWS(leat_chain_api, 32);
MEMBER(leat_chain_api, struct_size, 0, 4, uint32_t);
MEMBER(leat_chain_api, reserved, 4, 4, uint32_t);
MEMBER(leat_chain_api, open, 8, 8, leat_kind (*)(const leat_host *host, leat_ctx *ctx, leat_str reference, leat_chain **out));
MEMBER(leat_chain_api, close, 16, 8, void (*)(leat_chain *chain));
MEMBER(leat_chain_api, process, 24, 8, leat_kind (*)(leat_chain *chain, leat_ctx *ctx, leat_batch *batch));

GROWS(leat_metric_api, 16);
MEMBER(leat_metric_api, struct_size, 0, 4, uint32_t);
MEMBER(leat_metric_api, reserved, 4, 4, uint32_t);
MEMBER(leat_metric_api, add, 8, 8, void (*)(const leat_host *host, leat_ctx *ctx, leat_str name, int64_t delta));

GROWS(leat_kv_api, 40);
MEMBER(leat_kv_api, struct_size, 0, 4, uint32_t);
MEMBER(leat_kv_api, reserved, 4, 4, uint32_t);
MEMBER(leat_kv_api, get, 8, 8, leat_kind (*)(leat_ctx *ctx, leat_str key, leat_bytes *out));
MEMBER(leat_kv_api, set, 16, 8, leat_kind (*)(leat_ctx *ctx, leat_str key, leat_bytes value));
MEMBER(leat_kv_api, erase, 24, 8, leat_kind (*)(leat_ctx *ctx, leat_str key));
MEMBER(leat_kv_api, keys, 32, 8, leat_kind (*)(leat_ctx *ctx, leat_str prefix, leat_rec *out));

GROWS(leat_events_api, 32);
MEMBER(leat_events_api, struct_size, 0, 4, uint32_t);
MEMBER(leat_events_api, reserved, 4, 4, uint32_t);
MEMBER(leat_events_api, url, 8, 8, leat_kind (*)(leat_ctx *ctx, leat_str *out));
MEMBER(leat_events_api, next, 16, 8, leat_kind (*)(leat_ctx *ctx, leat_rec *out));
MEMBER(leat_events_api, woken, 24, 8, int32_t (*)(leat_ctx *ctx));

GROWS(leat_xref_api, 24);
MEMBER(leat_xref_api, struct_size, 0, 4, uint32_t);
MEMBER(leat_xref_api, reserved, 4, 4, uint32_t);
MEMBER(leat_xref_api, find, 8, 8, leat_kind (*)(leat_ctx *ctx, leat_str set, leat_str source, leat_str *target));
MEMBER(leat_xref_api, source_of, 16, 8, leat_kind (*)(leat_ctx *ctx, leat_str set, leat_str target, leat_str *source));

GROWS(leat_http_client, 32);
MEMBER(leat_http_client, struct_size, 0, 4, uint32_t);
MEMBER(leat_http_client, reserved, 4, 4, uint32_t);
MEMBER(leat_http_client, send, 8, 8, leat_kind (*)(void *self, leat_ctx *ctx, const leat_http_request *request, leat_http_done done, void *user, uint64_t *call));
MEMBER(leat_http_client, cancel, 16, 8, void (*)(void *self, uint64_t call));
MEMBER(leat_http_client, quiesce, 24, 8, void (*)(void *self));

GROWS(leat_webhook, 72);
MEMBER(leat_webhook, struct_size, 0, 4, uint32_t);
MEMBER(leat_webhook, reserved, 4, 4, uint32_t);
MEMBER(leat_webhook, method, 8, 16, leat_str);
MEMBER(leat_webhook, target, 24, 16, leat_str);
MEMBER(leat_webhook, headers, 40, 8, const leat_header *);
MEMBER(leat_webhook, header_count, 48, 8, size_t);
MEMBER(leat_webhook, body, 56, 16, leat_bytes);

GROWS(leat_subscriber, 48);
MEMBER(leat_subscriber, struct_size, 0, 4, uint32_t);
MEMBER(leat_subscriber, reserved, 4, 4, uint32_t);
MEMBER(leat_subscriber, open, 8, 8, leat_kind (*)(void *self, leat_ctx *ctx, leat_bytes cursor));
MEMBER(leat_subscriber, poll, 16, 8, leat_kind (*)(void *self, leat_ctx *ctx, uint32_t max, uint32_t wait_ms, leat_batch *out));
MEMBER(leat_subscriber, settle, 24, 8, leat_kind (*)(void *self, leat_ctx *ctx, leat_bytes cursor, int32_t stored));
MEMBER(leat_subscriber, close, 32, 8, leat_kind (*)(void *self, leat_ctx *ctx));
MEMBER(leat_subscriber, webhook, 40, 8, leat_kind (*)(void *self, leat_ctx *ctx, const leat_webhook *request, leat_batch *out));

GROWS(leat_publisher, 48);
MEMBER(leat_publisher, struct_size, 0, 4, uint32_t);
MEMBER(leat_publisher, reserved, 4, 4, uint32_t);
MEMBER(leat_publisher, open, 8, 8, leat_kind (*)(void *self, leat_ctx *ctx));
MEMBER(leat_publisher, publish, 16, 8, leat_kind (*)(void *self, leat_ctx *ctx, leat_batch *batch));
MEMBER(leat_publisher, close, 24, 8, leat_kind (*)(void *self, leat_ctx *ctx));
MEMBER(leat_publisher, replay_safe, 32, 8, int32_t (*)(void *self));
MEMBER(leat_publisher, batch_max, 40, 8, uint32_t (*)(void *self));

GROWS(leat_transformer, 24);
MEMBER(leat_transformer, struct_size, 0, 4, uint32_t);
MEMBER(leat_transformer, reserved, 4, 4, uint32_t);
MEMBER(leat_transformer, process, 8, 8, leat_kind (*)(void *self, leat_ctx *ctx, leat_batch *batch));
MEMBER(leat_transformer, constants, 16, 8, leat_kind (*)(void *self, leat_ctx *ctx, leat_rec *known));

GROWS(leat_component, 80);
MEMBER(leat_component, struct_size, 0, 4, uint32_t);
MEMBER(leat_component, kind, 4, 4, uint32_t);
MEMBER(leat_component, flags, 8, 4, uint32_t);
MEMBER(leat_component, reserved, 12, 4, uint32_t);
MEMBER(leat_component, id, 16, 8, const char *);
MEMBER(leat_component, title, 24, 8, const char *);
MEMBER(leat_component, summary, 32, 8, const char *);
MEMBER(leat_component, config_schema, 40, 8, const char *);
MEMBER(leat_component, vtable, 48, 8, const void *);
MEMBER(leat_component, create, 56, 8, leat_kind (*)(const leat_host *host, leat_ctx *ctx, leat_str config_json, void **self));
MEMBER(leat_component, destroy, 64, 8, void (*)(void *self));
MEMBER(leat_component, doctor, 72, 8, leat_kind (*)(void *self, leat_ctx *ctx, leat_rec *known, leat_rec *out));

GROWS(leat_plugin, 80);
MEMBER(leat_plugin, struct_size, 0, 4, uint32_t);
MEMBER(leat_plugin, abi_minor, 4, 4, uint32_t);
MEMBER(leat_plugin, need_minor, 8, 4, uint32_t);
MEMBER(leat_plugin, component_count, 12, 4, uint32_t);
MEMBER(leat_plugin, id, 16, 8, const char *);
MEMBER(leat_plugin, version, 24, 8, const char *);
MEMBER(leat_plugin, vendor, 32, 8, const char *);
MEMBER(leat_plugin, built_with, 40, 8, const char *);
MEMBER(leat_plugin, components, 48, 8, const leat_component *const *);
MEMBER(leat_plugin, init, 56, 8, leat_kind (*)(const leat_host *host, leat_ctx *ctx));
MEMBER(leat_plugin, deinit, 64, 8, void (*)(void));
MEMBER(leat_plugin, extension, 72, 8, const void *(*)(const char *id));

GROWS(leat_catalog, 16);
MEMBER(leat_catalog, struct_size, 0, 4, uint32_t);
MEMBER(leat_catalog, reserved, 4, 4, uint32_t);
MEMBER(leat_catalog, search, 8, 8, leat_kind (*)(leat_ctx *ctx, leat_str words, uint32_t limit, leat_rec *out));
