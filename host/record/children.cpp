#include "host/record/children.hpp"

#include <bit>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace leat::host {
namespace {

// One bit per byte, the first byte lowest.
struct Block {
  std::uint64_t quotes = 0;
  std::uint64_t backslashes = 0;
  std::uint64_t opens = 0;
  std::uint64_t closes = 0;
  std::uint64_t commas = 0;
};

Block classify(const char* p) {
  Block block;
#if defined(__SSE2__)
  for (int i = 0; i < 64; i += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p + i));
    // 0x20 is all that is between '[' and '{', and between ']' and '}'.
    const __m128i folded = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
    const auto bits = [i](__m128i bytes_of, char c) {
      const int mask = _mm_movemask_epi8(_mm_cmpeq_epi8(bytes_of, _mm_set1_epi8(c)));
      return static_cast<std::uint64_t>(mask) << i;
    };
    block.quotes |= bits(bytes, '"');
    block.backslashes |= bits(bytes, '\\');
    block.opens |= bits(folded, '{');
    block.closes |= bits(folded, '}');
    block.commas |= bits(bytes, ',');
  }
#else
  for (int i = 0; i < 64; ++i) {
    const std::uint64_t bit = std::uint64_t{1} << i;
    switch (p[i]) {
      case '"': block.quotes |= bit; break;
      case '\\': block.backslashes |= bit; break;
      case '{':
      case '[': block.opens |= bit; break;
      case '}':
      case ']': block.closes |= bit; break;
      case ',': block.commas |= bit; break;
      default: break;
    }
  }
#endif
  return block;
}

// The bytes behind a backslash that is not escaped itself. first: whether the block's first byte is one; becomes that
// of the next block.
std::uint64_t escaped_bytes(std::uint64_t backslashes, bool& first) {
  std::uint64_t escaped = first ? 1 : 0;
  first = false;
  for (std::uint64_t left = backslashes & ~escaped; left != 0;) {
    const int at = std::countr_zero(left);
    if (at == 63) {
      first = true;
      break;
    }
    escaped |= std::uint64_t{2} << at;
    left &= ~(std::uint64_t{3} << at);
  }
  return escaped;
}

// Bit i is the exclusive or of bits 0 to i: from a quotation mark on up to the next one.
std::uint64_t prefix_xor(std::uint64_t bits) {
  for (int shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
  return bits;
}

}  // namespace

std::size_t find_commas(std::string_view container, std::vector<std::uint32_t>& out) {
  std::size_t found = 0;
  int depth = 0;
  bool escape_goes_on = false;
  std::uint64_t in_string = 0;  // all ones when a block starts inside a string
  for (std::size_t at = 0; at < container.size(); at += 64) {
    const Block block = classify(container.data() + at);
    std::uint64_t quotes = block.quotes;
    if (block.backslashes != 0 || escape_goes_on) quotes &= ~escaped_bytes(block.backslashes, escape_goes_on);
    const std::uint64_t inside = prefix_xor(quotes) ^ in_string;
    in_string = std::uint64_t{0} - (inside >> 63);
    std::uint64_t outside = ~inside;
    if (container.size() - at < 64) outside &= (std::uint64_t{1} << (container.size() - at)) - 1;
    const std::uint64_t opens = block.opens & outside;
    const std::uint64_t closes = block.closes & outside;
    const std::uint64_t commas = block.commas & outside;
    if (out.size() < found + 64) out.resize(out.size() * 2 + 64);
    // Without branches on what a byte is: they would be guessed wrong half of the time.
    for (std::uint64_t left = opens | closes | commas; left != 0; left &= left - 1) {
      const int i = std::countr_zero(left);
      depth += static_cast<int>(opens >> i & 1) - static_cast<int>(closes >> i & 1);
      out[found] = static_cast<std::uint32_t>(at + static_cast<std::size_t>(i));
      found += commas >> i & static_cast<std::uint64_t>(depth == 1);
    }
  }
  return found;
}

}  // namespace leat::host
