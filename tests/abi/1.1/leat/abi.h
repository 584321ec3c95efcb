/* clang-format off */ /* The binary contract between the Leat host and a plugin, in plain C99.
 *
 * A plugin is a shared library that exports one data symbol, `leat_plugin_v1`, of type leat_plugin. All else is
 * reached through it: the plugin's components as function tables, the host's services as tables found by id.
 *
 * Rules that hold for every line of this file
 *   Growth     Structs that start with `struct_size` may grow at their end; nothing is ever removed, moved or re-typed.
 *              Whoever reads a struct made by the other side asks LEAT_HAS first. Structs without `struct_size` are frozen.
 *              Unknown bits of `flags` are ignored. `reserved` is padding: 0, and nobody reads it.
 *   Strings    leat_str is UTF-8 with a length, no terminating NUL. Arguments are borrowed for the call. A `const char *`
 *              is UTF-8 that ends with NUL and lives as long as the library or the host that gave it.
 *   Ownership  Nobody frees the other side's memory. What a function named create, clone, open or retain gives is given
 *              back with release or close of the same table. Other pointers that come back say how long they live.
 *   Errors     A function that can fail returns a leat_kind; LEAT_OK is 0. The text goes to the call's context
 *              (leat_ctx_api.fail), which copies it. No secret belongs in that text. The host never calls with a NULL ctx;
 *              a plugin may, wherever "ctx may be NULL" stands and in all of leat.record and leat.batch: then there is
 *              no text. On failure outputs hold nothing to use or to release.
 *   Exceptions No C++ exception, Rust panic or longjmp crosses any function of this file, in either direction.
 *   Threads    A tag on each function:
 *              [load]  while the library is loaded or the process ends; one thread, nothing else runs in the plugin
 *              [inst]  any thread, one call at a time for one instance, unless its component sets LEAT_PARALLEL
 *              [any]   any thread, at the same time as anything else
 *              [call]  only on a thread that is inside a call which was given this context, batch or record, one thread at
 *                      a time. What a plugin made by itself (create, clone) it may use on any thread, one at a time.
 *   Process    A plugin installs no signal handler and calls no setlocale, chdir, exit, fork or setenv.
 *   Unloading  A library stays mapped until the process ends.
 */
#ifndef LEAT_ABI_H
#define LEAT_ABI_H

#include <stddef.h>
#include <stdint.h>

#if UINTPTR_MAX != UINT64_MAX
#error "the Leat ABI is defined for 64-bit targets only"
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define LEAT_ABI_MAJOR 1
#define LEAT_ABI_MINOR 1
#define LEAT_PLUGIN_SYMBOL "leat_plugin_v1"

#if defined(_WIN32)
#define LEAT_EXPORT __declspec(dllexport)
#else
#define LEAT_EXPORT __attribute__((visibility("default")))
#endif

/* True when the struct at `p` is long enough to hold member `f` and the member is not zero. */
#define LEAT_HAS(p, T, f) ((p) != NULL && (p)->struct_size >= offsetof(T, f) + sizeof((p)->f) && (p)->f)

/* ---- plain values; frozen ------------------------------------------------------------------------------------- */

typedef struct leat_str {
  const char *ptr; /* UTF-8; may be NULL when len is 0 */
  size_t len;      /* bytes */
} leat_str;

typedef struct leat_bytes {
  const uint8_t *ptr;
  size_t len;
} leat_bytes;

/* Result of a call, and what its caller does next. Kinds are only ever appended; treat an unknown one as BROKEN. */
typedef int32_t leat_kind;
#define LEAT_OK 0
#define LEAT_INVALID 1     /* fails again unchanged: this record (or configuration) must be changed by a person */
#define LEAT_DENIED 2      /* credentials, permission or configuration: nothing works until a person acts; the route pauses */
#define LEAT_NOT_FOUND 3   /* absent; often an answer rather than a failure */
#define LEAT_BUSY 4        /* refused, not done: again after retry_after or backoff */
#define LEAT_UNREACHABLE 5 /* certainly not done: again after backoff */
#define LEAT_UNCERTAIN 6   /* may have been done: look it up before it is sent again */
#define LEAT_CANCELLED 7   /* the host asked to stop: back to the queue */
#define LEAT_UNSUPPORTED 8 /* this side does not offer it */
#define LEAT_BROKEN 9      /* a bug or a damaged store: stop here, keep the evidence */

/* Log levels. */
#define LEAT_TRACE 0
#define LEAT_DEBUG 1
#define LEAT_INFO 2
#define LEAT_WARN 3
#define LEAT_ERROR 4

