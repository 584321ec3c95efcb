#include "fixture.h"

/* A mistake in each component but the last. */
static const leat_transformer empty = {sizeof(leat_transformer), 0, NULL};
static const leat_component list_of[] = {
    TRANSFORMER("acme.no_json", "{\"type\": "),
    TRANSFORMER("acme.array", "[]"),
    TRANSFORMER("acme.no_schema", NULL),
    TRANSFORMER("no blanks", ANY_OPTIONS),
    TRANSFORMER(NULL, ANY_OPTIONS),
    {16, LEAT_KIND_TRANSFORMER, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL},
    {sizeof(leat_component), 7, 0, 0, "acme.kind", "", "", ANY_OPTIONS, &nothing, create, destroy},
    {sizeof(leat_component), LEAT_KIND_TRANSFORMER, 0, 0, "acme.no_create", "", "", ANY_OPTIONS, &nothing, NULL,
     destroy},
    {sizeof(leat_component), LEAT_KIND_TRANSFORMER, 0, 0, "acme.no_destroy", "", "", ANY_OPTIONS, &nothing, create,
     NULL},
    {sizeof(leat_component), LEAT_KIND_TRANSFORMER, 0, 0, "acme.no_table", "", "", ANY_OPTIONS, NULL, create, destroy},
    {sizeof(leat_component), LEAT_KIND_TRANSFORMER, 0, 0, "acme.no_process", "", "", ANY_OPTIONS, &empty, create,
     destroy},
    {sizeof(leat_component), LEAT_KIND_CLIENT, 0, 0, "acme.no_send", "", "", ANY_OPTIONS, &empty, create, destroy},
    {sizeof(leat_component), LEAT_KIND_SUBSCRIBER, 0, 0, "acme.no_open", "", "", ANY_OPTIONS, &empty, create, destroy},
    {sizeof(leat_component), LEAT_KIND_PUBLISHER, 0, 0, "acme.no_publish", "", "", ANY_OPTIONS, &empty, create,
     destroy},
    TRANSFORMER("acme.\xff", ANY_OPTIONS),
    {sizeof(leat_component), LEAT_KIND_TRANSFORMER, 0, 0, "acme.title", "Caf\xe9", "", ANY_OPTIONS, &nothing, create,
     destroy},
    {sizeof(leat_component), LEAT_KIND_TRANSFORMER, 0, 0, "acme.summary", "", "Caf\xe9", ANY_OPTIONS, &nothing, create,
     destroy},
    TRANSFORMER("acme.schema", "{\"title\": \"Caf\xe9\"}"),
    TRANSFORMER("acme.half", "\xc3\xa9"),
    TRANSFORMER("acme.sound", ANY_OPTIONS),
};
static const leat_component* const list[] = {
    &list_of[0],  &list_of[1],  &list_of[2],  &list_of[3],  &list_of[4],  &list_of[5],  &list_of[6],
    &list_of[7],  &list_of[8],  &list_of[9],  &list_of[10], &list_of[11], &list_of[12], &list_of[13],
    &list_of[14], &list_of[15], &list_of[16], &list_of[17], &list_of[18], &list_of[19], NULL};
PLUGIN("acme.bad_parts", list);
