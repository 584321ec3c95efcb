#include "host/store/cross_references.hpp"

#include <fmt/format.h>

namespace leat::host {

std::optional<Error> Xref::beyond_limits() const {
  const struct {
    const char* name;
    const std::string& text;
  } parts[] = {{"set", set}, {"source", source}, {"target", target}};
  for (const auto& part : parts) {
    if (!part.text.empty() && part.text.size() <= text_max) continue;
    return Error{ErrorKind::invalid,
                 fmt::format("xref: a {} has 1 to {} bytes, this one has {}", part.name, text_max, part.text.size()),
                 0};
  }
  return std::nullopt;
}

}  // namespace leat::host
