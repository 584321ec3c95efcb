// Exponential backoff with full jitter: a random time between nothing and a ceiling that doubles with each attempt.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>

namespace leat::host {

struct Backoff {
  std::chrono::milliseconds first{500};
  std::chrono::milliseconds ceiling{60'000};

  // attempt: 1 for the first retry.
  template <class Random>
  std::chrono::milliseconds delay(int attempt, Random& random) const {
    auto limit = first;
    for (int i = 1; i < attempt && limit < ceiling; ++i) limit *= 2;
    limit = std::min(limit, ceiling);
    return std::chrono::milliseconds(std::uniform_int_distribution<std::int64_t>(0, limit.count())(random));
  }
};

}  // namespace leat::host
