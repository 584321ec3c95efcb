// A fast hash of bytes to tell contents apart; constant over versions, because it is stored. Not for adversaries.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace leat::file {

namespace detail {

inline std::uint64_t mixed(std::uint64_t hash, const char* word) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, word, sizeof(bits));
  hash = (hash ^ bits) * 0x9e3779b97f4a7c15U;
  return hash ^ hash >> 32U;
}

}  // namespace detail

// Four lanes, so that one multiplication need not wait for the other: about 10 GB/s.
inline std::uint64_t hash64(std::string_view text) {
  constexpr std::size_t kWord = sizeof(std::uint64_t);
  std::uint64_t lanes[4] = {text.size(), 1, 2, 3};
  for (; text.size() >= 4 * kWord; text.remove_prefix(4 * kWord)) {
    for (std::size_t i = 0; i < 4; ++i) lanes[i] = detail::mixed(lanes[i], text.data() + i * kWord);
  }
  char rest[4 * kWord] = {};
  if (!text.empty()) std::memcpy(rest, text.data(), text.size());
  for (std::size_t i = 0; i < 4; ++i) lanes[i] = detail::mixed(lanes[i], rest + i * kWord);
  std::uint64_t hash = 0;
  for (const std::uint64_t lane : lanes) {
    char word[kWord];
    std::memcpy(word, &lane, kWord);
    hash = detail::mixed(hash, word);
  }
  return hash;
}

}  // namespace leat::file
