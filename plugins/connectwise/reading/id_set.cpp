#include "plugins/connectwise/reading/id_set.hpp"

#include <bit>
#include <cstring>

namespace leat::connectwise {
namespace {

constexpr char as_differences = 'd';
constexpr char as_bits = 'b';
constexpr std::size_t bit_bytes = IdSet::block_ids / 8;

void append_number(std::string& out, std::uint64_t number) {
  while (number >= 0x80) {
    out += static_cast<char>(0x80U | (number & 0x7FU));
    number >>= 7U;
  }
  out += static_cast<char>(number);
}

std::optional<std::uint64_t> take_number(std::string_view& bytes) {
  std::uint64_t number = 0;
  for (unsigned shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    number |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
    if ((byte & 0x80U) == 0) return number;
  }
  return {};
}

}  // namespace

bool IdSet::insert(std::int64_t id) {
  if (id < 0) return false;
  Block& block = blocks_[id / block_ids];
  const auto place = static_cast<std::uint64_t>(id % block_ids);
  std::uint64_t& word = block.bits[place / 64];
  const std::uint64_t bit = std::uint64_t{1} << (place % 64);
  if ((word & bit) != 0) return false;
  word |= bit;
  ++block.count;
  ++size_;
  return true;
}

bool IdSet::erase(std::int64_t id) {
  if (!contains(id)) return false;
  const auto found = blocks_.find(id / block_ids);
  const auto place = static_cast<std::uint64_t>(id % block_ids);
  found->second.bits[place / 64] &= ~(std::uint64_t{1} << (place % 64));
  --size_;
  if (--found->second.count == 0) blocks_.erase(found);
  return true;
}

bool IdSet::contains(std::int64_t id) const {
  if (id < 0) return false;
  const auto found = blocks_.find(id / block_ids);
  if (found == blocks_.end()) return false;
  const auto place = static_cast<std::uint64_t>(id % block_ids);
  return ((found->second.bits[place / 64] >> (place % 64)) & 1U) != 0;
}

void IdSet::for_each(const std::function<bool(std::int64_t)>& call) const {
  for (const auto& [number, block] : blocks_) {
    for (std::size_t i = 0; i < block.bits.size(); ++i) {
      for (std::uint64_t word = block.bits[i]; word != 0; word &= word - 1) {
        const auto place = static_cast<std::int64_t>(i * 64) + std::countr_zero(word);
        if (!call(number * block_ids + place)) return;
      }
    }
  }
}

std::vector<std::int64_t> IdSet::blocks() const {
  std::vector<std::int64_t> numbers;
  for (const auto& [number, block] : blocks_) numbers.push_back(number);
  return numbers;
}

std::string IdSet::block(std::int64_t number) const {
  const auto found = blocks_.find(number);
  if (found == blocks_.end()) return {};
  std::string bytes(1, as_differences);
  std::uint64_t last = 0;
  for (std::size_t i = 0; i < found->second.bits.size() && bytes.size() <= bit_bytes; ++i) {
    for (std::uint64_t word = found->second.bits[i]; word != 0; word &= word - 1) {
      const auto place = static_cast<std::uint64_t>(i * 64) + static_cast<std::uint64_t>(std::countr_zero(word));
      append_number(bytes, place - last);
      last = place;
    }
  }
  if (bytes.size() <= bit_bytes) return bytes;
  bytes.assign(1, as_bits);
  for (const std::uint64_t word : found->second.bits) {
    for (unsigned shift = 0; shift < 64; shift += 8) bytes += static_cast<char>((word >> shift) & 0xFFU);
  }
  return bytes;
}

bool IdSet::set_block(std::int64_t number, std::string_view bytes) {
  if (number < 0 || bytes.empty()) return false;
  if (const auto old = blocks_.find(number); old != blocks_.end()) {
    size_ -= old->second.count;
    blocks_.erase(old);
  }
  const char form = bytes.front();
  bytes.remove_prefix(1);
  if (form == as_bits && bytes.size() == bit_bytes) {
    for (std::size_t i = 0; i < bit_bytes; ++i) {
      const auto byte = static_cast<unsigned char>(bytes[i]);
      for (unsigned bit = 0; bit < 8; ++bit) {
        if ((byte >> bit) & 1U) insert(number * block_ids + static_cast<std::int64_t>(i * 8 + bit));
      }
    }
    return true;
  }
  if (form != as_differences) return false;
  std::uint64_t place = 0;
  while (!bytes.empty()) {
    const auto step = take_number(bytes);
    if (!step || *step >= static_cast<std::uint64_t>(block_ids) - place) return false;
    place += *step;
    insert(number * block_ids + static_cast<std::int64_t>(place));
  }
  return true;
}

}  // namespace leat::connectwise