typedef struct leat_host leat_host;
typedef struct leat_ctx leat_ctx;             /* one call: cancellation, deadline, error, where it belongs */
typedef struct leat_batch leat_batch;         /* records on their way; owned by the host */
typedef struct leat_rec leat_rec;             /* one JSON document; owned by the host */
typedef struct leat_node leat_node;           /* a value inside a record */
typedef struct leat_buffer leat_buffer;       /* shared bytes, counted references */
typedef struct leat_client leat_client;       /* a client of the configuration, as its users see it */
typedef struct leat_transport leat_transport; /* an HTTP connection pool with its call budget */
typedef struct leat_chain leat_chain;         /* transformers named in an option, run by the host */

/* ---- the host ------------------------------------------------------------------------------------------------- */

/* Given to init and create; lives until the process ends. */
struct leat_host {
  uint32_t struct_size;
  uint32_t abi_minor; /* of the host */
  void *impl;         /* the host's own */
  leat_str name;      /* "leat" */
  leat_str version;   /* "0.1.0" */
  /* [any] The table with this id ("leat.record/1"), or NULL when it is not offered. Lives as long as the host. */
  const void *(*service)(const leat_host *host, const char *id);
  /* [any] One line for the operator. ctx may be NULL; with it the line says which incoming or route it is about. Secrets
     that came from the configuration are masked by the host; do not rely on it. */
  void (*log)(const leat_host *host, leat_ctx *ctx, int32_t level, leat_str line);
  /* [any] 1 when lines of this level are kept: asks before an expensive line is made. */
  int32_t (*log_enabled)(const leat_host *host, int32_t level);
};

/* "leat.ctx/1": the context of a call. */
#define LEAT_CTX_SERVICE "leat.ctx/1"
typedef struct leat_ctx_api {
  uint32_t struct_size;
  uint32_t reserved;
  /* [any] 1 once the host wants this call to return; one atomic load. A call returns within a second of it. */
  int32_t (*cancelled)(const leat_ctx *ctx);
  /* [call] Sleeps; returns 1 at once when cancelled, 0 when the time is over. */
  int32_t (*wait_ms)(leat_ctx *ctx, uint32_t ms);
  /* [any] Milliseconds until the call should return; UINT64_MAX when there is no deadline. */
  uint64_t (*remaining_ms)(const leat_ctx *ctx);
  /* [any] Wall clock: milliseconds since 1970-01-01 UTC. Tests step this clock. ctx may be NULL. */
  int64_t (*now_ms)(const leat_ctx *ctx);
  /* [call] Runs hook(user) on the cancelling thread, at once when already cancelled. The hook must not block. Returns a
     ticket for off_cancel, which must come before the call returns; 0: no memory, ask `cancelled` instead. */
  uint64_t (*on_cancel)(leat_ctx *ctx, void (*hook)(void *user), void *user);
  /* [call] Removes the hook; returns after a running hook has ended. 0 and unknown tickets are ignored. */
  void (*off_cancel)(leat_ctx *ctx, uint64_t ticket);
  /* [call] Records why the call fails and returns `kind`, so that `return api->fail(...)` reads well. retry_after_ms: 0 =
     not known. The last call wins. */
  leat_kind (*fail)(leat_ctx *ctx, leat_kind kind, uint64_t retry_after_ms, leat_str message);
  /* [call] What the last fail of this context said, LEAT_OK when there was none; valid until the next one. For those who
     make another failure of it. Outputs may be NULL. */
  leat_kind (*failure)(const leat_ctx *ctx, uint64_t *retry_after_ms, leat_str *message);
  /* [call] Where the component that is called stands in the configuration: "incoming.tickets.subscriber". Constant for an
     instance, other for every instance, empty in init and in extensions: for names at the far side (a consumer group), not
     for messages, which the host marks with it anyway. Lives as long as the instance. */
  leat_str (*place)(const leat_ctx *ctx);
} leat_ctx_api;

/* "leat.buffer/1": bytes shared by reference. */
#define LEAT_BUFFER_SERVICE "leat.buffer/1"
#define LEAT_PADDING 64 /* bytes behind a buffer's end that may be read (not used) */
typedef struct leat_buffer_api {
  uint32_t struct_size;
  uint32_t reserved;
  leat_buffer *(*create)(size_t size);                     /* [any] zeroed; one reference; NULL: no memory */
  leat_buffer *(*retain)(leat_buffer *buffer);             /* [any] returns its argument */
  void (*release)(leat_buffer *buffer);                    /* [any] NULL is allowed */
  /* [any] Lives as long as a reference is held. Written only by its maker, before anybody else has a reference. size: may
     be NULL. */
  uint8_t *(*data)(leat_buffer *buffer, size_t *size);
} leat_buffer_api;

