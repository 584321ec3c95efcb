#include "plugins/connectwise/reading/options.hpp"

#include <algorithm>
#include <charconv>

#include "plugins/connectwise/timestamp.hpp"

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

Result<ForEachSetup> ForEachOptions::setup() const {
  if (path.empty()) return refuse("for_each.path must name at least one path parameter: { parentId: id }");
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '/';
  };
  for (const auto& [parameter, place] : path) {
    if (place.empty() || !std::ranges::all_of(place, plain)) {
      return refuse("for_each.path." + parameter + " must be the place of a value, such as id or company/id");
    }
  }
  return ForEachSetup{path, member};
}

Result<SweepSetup> DeletionOptions::setup() const {
  double percent = 0;
  const char* end = threshold.data() + threshold.size();
  const auto [read, error] = std::from_chars(threshold.data(), end, percent);
  const bool fits = error == std::errc{} && read + 1 == end && *read == '%' && percent >= 0 && percent <= 100;
  if (!fits) return refuse("deletions.threshold must be a share such as 10%");
  return SweepSetup{every, percent / 100};
}

}  // namespace leat::connectwise
