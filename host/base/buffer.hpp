// Shared bytes with LEAT_PADDING readable bytes behind them: a response body that its records point into.
// Threads  references: any. Contents: whoever fills it, before it is shared.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "leat/abi.h"

namespace leat::host {

// One reference on a leat_buffer.
class Buffer {
 public:
  Buffer() = default;
  static Buffer make(std::size_t size);  // zeroed padding, contents not zeroed; throws std::bad_alloc
  static Buffer adopt(leat_buffer* raw) { return Buffer(raw); }
  static Buffer share(leat_buffer* raw);  // takes a further reference
  Buffer(const Buffer& other);
  Buffer(Buffer&& other) noexcept : raw_(std::exchange(other.raw_, nullptr)) {}
  Buffer& operator=(Buffer other) noexcept {
    std::swap(raw_, other.raw_);
    return *this;
  }
  ~Buffer();

  explicit operator bool() const { return raw_ != nullptr; }
  std::uint8_t* data() const;
  std::size_t size() const;
  // Shortens what size() says; the memory stays.
  void truncate(std::size_t size);
  leat_buffer* get() const { return raw_; }

 private:
  explicit Buffer(leat_buffer* raw) : raw_(raw) {}
  leat_buffer* raw_ = nullptr;
};

// The service "leat.buffer/1".
const leat_buffer_api& buffer_api();

}  // namespace leat::host
