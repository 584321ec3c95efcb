#include "host/base/large_blocks.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <vector>

#include "host/base/buffer.hpp"

namespace leat::host::test {
namespace {

constexpr std::size_t MiB = std::size_t{1} << 20U;

}  // namespace

TEST_CASE("a block that was given back serves the next one of about its size") {
  LargeBlocks blocks;
  const LargeBlocks::Block first = blocks.take(6 * MiB);
  REQUIRE(first.memory != nullptr);
  CHECK(first.size >= 6 * MiB);
  std::memset(first.memory, 1, first.size);
  blocks.give(first);
  CHECK(blocks.kept_bytes() == first.size);

  const struct {
    const char* what;
    std::size_t size;
    bool again;
  } rows[] = {
      {"the same size", 6 * MiB, true},
      {"a little less", 5 * MiB, true},
      {"less than half: it would lie idle", 2 * MiB, false},
      {"more", 7 * MiB, false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.what);
    const LargeBlocks::Block next = blocks.take(row.size);
    REQUIRE(next.memory != nullptr);
    CHECK(next.size >= row.size);
    CHECK((next.memory == first.memory) == row.again);
    blocks.give(next);
  }
}

TEST_CASE("what is kept is bounded") {
  LargeBlocks blocks;
  for (const std::size_t size : {MiB, 6 * MiB, 100 * MiB}) {
    CAPTURE(size);
    std::vector<LargeBlocks::Block> taken;
    for (int i = 0; i < 10; ++i) taken.push_back(blocks.take(size));
    for (const LargeBlocks::Block& block : taken) {
      REQUIRE(block.memory != nullptr);
      blocks.give(block);
    }
    CHECK(blocks.kept_bytes() <= LargeBlocks::kept_bytes_max);
  }
}

TEST_CASE("more than there can be is refused") {
  LargeBlocks blocks;
  CHECK(blocks.take(SIZE_MAX).memory == nullptr);
  CHECK(blocks.take(std::size_t{1} << 60U).memory == nullptr);
}

TEST_CASE("a buffer of any size is zeroed when a plugin makes it, also in memory that was used before") {
  const leat_buffer_api& api = buffer_api();
  for (const std::size_t size : {std::size_t{0}, std::size_t{100}, std::size_t{128} << 10U, 6 * MiB}) {
    CAPTURE(size);
    for (int round = 0; round < 2; ++round) {
      leat_buffer* const buffer = api.create(size);
      REQUIRE(buffer != nullptr);
      std::size_t got = 1;
      std::uint8_t* const bytes = api.data(buffer, &got);
      REQUIRE(got == size);
      std::size_t used = 0;
      for (std::size_t i = 0; i < size + LEAT_PADDING; ++i) used += bytes[i] != 0 ? 1 : 0;
      CHECK(used == 0);
      std::memset(bytes, 0xFF, size);
      api.release(buffer);
    }
  }
}

}  // namespace leat::host::test
