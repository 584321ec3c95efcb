// What the dynamic section of a 64-bit ELF library says, read from the file itself: nothing is loaded.
// Source  the gABI, chapters 4 and 5; <elf.h>.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "leat/result.hpp"

namespace leat::host::check {

struct DynamicSymbols {
  std::vector<std::string> defined;    // others may bind to them: global, weak and unique ones
  std::vector<std::string> undefined;  // must come from elsewhere; weak ones may stay absent and are left out
  std::vector<std::string> needed;     // the libraries it names, in order
};

// invalid: not a 64-bit library of this machine, or damaged.
Result<DynamicSymbols> read_dynamic_symbols(const std::filesystem::path& file);

}  // namespace leat::host::check
