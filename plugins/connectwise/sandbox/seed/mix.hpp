// Numbers that look random and are the same in every run.
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace leat::sandbox {

// SplitMix64, public domain (Vigna).
constexpr std::uint64_t mix(std::uint64_t seed) {
  seed += 0x9e3779b97f4a7c15U;
  seed = (seed ^ seed >> 30U) * 0xbf58476d1ce4e5b9U;
  seed = (seed ^ seed >> 27U) * 0x94d049bb133111ebU;
  return seed ^ seed >> 31U;
}

// A version 4 GUID of the seed, appended.
inline void append_guid(std::string& out, std::uint64_t seed) {
  constexpr char digits[] = "0123456789abcdef";
  std::array<char, 36> text{};
  std::uint64_t bits = mix(seed);
  for (std::size_t i = 0, nibble = 0; i < text.size(); ++i) {
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      text[i] = '-';
      continue;
    }
    if (nibble == 16) bits = mix(bits);
    text[i] = i == 14 ? '4' : i == 19 ? '8' : digits[bits >> (nibble % 16 * 4) & 15U];
    ++nibble;
  }
  out.append(text.data(), text.size());
}

inline std::string guid(std::uint64_t seed) {
  std::string text;
  append_guid(text, seed);
  return text;
}

}  // namespace leat::sandbox
