#include "host/base/buffer.hpp"

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <new>

#include "host/base/large_blocks.hpp"

// Header and bytes in one allocation.
struct leat_buffer {
  std::atomic<std::size_t> references{1};
  std::size_t size = 0;
  std::size_t block = 0;  // size of the large block that it is in; 0: it is in the heap
  std::uint8_t* bytes() { return reinterpret_cast<std::uint8_t*>(this + 1); }
};

namespace leat::host {
namespace {

constexpr std::size_t large_min = std::size_t{128} << 10U;

// Never destroyed: buffers may outlive whatever main destroys.
LargeBlocks& large_blocks() {
  static auto& blocks = *new LargeBlocks;
  return blocks;
}

leat_buffer* allocate(std::size_t size) noexcept {
  if (size > PTRDIFF_MAX - sizeof(leat_buffer) - LEAT_PADDING) return nullptr;
  const std::size_t whole = sizeof(leat_buffer) + size + LEAT_PADDING;
  LargeBlocks::Block block;
  if (whole < large_min) {
    block.memory = std::malloc(whole);
  } else {
    block = large_blocks().take(whole);
  }
  if (block.memory == nullptr) return nullptr;
  auto* buffer = new (block.memory) leat_buffer;
  buffer->size = size;
  buffer->block = block.size;
  std::memset(buffer->bytes() + size, 0, LEAT_PADDING);
  return buffer;
}

leat_buffer* create(std::size_t size) noexcept {
  leat_buffer* buffer = allocate(size);
  if (buffer != nullptr) std::memset(buffer->bytes(), 0, size);
  return buffer;
}

leat_buffer* retain(leat_buffer* buffer) noexcept {
  if (buffer != nullptr) buffer->references.fetch_add(1, std::memory_order_relaxed);
  return buffer;
}

void release(leat_buffer* buffer) noexcept {
  if (buffer == nullptr || buffer->references.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  const LargeBlocks::Block block{buffer, buffer->block};
  buffer->~leat_buffer();
  if (block.size != 0) {
    large_blocks().give(block);
  } else {
    std::free(block.memory);
  }
}

std::uint8_t* data_of(leat_buffer* buffer, std::size_t* size) noexcept {
  if (size != nullptr) *size = buffer->size;
  return buffer->bytes();
}

}  // namespace

Buffer Buffer::make(std::size_t size) {
  leat_buffer* raw = allocate(size);
  if (raw == nullptr) throw std::bad_alloc();
  return Buffer(raw);
}

Buffer Buffer::share(leat_buffer* raw) { return Buffer(retain(raw)); }
Buffer::Buffer(const Buffer& other) : raw_(retain(other.raw_)) {}
Buffer::~Buffer() { release(raw_); }
std::uint8_t* Buffer::data() const { return raw_ == nullptr ? nullptr : raw_->bytes(); }
std::size_t Buffer::size() const { return raw_ == nullptr ? 0 : raw_->size; }

void Buffer::truncate(std::size_t size) {
  if (size >= raw_->size) return;
  raw_->size = size;
  std::memset(raw_->bytes() + size, 0, LEAT_PADDING);
}

const leat_buffer_api& buffer_api() {
  static constexpr leat_buffer_api api{sizeof(leat_buffer_api), 0, &create, &retain, &release, &data_of};
  return api;
}

}  // namespace leat::host