/* ---- records and batches -------------------------------------------------------------------------------------- */

/* "leat.record/1": one JSON document behind accessors. Numbers keep the text they came with. Of duplicate keys the last
 * one counts and the others are dropped when the record is written. Text is valid UTF-8: other input is refused, and so
 * are documents nested deeper than 512 levels and of 4 GiB or more.
 * A record has one user at a time. A node handle lives until its record is released or replaced (set_json), the node or
 * an ancestor is set or erased, or, for elements of an array, the array changes in length. Text that a reading function
 * gives lives as long as its node and until that node is set.
 * Kinds: NOT_FOUND for the NULL node, INVALID for a node of another type or a value that does not fit, BROKEN when there
 * is no memory. */
#define LEAT_RECORD_SERVICE "leat.record/1"
#define LEAT_MISSING (-1) /* type of the NULL node */
#define LEAT_NULL 0
#define LEAT_BOOL 1
#define LEAT_NUMBER 2
#define LEAT_STRING 3
#define LEAT_ARRAY 4
#define LEAT_OBJECT 5
typedef struct leat_record_api {
  uint32_t struct_size;
  uint32_t reserved;
  leat_rec *(*create)(void);                  /* [any] the document null; NULL: no memory */
  leat_rec *(*clone)(const leat_rec *record); /* [any] document and attributes */
  void (*release)(leat_rec *record);          /* [any] NULL is allowed; not for records of a batch */
  /* [call] The document as compact JSON text; lives until the record changes. */
  leat_kind (*json)(leat_ctx *ctx, leat_rec *record, leat_str *out);
  /* [call] Replaces the document. INVALID names the byte offset of the mistake and leaves the record as it was. */
  leat_kind (*set_json)(leat_ctx *ctx, leat_rec *record, leat_str text);
  /* [call] Attributes travel with the record but not in the document, and are stored with its task: a plugin's own
     ("acme.source"), and from the outgoing on the host's "leat.task" (the task's number, the same for every attempt) and
     "leat.route". NOT_FOUND when absent; the value lives until it is set again. INVALID: an empty key, not UTF-8. */
  leat_kind (*attr)(const leat_rec *record, leat_str key, leat_str *out);
  leat_kind (*set_attr)(leat_rec *record, leat_str key, leat_str value);
  leat_node *(*root)(leat_rec *record); /* [call] NULL only for the NULL record */

  /* Reading. A NULL node is allowed everywhere and reads as missing, so look-ups chain without checks. `get` and `at`
     take about the same time however large the object or array is. [call] */
  int32_t (*type)(leat_node *node);
  size_t (*size)(leat_node *node);                                 /* elements or members; 0 for everything else */
  leat_node *(*get)(leat_node *object, leat_str key);              /* NULL when absent or not an object */
  leat_node *(*at)(leat_node *node, size_t index, leat_str *key);  /* key: may be NULL; of members only */
  leat_kind (*as_str)(leat_node *node, leat_str *out);             /* unescaped; lives as long as the node's value */
  leat_kind (*as_i64)(leat_node *node, int64_t *out);              /* INVALID: not a number, a fraction, or too large */
  leat_kind (*as_f64)(leat_node *node, double *out);
  leat_kind (*as_bool)(leat_node *node, int32_t *out);
  leat_kind (*as_number)(leat_node *node, leat_str *out);          /* a number's own text: 18446744073709551615, 1.10 */
  leat_kind (*node_json)(leat_ctx *ctx, leat_node *node, leat_str *out); /* its subtree as text; until the record changes */

  /* Writing. INVALID: wrong kind of node or invalid UTF-8; the record stays as it was. [call] */
  leat_node *(*put)(leat_node *object, leat_str key);              /* the member, made (as null) when absent; NULL: no object */
  leat_node *(*push)(leat_node *array);                            /* a new last element (null); NULL: no array */
  leat_kind (*erase)(leat_node *object, leat_str key);             /* NOT_FOUND when absent */
  leat_kind (*erase_at)(leat_node *array, size_t index);
  leat_kind (*set_null)(leat_node *node);
  leat_kind (*set_bool)(leat_node *node, int32_t value);
  leat_kind (*set_i64)(leat_node *node, int64_t value);
  leat_kind (*set_f64)(leat_node *node, double value);             /* finite; shortest text that reads back the same */
  leat_kind (*set_number)(leat_node *node, leat_str text);         /* a JSON number, kept as written */
  leat_kind (*set_str)(leat_node *node, leat_str value);
  leat_kind (*set_array)(leat_node *node);                         /* empty */
  leat_kind (*set_object)(leat_node *node);                        /* empty */
  leat_kind (*set_node_json)(leat_ctx *ctx, leat_node *node, leat_str text); /* any document as the node's value */
  leat_kind (*copy)(leat_node *to, leat_node *from);               /* deep; may be of another record, or inside itself */
  /* [call] The attributes in the order of their keys; NOT_FOUND past the end. Both live until an attribute is set. */
  leat_kind (*attr_at)(const leat_rec *record, size_t index, leat_str *key, leat_str *value);
} leat_record_api;

