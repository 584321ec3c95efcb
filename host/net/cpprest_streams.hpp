// Streams between cpprestsdk and our own memory: one copy of each byte. Only cpprest_wire.cpp includes this.
#pragma once

// The destructor that reports a failed task nobody looked at ends the process by default. This copy of it does nothing,
// and being exported by the program it is also the one that the library itself uses.
#pragma GCC visibility push(default)
#define _REPORT_PPLTASK_UNOBSERVED_EXCEPTION() static_cast<void>(0)
#include <cpprest/http_client.h>
#include <cpprest/streams.h>
#include <pplx/threadpool.h>
#pragma GCC visibility pop

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>

#include "host/base/buffer.hpp"

namespace leat::host {

// A stream that can do nothing: what the two below do not override, cpprestsdk's client does not ask for.
class BareStream : public concurrency::streams::details::basic_streambuf<std::uint8_t> {
 public:
  bool can_read() const override { return false; }
  bool can_write() const override { return false; }
  // What cannot seek is not sent a second time by the library behind our back.
  bool can_seek() const override { return false; }
  bool has_size() const override { return false; }
  bool is_eof() const override { return false; }
  std::size_t buffer_size(std::ios_base::openmode) const override { return 0; }
  void set_buffer_size(std::size_t, std::ios_base::openmode) override {}
  std::size_t in_avail() const override { return 0; }
  bool is_open() const override { return true; }
  pplx::task<void> close(std::ios_base::openmode) override { return pplx::task_from_result(); }
  pplx::task<void> close(std::ios_base::openmode, std::exception_ptr) override { return pplx::task_from_result(); }
  pplx::task<int_type> putc(std::uint8_t) override { return unable<int_type>(); }
  pplx::task<std::size_t> putn(const std::uint8_t*, std::size_t) override { return unable<std::size_t>(); }
  pplx::task<std::size_t> putn_nocopy(const std::uint8_t*, std::size_t) override { return unable<std::size_t>(); }
  pplx::task<int_type> bumpc() override { return unable<int_type>(); }
  int_type sbumpc() override { return traits::requires_async(); }
  pplx::task<int_type> getc() override { return unable<int_type>(); }
  int_type sgetc() override { return traits::requires_async(); }
  pplx::task<int_type> nextc() override { return unable<int_type>(); }
  pplx::task<int_type> ungetc() override { return unable<int_type>(); }
  pplx::task<std::size_t> getn(std::uint8_t*, std::size_t) override { return unable<std::size_t>(); }
  std::size_t scopy(std::uint8_t*, std::size_t) override { return 0; }
  pos_type getpos(std::ios_base::openmode) const override { return static_cast<pos_type>(traits::eof()); }
  utility::size64_t size() const override { return 0; }
  pos_type seekpos(pos_type, std::ios_base::openmode) override { return static_cast<pos_type>(traits::eof()); }
  pos_type seekoff(off_type, std::ios_base::seekdir, std::ios_base::openmode) override {
    return static_cast<pos_type>(traits::eof());
  }
  pplx::task<void> sync() override { return pplx::task_from_result(); }
  std::uint8_t* alloc(std::size_t) override { return nullptr; }
  void commit(std::size_t) override {}
  bool acquire(std::uint8_t*& ptr, std::size_t& count) override {
    ptr = nullptr;
    count = 0;
    return false;
  }
  void release(std::uint8_t*, std::size_t) override {}
  std::exception_ptr exception() const override { return nullptr; }

 private:
  template <class T>
  static pplx::task<T> unable() {
    return pplx::task_from_exception<T>(std::logic_error("this stream goes one way, in blocks"));
  }
};

// Gives bytes that something else keeps alive, once, from the first to the last.
class BodySource final : public BareStream {
 public:
  BodySource(std::shared_ptr<const void> keep, std::string_view bytes) : keep_(std::move(keep)), rest_(bytes) {}

  bool can_read() const override { return true; }
  pplx::task<std::size_t> getn(std::uint8_t* to, std::size_t count) override {
    const std::size_t size = std::min(count, rest_.size());
    if (size > 0) std::memcpy(to, rest_.data(), size);
    rest_.remove_prefix(size);
    return pplx::task_from_result(size);
  }

 private:
  std::shared_ptr<const void> keep_;
  std::string_view rest_;
};

struct BodyTooLarge : std::runtime_error {
  BodyTooLarge() : std::runtime_error("body too large") {}
};

// Takes the body of an answer into one Buffer. The first block waits until the answer's head is known and prepare()
// says how much will come, so that a body of known length is copied once and never moved.
// Threads  any.
class BodySink final : public BareStream {
 public:
  explicit BodySink(std::size_t size_max) : size_max_(size_max) {}

  bool can_write() const override { return true; }

  pplx::task<std::size_t> putn_nocopy(const std::uint8_t* from, std::size_t count) override {
    try {
      const std::lock_guard lock(mutex_);
      if (prepared_) {
        store(from, count);
        return pplx::task_from_result(count);
      }
      early_ = {from, count};  // stays good until the task is done
      early_stored_ = pplx::task_completion_event<std::size_t>();
      return pplx::create_task(early_stored_);
    } catch (...) {  // the library does not expect a throw here
      return pplx::task_from_exception<std::size_t>(std::current_exception());
    }
  }

  // expected: bytes, 0 when not known.
  void prepare(std::size_t expected) {
    std::unique_lock lock(mutex_);
    expected_ = std::min(expected, size_max_);
    prepared_ = true;
    const std::size_t count = std::exchange(early_.second, 0);
    if (count == 0) return;
    std::exception_ptr failure;
    try {
      store(early_.first, count);
    } catch (...) {
      failure = std::current_exception();
    }
    lock.unlock();
    if (failure) {
      early_stored_.set_exception(failure);
    } else {
      early_stored_.set(count);
    }
  }

  std::size_t stored() const {
    const std::lock_guard lock(mutex_);
    return size_;
  }

  // The body; what comes later is refused.
  Buffer take() {
    const std::lock_guard lock(mutex_);
    size_max_ = 0;
    if (!buffer_) return {};
    buffer_.truncate(std::exchange(size_, 0));
    return std::move(buffer_);
  }

 private:
  void store(const std::uint8_t* from, std::size_t count) {
    if (count > size_max_ - std::min(size_, size_max_)) throw BodyTooLarge();
    if (!buffer_ || size_ + count > buffer_.size()) {
      const std::size_t doubled = buffer_ ? buffer_.size() * 2 : expected_;
      Buffer larger = Buffer::make(std::min(std::max(doubled, size_ + count), size_max_));
      if (size_ > 0) std::memcpy(larger.data(), buffer_.data(), size_);
      buffer_ = std::move(larger);
    }
    std::memcpy(buffer_.data() + size_, from, count);
    size_ += count;
  }

  mutable std::mutex mutex_;
  std::size_t size_max_;
  std::size_t expected_ = 0;
  Buffer buffer_;
  std::size_t size_ = 0;
  bool prepared_ = false;
  std::pair<const std::uint8_t*, std::size_t> early_{nullptr, 0};
  pplx::task_completion_event<std::size_t> early_stored_;
};

}  // namespace leat::host
