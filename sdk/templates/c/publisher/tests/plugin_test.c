#undef NDEBUG
#include "../src/plugin.c"

#include <assert.h>

static void each_record_is_a_line(void) {
  FILE* file = tmpfile();
  char content[16] = {0};
  assert(file != NULL);
  assert(append_line(file, text("{\"id\":1}")));
  assert(append_line(file, text("2")));
  rewind(file);
  assert(fread(content, 1, sizeof(content) - 1, file) == 11);
  assert(strcmp(content, "{\"id\":1}\n2\n") == 0);
  fclose(file);
}

static void a_file_that_takes_nothing_is_noticed(void) {
  FILE* file = fopen("/dev/null", "r");
  assert(file != NULL);
  assert(!append_line(file, text("1")));
  fclose(file);
}

int main(void) {
  each_record_is_a_line();
  a_file_that_takes_nothing_is_noticed();
  return 0;
}