/* "leat.batch/1": records in order, each with its own fate: live, dropped, rejected or delivered. Indexes stay the same
 * for the whole call. INVALID: no such record, or it has its fate already, and nothing changed; BROKEN: no memory. */
#define LEAT_BATCH_SERVICE "leat.batch/1"
typedef struct leat_batch_api {
  uint32_t struct_size;
  uint32_t reserved;
  leat_batch *(*create)(void);           /* [any] for use with leat.chain/1; NULL: no memory */
  void (*release)(leat_batch *batch);    /* [any] only what create gave; NULL is allowed */
  size_t (*count)(const leat_batch *batch);              /* [call] dropped and rejected ones included */
  leat_rec *(*at)(leat_batch *batch, size_t index);      /* [call] NULL past the end, and for dropped or rejected records */
  /* [call] At the end. Takes the record on success, and only then; INVALID for one that belongs to a batch: clone it. */
  leat_kind (*append)(leat_batch *batch, leat_rec *record);
  /* [call] Appends each element of a JSON array as a record, or nothing: INVALID names the byte offset. With `owner`
     (a buffer that holds the text, see leat_buffer_api) nothing is copied. */
  leat_kind (*append_array)(leat_ctx *ctx, leat_batch *batch, leat_bytes text, leat_buffer *owner, size_t *count);
  /* [call] Filtered out on purpose: not an error. The record is gone. */
  leat_kind (*drop)(leat_batch *batch, size_t index);
  /* [call] This record failed, the others go on. */
  leat_kind (*reject)(leat_batch *batch, size_t index, leat_kind kind, uint64_t retry_after_ms, leat_str message);
  /* [call] Publishers: this record is stored at the far side, whatever becomes of the rest of the call. `answer` is JSON
     text kept with its task; may be empty. INVALID also for an answer that is no JSON: delivered, without the answer. */
  leat_kind (*deliver)(leat_batch *batch, size_t index, leat_str answer);
  /* [call] Subscribers: where to go on after this batch; opaque to the host, stored with the batch's records. The last
     call wins. Elsewhere it means nothing. */
  leat_kind (*set_cursor)(leat_batch *batch, leat_bytes cursor);
  /* [call] Subscribers: nothing more for now; the host polls again when the schedule says so. Without it, at once.
     Elsewhere it means nothing. */
  leat_kind (*end)(leat_batch *batch);
} leat_batch_api;

/* ---- HTTP ----------------------------------------------------------------------------------------------------- */

typedef struct leat_header { /* frozen: used in arrays */
  leat_str name;
  leat_str value;
} leat_header;

#define LEAT_HTTP_IDEMPOTENT 1u /* a POST or PATCH that may be repeated (a search): the transport's retry rules apply */
/* Since 1.1: who goes first when requests wait for their client's call budget. One of these, in the bits of the mask. */
#define LEAT_HTTP_PRIORITY 12u
#define LEAT_HTTP_NORMAL 0u
#define LEAT_HTTP_BACKGROUND 4u  /* a first full read, a sweep */
#define LEAT_HTTP_SOON 8u        /* what the far side just announced */
#define LEAT_HTTP_INTERACTIVE 12u /* a person waits */

/* A request. `send` copies what it needs. */
typedef struct leat_http_request {
  uint32_t struct_size;
  uint32_t flags;              /* LEAT_HTTP_... */
  leat_str method;             /* "GET" */
  leat_str url;                /* to a client: path and query ("/company/companies?page=2"); to a transport: absolute */
  const leat_header *headers;
  size_t header_count;
  leat_bytes body;             /* empty: none */
  uint32_t timeout_ms;         /* for everything, waiting for the budget included; 0 = the client's own */
  uint32_t reserved;
} leat_http_request;

