#include <malloc.h>

#include "host/cli/cli.hpp"

int main(int argc, char** argv) {
  // Records are made by one thread and freed by another: a heap for each thread would keep what the others freed. Pages
  // are not in the heap (base/large_blocks).
  mallopt(M_ARENA_MAX, 2);  // NOLINT(concurrency-mt-unsafe): no other thread yet
  return leat::host::run_command_line(argc, argv);
}
