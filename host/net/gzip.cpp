#include "host/net/gzip.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <limits>

namespace leat::host {

namespace {

Error damaged(std::string_view why) {
  return {ErrorKind::invalid, fmt::format("the gzip data of the answer is damaged: {}", why)};
}

// The last four bytes say the length of the last member (modulo 2^32): a guess at the whole that is right for one
// member. Deflate makes at most 1032 times of its input, so a lie costs no more than the truth could.
std::size_t first_guess(std::span<const std::uint8_t> data, std::size_t size_max) {
  std::size_t guess = data.size() * 4;
  if (data.size() >= 18) {
    const auto tail = data.last(4);
    guess = std::size_t{tail[0]} | std::size_t{tail[1]} << 8 | std::size_t{tail[2]} << 16 | std::size_t{tail[3]} << 24;
    guess = std::min(guess, data.size() * 1032);
  }
  return std::min(guess, size_max) + 1;
}

struct Inflater {
  z_stream stream{};
  bool open = inflateInit2(&stream, 16 + MAX_WBITS) == Z_OK;
  ~Inflater() {
    if (open) inflateEnd(&stream);
  }
};

uInt step(std::size_t size) { return static_cast<uInt>(std::min<std::size_t>(size, std::numeric_limits<uInt>::max())); }

bool only_zeros(std::span<const std::uint8_t> data) {
  return std::all_of(data.begin(), data.end(), [](std::uint8_t byte) { return byte == 0; });
}

}  // namespace

Result<Buffer> gunzip(std::span<const std::uint8_t> data, std::size_t size_max) {
  Inflater inflater;
  if (!inflater.open) return Error{ErrorKind::broken, "no memory to decompress an answer"};
  z_stream& stream = inflater.stream;
  // One byte more than allowed: room to see that there is more.
  Buffer out = Buffer::make(first_guess(data, size_max));
  std::size_t written = 0;
  std::size_t read = 0;
  while (true) {
    if (written > size_max) {
      return Error{ErrorKind::invalid, fmt::format("the answer is larger than {} bytes when decompressed", size_max)};
    }
    if (written == out.size()) {
      Buffer larger = Buffer::make(std::min(out.size() * 2, size_max + 1));
      std::memcpy(larger.data(), out.data(), written);
      out = std::move(larger);
    }
    stream.next_in = const_cast<Bytef*>(data.data() + read);  // zlib only reads it
    stream.avail_in = step(data.size() - read);
    stream.next_out = out.data() + written;
    stream.avail_out = step(out.size() - written);
    const int code = inflate(&stream, Z_NO_FLUSH);
    const bool moved = stream.next_in != data.data() + read || stream.next_out != out.data() + written;
    read = static_cast<std::size_t>(stream.next_in - data.data());
    written = static_cast<std::size_t>(stream.next_out - out.data());
    if (code == Z_STREAM_END) {
      if (only_zeros(data.subspan(read))) break;  // padding is allowed: gzip(1)
      if (inflateReset(&stream) != Z_OK) return damaged("it cannot be read on");
    } else if (code == Z_MEM_ERROR) {
      return Error{ErrorKind::broken, "no memory to decompress an answer"};
    } else if (code != Z_OK && code != Z_BUF_ERROR) {
      return damaged(stream.msg != nullptr ? stream.msg : "unknown format");
    } else if (!moved && read == data.size()) {
      return damaged("it ends too early");
    }
  }
  if (written > size_max) {
    return Error{ErrorKind::invalid, fmt::format("the answer is larger than {} bytes when decompressed", size_max)};
  }
  out.truncate(written);
  return out;
}

}  // namespace leat::host