/* An answer. Pointers live for the callback it is given to. */
typedef struct leat_http_response {
  uint32_t struct_size;
  int32_t http_status;         /* 200 */
  const leat_header *headers;
  size_t header_count;
  leat_bytes body;             /* decompressed */
  leat_buffer *owner;          /* when not NULL: retain it and the body lives on */
  uint32_t attempts;           /* times the request was sent, the last one included */
  uint32_t elapsed_ms;         /* from send to done */
} leat_http_response;

/* How a call ended. kind OK: the answer means success. Otherwise the answer, when there is one, is given all the same. */
typedef struct leat_outcome {
  uint32_t struct_size;
  leat_kind kind;
  uint64_t retry_after_ms;     /* 0 = not said */
  leat_str message;            /* one line for a person, no secret in it; lives for the callback */
} leat_outcome;

/* response: NULL when none came. Runs once for each send that returned OK, never inside send or cancel; must not block. */
typedef void (*leat_http_done)(void *user, const leat_outcome *outcome, const leat_http_response *response);

/* "leat.client/1": clients of the configuration, for subscribers and publishers. */
#define LEAT_CLIENT_SERVICE "leat.client/1"
typedef struct leat_client_api {
  uint32_t struct_size;
  uint32_t reserved;
  /* [any] By its name in the configuration; NOT_FOUND otherwise. Lives until close, which waits for no one: cancel your
     calls first. ctx may be NULL. */
  leat_kind (*open)(const leat_host *host, leat_ctx *ctx, leat_str name, leat_client **out);
  void (*close)(leat_client *client); /* [any] NULL is allowed */
  /* [any] Starts a call. Not OK: done never runs and ctx says why. OK: done runs exactly once, on a thread of the client;
     `call` is good for cancel until then. ctx is not kept: what is started outlives it, and is not cancelled with it. It
     may be NULL, and must be on other threads than that of its call. */
  leat_kind (*send)(leat_client *client, leat_ctx *ctx, const leat_http_request *request, leat_http_done done, void *user,
                    uint64_t *call);
  /* [any] Ends a call early: done runs soon, with CANCELLED or with the result if that came first. Idempotent. */
  void (*cancel)(leat_client *client, uint64_t call);
  /* [call] send, then waits: done runs on this thread before it returns. Cancels itself with ctx and ends at its
     deadline. Returns the outcome's kind, and ctx holds the outcome's message when that is not OK. ctx may be NULL. */
  leat_kind (*call)(leat_client *client, leat_ctx *ctx, const leat_http_request *request, leat_http_done done, void *user);
} leat_client_api;

/* "leat.transport/1": HTTP for client components: pool, TLS, deadlines, ceilings, budget, retries, request log. */
#define LEAT_TRANSPORT_SERVICE "leat.transport/1"
typedef struct leat_transport_api {
  uint32_t struct_size;
  uint32_t reserved;
  /* [any] options: a JSON object, all members optional; sdk/README.md lists them. INVALID names the member. */
  leat_kind (*open)(const leat_host *host, leat_ctx *ctx, leat_str options, leat_transport **out);
  void (*close)(leat_transport *transport); /* [any] after quiesce; NULL is allowed */
  /* [any] As leat_client_api.send, with an absolute URL. HTTP statuses are results here: kind OK with any status. */
  leat_kind (*send)(leat_transport *transport, leat_ctx *ctx, const leat_http_request *request, leat_http_done done,
                    void *user, uint64_t *call);
  void (*cancel)(leat_transport *transport, uint64_t call); /* [any] as leat_client_api.cancel */
  void (*quiesce)(leat_transport *transport);               /* [any] cancels all; returns when no done runs or will run */
} leat_transport_api;

/* ---- further services ----------------------------------------------------------------------------------------- */

/* "leat.secret/1": options marked writeOnly reach create() as a reference, {"$secret": "clients.psa.private_key"}. */
#define LEAT_SECRET_SERVICE "leat.secret/1"
typedef struct leat_secret_api {
  uint32_t struct_size;
  uint32_t reserved;
  /* [any] The value behind a reference ("clients.psa.private_key"); NOT_FOUND when there is none. Lives as long as the
     host. Never log it. ctx may be NULL. */
  leat_kind (*resolve)(const leat_host *host, leat_ctx *ctx, leat_str reference, leat_str *out);
} leat_secret_api;

