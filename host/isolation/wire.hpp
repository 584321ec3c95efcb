// Values as bytes, for messages between the host and a plugin's process: little-endian numbers, texts with their
// length. Both processes are the same program on the same machine, so that there are no versions here; a plugin that
// went mad may have written anything all the same, so that reading trusts nothing.
// Threads  one user at a time.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

namespace leat::host {

class Encoder {
 public:
  template <class T>
  void number(T value) {
    static_assert(std::is_integral_v<T>);
    const std::size_t at = out_.size();
    out_.resize(at + sizeof value);
    std::memcpy(out_.data() + at, &value, sizeof value);
  }
  void flag(bool value) { number<std::uint8_t>(value ? 1 : 0); }
  void text(std::string_view value) {
    number<std::uint64_t>(value.size());
    out_ += value;
  }
  void raw(std::string_view value) { out_ += value; }
  void grow(std::size_t by) { out_.reserve(out_.size() + by); }

  std::string take() { return std::move(out_); }
  std::string_view bytes() const { return out_; }

 private:
  std::string out_;
};

// After the first mistake everything reads as zero or empty, and sound() is false. Views live as long as the bytes.
class Decoder {
 public:
  explicit Decoder(std::string_view bytes) : rest_(bytes) {}

  template <class T>
  T number() {
    static_assert(std::is_integral_v<T>);
    T value{};
    const std::string_view bytes = raw(sizeof value);
    if (bytes.size() == sizeof value) std::memcpy(&value, bytes.data(), sizeof value);
    return value;
  }
  bool flag() {
    const auto value = number<std::uint8_t>();
    if (value > 1) fail();
    return value == 1;
  }
  std::string_view text() {
    const auto size = number<std::uint64_t>();
    return size > rest_.size() ? fail() : raw(static_cast<std::size_t>(size));
  }
  // A number of things that take at least `each` bytes each.
  std::uint32_t count(std::size_t each = 1) {
    const auto value = number<std::uint32_t>();
    if (value <= rest_.size() / each) return value;
    fail();
    return 0;
  }
  std::string_view raw(std::size_t size) {
    if (size > rest_.size()) return fail();
    const std::string_view value = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return value;
  }

  bool sound() const { return sound_; }
  // Sound, and everything was read.
  bool complete() const { return sound_ && rest_.empty(); }
  std::string_view fail() {
    sound_ = false;
    rest_ = {};
    return {};
  }

 private:
  std::string_view rest_;
  bool sound_ = true;
};

}  // namespace leat::host
