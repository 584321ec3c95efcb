// The test kit's "leat.buffer/1".
#pragma once

#include <atomic>
#include <cstring>
#include <string_view>
#include <vector>

#include "leat/abi.h"

namespace leat __attribute__((visibility("hidden"))) {
  namespace testing {
  namespace detail {

  struct SharedBytes {
    std::atomic<int> references{1};
    std::size_t size;
    std::vector<std::uint8_t> bytes;
    explicit SharedBytes(std::size_t a_size) : size(a_size), bytes(a_size + LEAT_PADDING) {}
  };
  inline SharedBytes* of(leat_buffer* buffer) { return reinterpret_cast<SharedBytes*>(buffer); }

  inline const leat_buffer_api& buffer_api() {
    static const leat_buffer_api table = [] {
      leat_buffer_api api{};
      api.struct_size = sizeof api;
      api.create = [](std::size_t size) noexcept { return reinterpret_cast<leat_buffer*>(new SharedBytes(size)); };
      api.retain = [](leat_buffer* buffer) noexcept {
        if (buffer != nullptr) ++of(buffer)->references;
        return buffer;
      };
      api.release = [](leat_buffer* buffer) noexcept {
        if (buffer != nullptr && --of(buffer)->references == 0) delete of(buffer);
      };
      api.data = [](leat_buffer* buffer, std::size_t* size) noexcept -> std::uint8_t* {
        if (size != nullptr) *size = buffer == nullptr ? 0 : of(buffer)->size;
        return buffer == nullptr ? nullptr : of(buffer)->bytes.data();
      };
      return api;
    }();
    return table;
  }

  inline leat_buffer* buffer_of(std::string_view text) {
    leat_buffer* made = buffer_api().create(text.size());
    if (!text.empty()) std::memcpy(of(made)->bytes.data(), text.data(), text.size());
    return made;
  }

  }  // namespace detail
  }  // namespace testing
}  // namespace leat