/* "leat.chain/1": options marked "x-leat": "transformers" reach create() as a reference, {"$chain": "..."}; the host has
 * made the transformers, the plugin runs them. */
#define LEAT_CHAIN_SERVICE "leat.chain/1"
typedef struct leat_chain_api {
  uint32_t struct_size;
  uint32_t reserved;
  leat_kind (*open)(const leat_host *host, leat_ctx *ctx, leat_str reference, leat_chain **out); /* [any] */
  void (*close)(leat_chain *chain); /* [any] NULL is allowed; no process is running */
  /* [call] Runs every live record of the batch through the transformers: records change, are dropped, rejected, appended.
     Not OK: that outcome is each live record's. Several calls may run at the same time, each with its own batch. */
  leat_kind (*process)(leat_chain *chain, leat_ctx *ctx, leat_batch *batch);
} leat_chain_api;

/* "leat.metric/1": numbers that the host shows beside its own (progress line, end summary). */
#define LEAT_METRIC_SERVICE "leat.metric/1"
typedef struct leat_metric_api {
  uint32_t struct_size;
  uint32_t reserved;
  /* [any] "pages", "requests". Added up by incoming or route, which ctx says; it may be NULL. A few names, not one for
     each record: the host counts only the first thousands. */
  void (*add)(const leat_host *host, leat_ctx *ctx, leat_str name, int64_t delta);
} leat_metric_api;

/* "leat.kv/1": a few durable values of a component instance: a delta link, a token's end, a sequence number. They belong
 * to where the instance stands in the configuration and to its type; a component that is moved or renamed starts empty.
 * Usable in every call that the host makes with a ctx, create included, and for nobody else's values. They are stored at
 * once, not with the records of the call: what must move together with records belongs in the cursor.
 * Keys are 1 to 256 bytes of UTF-8, values up to 1 MiB, at most 1,000 keys for each instance; INVALID names the limit.
 * BUSY: the store is locked or has no room, nothing was changed. BROKEN: the store is damaged. The store is not encrypted:
 * no secrets. A command that keeps nothing (`leat fetch`) starts with none and forgets what was set at its end. */
#define LEAT_KV_SERVICE "leat.kv/1"
typedef struct leat_kv_api {
  uint32_t struct_size;
  uint32_t reserved;
  /* [call] NOT_FOUND when absent, without a text. The value lives until the next get with this ctx, or its call returns. */
  leat_kind (*get)(leat_ctx *ctx, leat_str key, leat_bytes *out);
  leat_kind (*set)(leat_ctx *ctx, leat_str key, leat_bytes value); /* [call] OK: survives a power cut. Costs a disk sync. */
  leat_kind (*erase)(leat_ctx *ctx, leat_str key);                 /* [call] as set; NOT_FOUND when absent */
  /* [call] Makes `out` the array of the keys that begin with prefix (empty: all), in the order of their bytes. */
  leat_kind (*keys)(leat_ctx *ctx, leat_str prefix, leat_rec *out);
} leat_kv_api;

/* "leat.events/1", since 1.1: what reached the host's webhook listener for a subscriber (leat_subscriber.webhook) and waits in
 * the store. */
#define LEAT_EVENTS_SERVICE "leat.events/1"
typedef struct leat_events_api {
  uint32_t struct_size;
  uint32_t reserved;
  /* [call] Where requests for this subscriber come in, as the world sees it: "https://hooks.example.com/leat/tickets".
     NOT_FOUND, without a text, when the configuration has no such address. Lives as long as the instance. */
  leat_kind (*url)(leat_ctx *ctx, leat_str *out);
  /* [call] In poll: sets `out` to the next event in the order they came; NOT_FOUND, without a text: no more. What a poll read
     is forgotten in the transaction that stores its batch and cursor, also when the batch is empty; until then it is given
     again after the next open. */
  leat_kind (*next)(leat_ctx *ctx, leat_rec *out);
  /* [call] 1 when this read, from open to end, began because of events; 0 when a schedule or a person began it. */
  int32_t (*woken)(leat_ctx *ctx);
} leat_events_api;

/* "leat.xref/1", since 1.1: which record of the far side became of which source, kept by the host for outgoings that name a
 * set of cross-references. Texts live until the next call with this ctx, or its call returns. NOT_FOUND comes without a text. */
#define LEAT_XREF_SERVICE "leat.xref/1"
typedef struct leat_xref_api {
  uint32_t struct_size;
  uint32_t reserved;
  leat_kind (*find)(leat_ctx *ctx, leat_str set, leat_str source, leat_str *target);      /* [call] */
  leat_kind (*source_of)(leat_ctx *ctx, leat_str set, leat_str target, leat_str *source); /* [call] */
} leat_xref_api;

