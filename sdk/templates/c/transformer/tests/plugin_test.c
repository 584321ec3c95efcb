#undef NDEBUG
#include <assert.h>

#include "../src/plugin.c"

static void a_greeting_is_the_word_a_blank_and_the_name(void) {
  char* made = greeting_for("Hello", text("Ina"));
  assert(made != NULL && strcmp(made, "Hello Ina") == 0);
  free(made);
}

static void an_empty_name_is_greeted_too(void) {
  const leat_str none = {NULL, 0};
  char* made = greeting_for("Hello", none);
  assert(made != NULL && strcmp(made, "Hello ") == 0);
  free(made);
}

int main(void) {
  a_greeting_is_the_word_a_blank_and_the_name();
  an_empty_name_is_greeted_too();
  return 0;
}
