// `leat xref`: the cross-references that outgoings wrote, searched and removed.
#pragma once

#include <cstdint>
#include <string>

#include "host/store/task_store.hpp"

namespace leat::host {

struct XrefOptions {
  std::string set{};  // empty, like the others: any
  std::string source{};
  std::string target{};
  std::uint32_t limit = 20;  // 0: all
  bool remove = false;       // the one of set and source
};

// Prints; gives the exit code.
int find_xrefs(TaskStore& store, const XrefOptions& options, bool json);

}  // namespace leat::host
