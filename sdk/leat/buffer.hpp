// Bytes shared with the host by reference: an answer's body, the text that records point into. See "leat.buffer/1".
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

#include "leat/host.hpp"

namespace leat __attribute__((visibility("hidden"))) {

  // One reference. Threads: any.
  class Buffer {
   public:
    Buffer() = default;
    static Buffer share(leat_buffer* raw) {
      Buffer buffer;
      if (raw != nullptr) buffer.raw_ = services().buffer->retain(raw);
      return buffer;
    }
    // A buffer of one's own with these bytes.
    static Buffer copy_of(std::string_view text) {
      Buffer buffer;
      buffer.raw_ = services().buffer->create(text.size());
      if (buffer.raw_ == nullptr) throw failure(ErrorKind::broken, "no memory for a buffer");
      if (!text.empty()) std::memcpy(services().buffer->data(buffer.raw_, nullptr), text.data(), text.size());
      return buffer;
    }
    Buffer(const Buffer& other) : Buffer(share(other.raw_)) {}
    Buffer(Buffer&& other) noexcept : raw_(std::exchange(other.raw_, nullptr)) {}
    Buffer& operator=(Buffer other) noexcept {
      std::swap(raw_, other.raw_);
      return *this;
    }
    ~Buffer() {
      if (raw_ != nullptr) services().buffer->release(raw_);
    }

    // Lives as long as a reference is held.
    std::string_view text() const {
      std::size_t size = 0;
      const std::uint8_t* data = raw_ == nullptr ? nullptr : services().buffer->data(raw_, &size);
      return {reinterpret_cast<const char*>(data), size};
    }
    leat_buffer* raw() const { return raw_; }

   private:
    leat_buffer* raw_ = nullptr;
  };

}  // namespace leat
