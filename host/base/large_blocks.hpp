// Large blocks of memory, mapped apart from the heap: pages of some MiB that come and go would tear holes into it, and
// into that of each thread. A few are kept for the next page, which then needs not be mapped and faulted in anew.
// Threads  any.
// Memory   what is kept: at most kept_bytes_max.
#pragma once

#include <array>
#include <cstddef>
#include <mutex>

namespace leat::host {

class LargeBlocks {
 public:
  static constexpr std::size_t kept_bytes_max = std::size_t{16} << 20U;

  struct Block {
    void* memory = nullptr;  // nullptr: there is none
    std::size_t size = 0;    // at least what was asked for; its bytes hold anything
  };

  LargeBlocks() = default;
  LargeBlocks(const LargeBlocks&) = delete;
  LargeBlocks& operator=(const LargeBlocks&) = delete;
  ~LargeBlocks();

  Block take(std::size_t size) noexcept;
  void give(Block block) noexcept;
  std::size_t kept_bytes() const;

 private:
  static constexpr std::size_t kept_max = 4;

  mutable std::mutex mutex_;
  std::array<Block, kept_max> kept_{};
  std::size_t kept_bytes_ = 0;
};

}  // namespace leat::host
