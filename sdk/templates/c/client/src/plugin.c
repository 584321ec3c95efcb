/* An HTTP client for an API with a bearer token: it completes requests and says what answers mean. */
#include "support.h"

typedef struct api {
  char* base_uri;      /* without a slash at its end */
  char* authorization; /* "Bearer ..." */
  leat_transport* transport;
} api;

static const char schema[] =
    "{\"type\": \"object\", \"additionalProperties\": false, \"required\": [\"base_uri\", \"token\"], \"properties\": {"
    "\"base_uri\": {\"type\": \"string\", \"description\": \"Where the API is.\", "
    "\"examples\": [\"https://api.example\"]},"
    "\"token\": {\"type\": \"string\", \"writeOnly\": true, \"description\": \"The bearer token.\"}}}";

/* What the caller does next after an answer with this status. */
static leat_kind meaning(int may_change, int32_t status) {
  if (status >= 200 && status < 300) return LEAT_OK;
  if (status == 401 || status == 403) return LEAT_DENIED;
  if (status == 404) return LEAT_NOT_FOUND;
  if (status == 429 || status == 503) return LEAT_BUSY;
  if (status >= 500) return may_change ? LEAT_UNCERTAIN : LEAT_UNREACHABLE;
  return LEAT_INVALID;
}

/* A request that may not be sent twice. */
static int changes(leat_str method) {
  return (method.len == 4 && memcmp(method.ptr, "POST", 4) == 0) ||
         (method.len == 5 && memcmp(method.ptr, "PATCH", 5) == 0);
}

/* `before`, `between`, `after` in one text, to be freed; NULL: no memory. */
static char* joined(leat_str before, const char* between, leat_str after) {
  const size_t middle = strlen(between);
  char* made = malloc(before.len + middle + after.len + 1);
  if (made == NULL) return NULL;
  if (before.len > 0) memcpy(made, before.ptr, before.len);
  memcpy(made + before.len, between, middle);
  if (after.len > 0) memcpy(made + before.len + middle, after.ptr, after.len);
  made[before.len + middle + after.len] = '\0';
  return made;
}

static void destroy(void* self) {
  api* me = self;
  if (me->transport != NULL) leat.transport->close(me->transport);
  free(me->base_uri);
  free(me->authorization);
  free(me);
}

static leat_kind fill(api* me, leat_ctx* ctx, leat_rec* options) {
  leat_str base_uri, reference, token;
  if (leat.record->as_str(option(options, "base_uri"), &base_uri) != LEAT_OK) {
    return fail(ctx, LEAT_INVALID, "base_uri: a string is expected");
  }
  if (leat.record->as_str(leat.record->get(option(options, "token"), text("$secret")), &reference) != LEAT_OK) {
    return fail(ctx, LEAT_INVALID, "token: a secret given by reference is expected");
  }
  const leat_kind kind = leat.secret->resolve(leat.host, ctx, reference, &token);
  if (kind != LEAT_OK) return kind;
  while (base_uri.len > 0 && base_uri.ptr[base_uri.len - 1] == '/') --base_uri.len;
  me->base_uri = copy_of(base_uri);
  me->authorization = joined(text("Bearer"), " ", token);
  if (me->base_uri == NULL || me->authorization == NULL) return fail(ctx, LEAT_BUSY, "no memory");
  return leat.transport->open(leat.host, ctx, text("{}"), &me->transport);
}

static leat_kind create(const leat_host* host, leat_ctx* ctx, leat_str config_json, void** self) {
  (void)host;
  if (leat.transport == NULL || leat.secret == NULL) {
    return fail(ctx, LEAT_UNSUPPORTED, "the host does not offer leat.transport/1 and leat.secret/1");
  }
  leat_rec* options;
  leat_kind kind = options_of(ctx, config_json, &options);
  if (kind != LEAT_OK) return kind;
  api* made = calloc(1, sizeof(*made));
  kind = made == NULL ? fail(ctx, LEAT_BUSY, "no memory") : fill(made, ctx, options);
  leat.record->release(options);
  if (kind == LEAT_OK) {
    *self = made;
  } else if (made != NULL) {
    destroy(made);
  }
  return kind;
}

/* One call between its user's done and the transport's. */
typedef struct call_state {
  int may_change;
  leat_http_done done;
  void* user;
} call_state;

static void answered(void* user, const leat_outcome* outcome, const leat_http_response* response) {
  const call_state call = *(call_state*)user;
  free(user);
  leat_outcome said = {0};
  char message[40];
  memcpy(&said, outcome, outcome->struct_size < sizeof(said) ? outcome->struct_size : sizeof(said));
  if (outcome->kind == LEAT_OK && response != NULL) {
    said.struct_size = sizeof(said);
    said.kind = meaning(call.may_change, response->http_status);
    snprintf(message, sizeof(message), "HTTP status %d", (int)response->http_status);
    said.message = text(message);
  }
  call.done(call.user, &said, response);
}

static leat_kind send_request(void* self, leat_ctx* ctx, const leat_http_request* request, leat_http_done done,
                              void* user, uint64_t* call) {
  const api* me = self;
  const int slash = request->url.len > 0 && request->url.ptr[0] == '/';
  char* url = joined(text(me->base_uri), slash ? "" : "/", request->url);
  leat_header* headers = malloc((request->header_count + 1) * sizeof(*headers));
  call_state* state = malloc(sizeof(*state));
  leat_kind kind;
  if (url == NULL || headers == NULL || state == NULL) {
    free(state);
    kind = fail(ctx, LEAT_BUSY, "no memory");
  } else {
    if (request->header_count > 0) memcpy(headers, request->headers, request->header_count * sizeof(*headers));
    headers[request->header_count].name = text("Authorization");
    headers[request->header_count].value = text(me->authorization);
    leat_http_request full = {0};
    memcpy(&full, request, request->struct_size < sizeof(full) ? request->struct_size : sizeof(full));
    full.struct_size = sizeof(full);
    full.url = text(url);
    full.headers = headers;
    full.header_count = request->header_count + 1;
    state->may_change = changes(request->method) && (request->flags & LEAT_HTTP_IDEMPOTENT) == 0;
    state->done = done;
    state->user = user;
    /* From here on the call may end on another thread before send returns: it is no longer ours. */
    kind = leat.transport->send(me->transport, ctx, &full, answered, state, call);
    if (kind != LEAT_OK) free(state);
  }
  free(headers);
  free(url);
  return kind;
}

static void cancel_call(void* self, uint64_t call) { leat.transport->cancel(((api*)self)->transport, call); }
static void quiesce(void* self) { leat.transport->quiesce(((api*)self)->transport); }

static const leat_http_client table = {
    .struct_size = sizeof(table), .send = send_request, .cancel = cancel_call, .quiesce = quiesce};
static const leat_component component = {
    .struct_size = sizeof(component),
    .kind = LEAT_KIND_CLIENT,
    .flags = LEAT_PARALLEL,
    .id = "@NAME@",
    .title = "@NAME@",
    .summary = "An API with a bearer token.",
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
