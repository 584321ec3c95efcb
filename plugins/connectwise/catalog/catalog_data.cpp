#include "plugins/connectwise/catalog/catalog_data.hpp"

// The assembler copies the files; a string literal of this size would be beyond what compilers promise.
#define LEAT_EMBED(symbol, path)                                                \
  __asm__(".pushsection .rodata\n" #symbol                                      \
          "_begin:\n"                                                           \
          ".incbin \"" path "\"\n" #symbol                                      \
          "_end:\n"                                                             \
          ".byte 0\n"                                                           \
          ".popsection\n");                                                     \
  extern "C" __attribute__((visibility("hidden"))) const char symbol##_begin[]; \
  extern "C" __attribute__((visibility("hidden"))) const char symbol##_end[]

LEAT_EMBED(leat_connectwise_operations, LEAT_CATALOG_FOLDER "/operations.tsv");
LEAT_EMBED(leat_connectwise_schemas, LEAT_CATALOG_FOLDER "/schemas.tsv");

namespace leat::connectwise {

std::string_view operations_table() {
  return {leat_connectwise_operations_begin,
          static_cast<std::size_t>(leat_connectwise_operations_end - leat_connectwise_operations_begin)};
}

std::string_view schemas_table() {
  return {leat_connectwise_schemas_begin,
          static_cast<std::size_t>(leat_connectwise_schemas_end - leat_connectwise_schemas_begin)};
}

}  // namespace leat::connectwise
