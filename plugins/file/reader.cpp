#include "reader.hpp"

#include <poll.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace leat::file {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

}  // namespace

Reader::Reader(int fd, bool pipe, std::string name, const ReaderOptions& options, const Position& start)
    : fd_(fd),
      pipe_(pipe),
      name_(std::move(name)),
      chunk_(options.chunk),
      record_max_(options.record_max),
      splitter_(make_splitter(options.format, options.delimiter, start, options.record_max)),
      position_(start),
      offset_(start.offset) {}

Result<Cut> Reader::next(std::chrono::milliseconds wait) {
  for (;;) {
    const std::string_view window(buffer_.data() + begin_, end_ - begin_);
    if (offset_ == 0 && !over_ && window.size() < kByteOrderMark.size()) {
      auto filled = fill(wait);
      if (!filled) return std::move(filled).error();
      if (!*filled) return Cut{};
      continue;
    }
    if (offset_ == 0 && window.starts_with(kByteOrderMark)) {
      begin_ += kByteOrderMark.size();
      offset_ += kByteOrderMark.size();
      continue;
    }
    Cut cut = splitter_->next(window, over_);
    begin_ += cut.consumed;
    offset_ += cut.consumed;
    if (cut.kind == Cut::Kind::record || cut.kind == Cut::Kind::problem) {
      position_ = {offset_, splitter_->line(), position_.record + 1};
    }
    if (cut.kind != Cut::Kind::more) return cut;
    auto filled = fill(wait);
    if (!filled) return std::move(filled).error();
    if (!*filled) return cut;
  }
}

// False: nothing to read yet.
Result<bool> Reader::fill(std::chrono::milliseconds wait) {
  if (begin_ == end_) begin_ = end_ = 0;
  if (buffer_.size() - end_ < chunk_) {
    // Doubles while a record does not fit, so that its bytes are moved a few times only; a record that is allowed fits.
    const std::size_t held = end_ - begin_;
    std::vector<char> larger;
    std::vector<char>* to = &buffer_;
    if (held + chunk_ > buffer_.size()) {
      const std::size_t more = record_max_ > held ? std::min(held, record_max_ - held) : 0;
      larger.resize(held + std::max(more, 2 * chunk_));
      to = &larger;
    }
    if (held > 0) std::memmove(to->data(), buffer_.data() + begin_, held);
    if (to == &larger) buffer_ = std::move(larger);
    begin_ = 0;
    end_ = held;
  }
  bool nothing_yet = false;
  auto size = read_some(buffer_.data() + end_, buffer_.size() - end_, wait, nothing_yet);
  if (!size) return std::move(size).error();
  if (nothing_yet) return false;
  end_ += *size;
  over_ = *size == 0;
  return true;
}

Result<std::size_t> Reader::read_some(char* to, std::size_t size, std::chrono::milliseconds wait, bool& nothing_yet) {
  for (;;) {
    ssize_t got = 0;
    if (pipe_) {
      pollfd ready{fd_, POLLIN, 0};
      const int count = ::poll(&ready, 1, static_cast<int>(wait.count()));
      nothing_yet = count == 0 || (count < 0 && errno == EINTR);
      if (nothing_yet) return std::size_t{0};
      got = ::read(fd_, to, size);
    } else {
      got = ::pread(fd_, to, size, static_cast<off_t>(offset_ + (end_ - begin_)));
    }
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR) return system_error(name_, "cannot be read");
  }
}

}  // namespace leat::file