/* ---- the four kinds of component ------------------------------------------------------------------------------ */

#define LEAT_KIND_CLIENT 1
#define LEAT_KIND_SUBSCRIBER 2
#define LEAT_KIND_PUBLISHER 3
#define LEAT_KIND_TRANSFORMER 4

/* Functions are required unless they say optional; an optional one may be NULL or behind the end of its table.
 *
 * HTTP client: turns a relative request into a full one, sends it, and says what the answer means. */
typedef struct leat_http_client {
  uint32_t struct_size;
  uint32_t reserved;
  /* [any] As leat_client_api.send; ctx is never NULL. A component with a leat_http_client is always parallel. */
  leat_kind (*send)(void *self, leat_ctx *ctx, const leat_http_request *request, leat_http_done done, void *user,
                    uint64_t *call);
  void (*cancel)(void *self, uint64_t call); /* [any] idempotent; an unknown call is ignored */
  void (*quiesce)(void *self);               /* [any] cancels all; returns when no done runs or will run. Before destroy. */
} leat_http_client;

/* Since 1.1: a request that reached the host's webhook listener. Pointers live for the call. */
typedef struct leat_webhook {
  uint32_t struct_size;
  uint32_t reserved;
  leat_str method;              /* "POST" */
  leat_str target;              /* what stands behind the subscriber's own address: "?recordId=7601&action=updated" */
  const leat_header *headers;
  size_t header_count;
  leat_bytes body;              /* as it came: signatures are made over these bytes */
} leat_webhook;

typedef struct leat_subscriber {
  uint32_t struct_size;
  uint32_t reserved;
  /* [inst] cursor: of the last batch whose records were stored; empty the first time. Called again after close, and after
     an open that failed. */
  leat_kind (*open)(void *self, leat_ctx *ctx, leat_bytes cursor);
  /* [inst] Appends up to about `max` records (a whole page may be a few more) and sets the cursor behind them. May wait
     up to wait_ms for the first one. An empty batch without end() means: nothing yet. The host stores the batch's
     records and its cursor together. On failure records already appended are dropped, and the next poll gives them again
     (the host closes and opens the subscriber at the last stored cursor). */
  leat_kind (*poll)(void *self, leat_ctx *ctx, uint32_t max, uint32_t wait_ms, leat_batch *out);
  /* [inst] Optional: the batch that ended with this cursor is stored (1), or will never be (0). For brokers that want it;
     in order, and batches may have been polled in between. Its failure is logged. */
  leat_kind (*settle)(void *self, leat_ctx *ctx, leat_bytes cursor, int32_t stored);
  leat_kind (*close)(void *self, leat_ctx *ctx); /* [inst] optional */
  /* [any] Optional, since 1.1. Is the request genuine, and what of it must be kept? Appends the events, usually one, to `out`;
     they are stored before the sender is answered 200, and polls read them with leat.events/1. OK and nothing appended: 200.
     DENIED is answered 401, INVALID 400, NOT_FOUND 404, UNSUPPORTED and BROKEN 503, others 429: come again. Must return before
     the deadline of ctx, a few seconds: senders do not wait longer. Runs beside open, poll and close. */
  leat_kind (*webhook)(void *self, leat_ctx *ctx, const leat_webhook *request, leat_batch *out);
} leat_subscriber;

typedef struct leat_publisher {
  uint32_t struct_size;
  uint32_t reserved;
  /* [inst] Optional. Before the first publish, and again after a failed open or a close. */
  leat_kind (*open)(void *self, leat_ctx *ctx);
  /* [inst] Delivers the batch; may block until the deadline of ctx. OK: stored at the far side, but for the records it
     rejected. Not OK: that outcome is each record's, but for those it delivered or rejected by itself. */
  leat_kind (*publish)(void *self, leat_ctx *ctx, leat_batch *batch);
  leat_kind (*close)(void *self, leat_ctx *ctx); /* [inst] optional */
  /* [any] Optional. 1: a record published twice leaves the far side as if published once, so a call without outcome may be
     repeated (PUT, DELETE). 0, or absent: it may not (POST). Constant for an instance. */
  int32_t (*replay_safe)(void *self);
  /* [any] Optional: the largest batch it wants, at least 1. Absent: the host chooses. Constant for an instance. */
  uint32_t (*batch_max)(void *self);
} leat_publisher;

