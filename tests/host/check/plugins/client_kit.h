/* A sound HTTP client without any network: each request is answered by a thread of its own, at once, or when it is
 * cancelled if its URL says "slow". */
#ifndef LEAT_CHECK_CLIENT_KIT_H
#define LEAT_CHECK_CLIENT_KIT_H

#include <pthread.h>

#include "kit.h"

typedef struct request {
  struct client* client;
  struct request* next;
  leat_http_done done;
  void* user;
  uint64_t call;
} request;

typedef struct client {
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  request* open; /* not yet completed */
  uint64_t calls;
  int running; /* threads */
} client;

static UNUSED leat_kind client_create(const leat_host* given, leat_ctx* ctx, leat_str options, void** self) {
  client* made = (client*)calloc(1, sizeof(client));
  (void)given;
  (void)ctx;
  (void)options;
  if (made == NULL) return LEAT_BUSY;
  pthread_mutex_init(&made->mutex, NULL);
  pthread_cond_init(&made->changed, NULL);
  *self = made;
  return LEAT_OK;
}

static UNUSED void client_destroy(void* self) { free(self); }

static UNUSED void answer(const request* one) {
  static const uint8_t body[] = "{}";
  leat_outcome outcome = {sizeof(leat_outcome), LEAT_OK, 0, {NULL, 0}};
  leat_http_response response;
  memset(&response, 0, sizeof response);
  response.struct_size = sizeof response;
  response.http_status = 200;
  response.body.ptr = body;
  response.body.len = 2;
  one->done(one->user, &outcome, &response);
}

static UNUSED void* answer_later(void* given) {
  request* one = (request*)given;
  client* self = one->client;
  request** at;
  answer(one);
  pthread_mutex_lock(&self->mutex);
  for (at = &self->open; *at != one; at = &(*at)->next) {
  }
  *at = one->next;
  --self->running;
  pthread_cond_broadcast(&self->changed);
  pthread_mutex_unlock(&self->mutex);
  free(one);
  return NULL;
}

static UNUSED request* new_request(client* self, leat_http_done done, void* user, uint64_t* call) {
  request* one = (request*)calloc(1, sizeof(request));
  if (one == NULL) return NULL;
  one->client = self;
  one->done = done;
  one->user = user;
  pthread_mutex_lock(&self->mutex);
  one->call = *call = ++self->calls;
  one->next = self->open;
  self->open = one;
  ++self->running;
  pthread_mutex_unlock(&self->mutex);
  return one;
}

static UNUSED leat_kind run_thread(void* (*body)(void*), request* one) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, body, one) != 0) abort();
  pthread_detach(thread);
  return LEAT_OK;
}

static UNUSED leat_kind sound_send(void* self, leat_ctx* ctx, const leat_http_request* what, leat_http_done done,
                                   void* user, uint64_t* call) {
  request* one = new_request((client*)self, done, user, call);
  (void)what;
  if (one == NULL) return failed(ctx, LEAT_BUSY, "no memory");
  return run_thread(answer_later, one);
}

static UNUSED void sound_cancel(void* self, uint64_t call) {
  (void)self;
  (void)call; /* every request is answered at once */
}

static UNUSED void sound_quiesce(void* given) {
  client* self = (client*)given;
  pthread_mutex_lock(&self->mutex);
  while (self->running > 0) pthread_cond_wait(&self->changed, &self->mutex);
  pthread_mutex_unlock(&self->mutex);
}

#define CLIENT_PLUGIN(send, cancel, quiesce)                                                     \
  static const leat_http_client table = {sizeof(leat_http_client), 0, send, cancel, quiesce};    \
  COMPONENT(LEAT_KIND_CLIENT, LEAT_PARALLEL, NO_OPTIONS, &table, client_create, client_destroy); \
  PLUGIN(sound_init, NULL)

#endif
