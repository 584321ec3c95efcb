// A set of ids: one bit each, in blocks of a million.
// Memory   128 KiB for each block that has an id.
// Threads  one user at a time; pure.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace leat::connectwise {

class IdSet {
 public:
  static constexpr std::int64_t block_ids = std::int64_t{1} << 20U;

  bool insert(std::int64_t id);  // false: it was there, or is negative
  bool erase(std::int64_t id);   // false: it was not
  bool contains(std::int64_t id) const;
  std::size_t size() const { return size_; }
  // Ascending; false from the function ends it.
  void for_each(const std::function<bool(std::int64_t)>& call) const;

  // Numbers of the blocks that have ids.
  std::vector<std::int64_t> blocks() const;
  // One block as bytes, at most 128 KiB and one: the differences of its ids where they are few, else its bits.
  std::string block(std::int64_t number) const;
  // Puts it in place. False: these are not the bytes of a block.
  bool set_block(std::int64_t number, std::string_view bytes);

 private:
  struct Block {
    std::vector<std::uint64_t> bits = std::vector<std::uint64_t>(block_ids / 64);
    std::size_t count = 0;
  };
  std::map<std::int64_t, Block> blocks_;
  std::size_t size_ = 0;
};

}  // namespace leat::connectwise
