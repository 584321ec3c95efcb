#include <malloc.h>

#include "host/cli/cli.hpp"

int main(int argc, char** argv) {
  // Pages of some MiB come and go all the time: keep them in the heap instead of mapping each one anew. The trim
  // threshold bounds what is kept.
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 32 << 20);
  return leat::host::run_command_line(argc, argv);
}
