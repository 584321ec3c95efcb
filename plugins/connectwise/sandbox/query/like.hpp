// SQL LIKE as the live system takes it: * and % match anything, _ one character, [abc] [a-z] [^a] one of a set; "[[]"
// is a literal bracket. Without a wildcard it is equality. Letters compare without case.
// Threads  any.
// Source   * and %: guide C; [[]: clients C; _ and sets: clients L.
#pragma once

#include <string_view>

namespace leat::sandbox {

bool like(std::string_view text, std::string_view pattern);

}  // namespace leat::sandbox
