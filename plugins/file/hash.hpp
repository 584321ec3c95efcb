// A fast hash of bytes to tell contents apart; constant over versions, because it is stored. Not for adversaries.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace leat::file {

inline std::uint64_t hash64(std::string_view text) {
  constexpr std::uint64_t kFactor = 0x9e3779b97f4a7c15U;
  std::uint64_t hash = kFactor ^ text.size();
  const auto mix = [&](std::uint64_t word) {
    hash = (hash ^ word) * kFactor;
    hash ^= hash >> 32U;
  };
  for (; text.size() >= 8; text.remove_prefix(8)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data(), 8);
    mix(word);
  }
  std::uint64_t rest = 0;
  if (!text.empty()) std::memcpy(&rest, text.data(), text.size());
  mix(rest);
  mix(hash >> 29U);
  return hash;
}

}  // namespace leat::file
