#undef NDEBUG
#include <assert.h>

#include "../src/plugin.c"

static void an_answer_says_what_to_do_next(void) {
  static const struct {
    const char* method;
    int32_t status;
    leat_kind kind;
  } rows[] = {{"GET", 204, LEAT_OK},         {"GET", 401, LEAT_DENIED},     {"GET", 404, LEAT_NOT_FOUND},
              {"POST", 400, LEAT_INVALID},   {"POST", 429, LEAT_BUSY},      {"GET", 502, LEAT_UNREACHABLE},
              {"POST", 502, LEAT_UNCERTAIN}, {"PATCH", 500, LEAT_UNCERTAIN}};
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); ++i) {
    assert(meaning(changes(text(rows[i].method)), rows[i].status) == rows[i].kind);
  }
}

static void texts_are_joined(void) {
  char* made = joined(text("https://api.example"), "/", text("items"));
  assert(made != NULL && strcmp(made, "https://api.example/items") == 0);
  free(made);
}

int main(void) {
  an_answer_says_what_to_do_next();
  texts_are_joined();
  return 0;
}
