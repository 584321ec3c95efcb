#include "host/base/large_blocks.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace leat::host {
namespace {

// Sizes are rounded up, so that a page that is a little larger than the one before it finds room in its block.
constexpr std::size_t unit = std::size_t{256} << 10U;

}  // namespace

LargeBlocks::~LargeBlocks() {
  for (const Block& block : kept_) {
    if (block.memory != nullptr) ::munmap(block.memory, block.size);
  }
}

LargeBlocks::Block LargeBlocks::take(std::size_t size) noexcept {
  if (size > PTRDIFF_MAX - unit) return {};
  size = (size + unit - 1) / unit * unit;
  {
    const std::lock_guard lock(mutex_);
    // Of those that are large enough the smallest, unless most of it would lie idle.
    Block* best = nullptr;
    for (Block& block : kept_) {
      const bool fits = block.memory != nullptr && block.size >= size && block.size / 2 <= size;
      if (fits && (best == nullptr || block.size < best->size)) best = &block;
    }
    if (best != nullptr) {
      kept_bytes_ -= best->size;
      return std::exchange(*best, {});
    }
  }
  void* const memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? Block{} : Block{memory, size};
}

void LargeBlocks::give(Block block) noexcept {
  {
    const std::lock_guard lock(mutex_);
    Block* const free = std::find_if(kept_.begin(), kept_.end(), [](const Block& b) { return b.memory == nullptr; });
    if (free != kept_.end() && kept_bytes_ + block.size <= kept_bytes_max) {
      kept_bytes_ += block.size;
      *free = block;
      return;
    }
  }
  ::munmap(block.memory, block.size);
}

std::size_t LargeBlocks::kept_bytes() const {
  const std::lock_guard lock(mutex_);
  return kept_bytes_;
}

}  // namespace leat::host
