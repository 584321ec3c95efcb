#include "plugins/connectwise/reading/options.hpp"

#include <algorithm>

#include "plugins/connectwise/reading/timestamp.hpp"

namespace leat::connectwise {
namespace {

Error refuse(std::string text) { return Error{ErrorKind::invalid, std::move(text), 0}; }

}  // namespace

Result<IncrementalSetup> IncrementalOptions::setup() const {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  if (field.empty() || !std::ranges::all_of(field, plain)) {
    return refuse("incremental.field must be the name of a time, such as lastUpdated");
  }
  IncrementalSetup setup{field, std::chrono::duration_cast<std::chrono::seconds>(overlap).count(), std::nullopt};
  if (from == "all") return setup;
  setup.from = parse_timestamp(from);
  if (!setup.from) return refuse("incremental.from must be all, or a date such as 2026-01-01 or 2026-01-01T08:00:00Z");
  return setup;
}

}  // namespace leat::connectwise
