// The fuzzer's entry for records, and its replay of files: see record_differential.hpp for what an input is.
#include <cstdio>
#include <cstdlib>

#include "fuzz/record_differential.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::string difference = leat::fuzz::Differential().run(input);
  if (!difference.empty()) {
    std::fprintf(stderr, "records differ from nlohmann/json: %s\n", difference.c_str());
    std::abort();
  }
  return 0;
}
