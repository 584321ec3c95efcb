#undef NDEBUG
#include <assert.h>

#include "../src/plugin.c"

static leat_bytes cursor(const char* from) {
  const leat_bytes made = {(const uint8_t*)from, strlen(from)};
  return made;
}

static void counting_goes_on_behind_the_cursor(void) {
  assert(next_after(cursor("")) == 1);
  assert(next_after(cursor("41")) == 42);
}

static void a_cursor_that_is_no_number_is_refused(void) {
  assert(next_after(cursor("x")) == 0);
  assert(next_after(cursor("-1")) == 0);
  assert(next_after(cursor("9999999999999999999999")) == 0);
}

int main(void) {
  counting_goes_on_behind_the_cursor();
  a_cursor_that_is_no_number_is_refused();
  return 0;
}
