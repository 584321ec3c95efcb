// Finds the bytes that end a run of ordinary ones, sixteen at a time where the processor can.
// Memory  15 bytes behind the byte that is found, or behind `end`, must be readable.
#pragma once

#include <bit>
#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace leat::host {

// A byte that a JSON string cannot hold as it is, or that is not ASCII.
constexpr bool is_special(char c) {
  return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x80;
}

// The first special byte; may be past `end` when there is none.
inline const char* find_special(const char* p, const char* end) {
#if defined(__SSE2__)
  for (; p < end; p += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    const __m128i marks =
        _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
    // As signed bytes those of 0x80 and more are negative, so one comparison finds them and the control characters.
    const __m128i others = _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20));
    const auto found = static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_or_si128(marks, others)));
    if (found != 0) return p + std::countr_zero(found);
  }
#else
  while (p < end && !is_special(*p)) ++p;
#endif
  return p;
}

// The first quotation mark or backslash; there must be one.
inline const char* find_quote(const char* p) {
#if defined(__SSE2__)
  for (;; p += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    const __m128i marks =
        _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
    const auto found = static_cast<std::uint32_t>(_mm_movemask_epi8(marks));
    if (found != 0) return p + std::countr_zero(found);
  }
#else
  while (*p != '"' && *p != '\\') ++p;
  return p;
#endif
}

}  // namespace leat::host
