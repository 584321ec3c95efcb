#include "host/config/nearest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace leat::host {

namespace {

// Longer names are not typed by hand, and the distance costs the product of both lengths.
constexpr std::size_t kLengthMax = 200;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Letters to insert, drop, change or swap with their neighbour until `a` is `b` (optimal string alignment).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> above(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(above.begin(), above.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (same ? 0 : 1)});
      if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1])) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    std::swap(before, above);
    std::swap(above, row);
  }
  return above.back();
}

}  // namespace

std::optional<std::string> nearest(std::string_view name, const std::vector<std::string>& known) {
  if (name.empty() || name.size() > kLengthMax) return std::nullopt;
  const std::string* best = nullptr;
  std::size_t best_distance = 0;
  for (const std::string& candidate : known) {
    const std::size_t allowed = std::max<std::size_t>(1, std::min(name.size(), candidate.size()) / 3);
    if (candidate.size() > name.size() + allowed || name.size() > candidate.size() + allowed) continue;
    const std::size_t d = distance(name, candidate);
    if (d > allowed || d >= std::min(name.size(), candidate.size())) continue;
    if (best == nullptr || d < best_distance) {
      best = &candidate;
      best_distance = d;
    }
  }
  if (best == nullptr) return std::nullopt;
  return *best;
}

std::string suggest(std::string_view name, const std::vector<std::string>& known, std::string_view none) {
  constexpr std::size_t kListed = 10;
  if (known.empty()) return std::string(none);
  if (const auto near = nearest(name, known)) return fmt::format("; did you mean \"{}\"?", *near);
  std::string list;
  for (std::size_t i = 0; i < std::min(known.size(), kListed); ++i) {
    list += fmt::format("{}\"{}\"", i == 0 ? "; known: " : ", ", known[i]);
  }
  if (known.size() > kListed) list += fmt::format(" and {} more", known.size() - kListed);
  return list;
}

}  // namespace leat::host