typedef struct leat_transformer {
  uint32_t struct_size;
  uint32_t reserved;
  /* [inst] Edits, drops, rejects and appends records. Appended ones go to the next transformer, not to this one; in an
     outgoing one record stays one (its task would have two outcomes): appending there fails the task. Not OK: that
     outcome is each live record's. */
  leat_kind (*process)(void *self, leat_ctx *ctx, leat_batch *batch);
  /* [any] Optional, since 1.1. Edits `known`, the members that every record has before it whatever came in, into those behind
     it: sets constants, erases what it may change. Absent: nothing is known behind it. */
  leat_kind (*constants)(void *self, leat_ctx *ctx, leat_rec *known);
} leat_transformer;

/* ---- what a plugin exports ------------------------------------------------------------------------------------ */

#define LEAT_PARALLEL 1u /* calls for one instance may run at the same time */
/* Since 1.1. Of a publisher: it changes the far side only through leat.client/1, by requests that are not GET or HEAD, nor a
   POST marked IDEMPOTENT. A host can then rehearse its work: it stops those requests and shows them. */
#define LEAT_REHEARSABLE 2u

typedef struct leat_component {
  uint32_t struct_size;
  uint32_t kind;               /* LEAT_KIND_...; a host skips a component of a kind it does not know, and says so */
  uint32_t flags;              /* LEAT_PARALLEL, LEAT_REHEARSABLE */
  uint32_t reserved;
  const char *id;              /* its `type` in the configuration: "connectwise". One per kind and host. */
  const char *title;           /* "ConnectWise PSA"; may be NULL */
  const char *summary;         /* one sentence; may be NULL */
  const char *config_schema;   /* JSON Schema text of its options: see sdk/README.md for the part of it that counts */
  const void *vtable;          /* by kind: leat_http_client, leat_subscriber, leat_publisher, leat_transformer */
  /* [any] Makes an instance from configuration the host has checked against the schema, defaults filled in. No I/O but
     leat.kv/1. INVALID: what the schema cannot say is wrong with it. Not OK: destroy is not called. */
  leat_kind (*create)(const leat_host *host, leat_ctx *ctx, leat_str config_json, void **self);
  void (*destroy)(void *self); /* [any] after close or quiesce; no call is or will be running */
  /* [inst] Optional, since 1.1. Looks whether the far side is ready for this instance, by reads only, and sets `out` to an array
     of findings: {"check": "permission", "status": "ok" | "warning" | "error", "message": "...", "advice": "..."}; advice may be
     absent. known: for a publisher, what leat_transformer.constants says of its records; else null. It may be edited. Not OK:
     the far side could not be looked at. */
  leat_kind (*doctor)(void *self, leat_ctx *ctx, leat_rec *known, leat_rec *out);
} leat_component;

typedef struct leat_plugin {
  uint32_t struct_size;
  uint32_t abi_minor;          /* it was built with */
  uint32_t need_minor;         /* the oldest host it runs on */
  uint32_t component_count;
  const char *id;              /* "acme.tools": letters, digits, '.', '_' and '-', as a component's */
  const char *version;         /* "1.4.0"; these three may be NULL */
  const char *vendor;
  const char *built_with;      /* "g++ 12.2" */
  const leat_component *const *components; /* pointers: elements may grow */
  /* [load] Optional: keep the host, fetch services. Not OK: the library is refused, and deinit is not called. */
  leat_kind (*init)(const leat_host *host, leat_ctx *ctx);
  void (*deinit)(void);        /* [load] optional: after the last destroy; afterwards no thread or callback remains */
  /* [any] Optional: a table by id, NULL when there is none. */
  const void *(*extension)(const char *id);
} leat_plugin;

/* The one export of a plugin. */
extern LEAT_EXPORT const leat_plugin leat_plugin_v1;

/* "leat.catalog/1", an extension of a plugin: what can be named in an option, searchable from the command line. */
#define LEAT_CATALOG_EXTENSION "leat.catalog/1"
typedef struct leat_catalog {
  uint32_t struct_size;
  uint32_t reserved;
  /* [any] Sets `out` to {"total": n, "entries": [{"name", "method", "path", "parameters", "fields", ...}]}: entries that match all
     the words, best first, at most `limit` (0 = all). total counts the whole catalog. */
  leat_kind (*search)(leat_ctx *ctx, leat_str words, uint32_t limit, leat_rec *out);
} leat_catalog;

#ifdef __cplusplus
}
#endif

#endif /* LEAT_ABI_H */
