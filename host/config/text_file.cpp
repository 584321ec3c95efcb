#include "host/config/text_file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <system_error>

namespace leat::host {

namespace {

Error open_error(int code) {
  const ErrorKind kind = code == ENOENT || code == ENOTDIR ? ErrorKind::not_found : ErrorKind::denied;
  return {kind, std::generic_category().message(code)};
}

}  // namespace

Result<std::string> read_text_file(const std::filesystem::path& file, std::size_t size_max) {
  std::error_code code;
  if (std::filesystem::is_directory(file, code)) return Error{ErrorKind::invalid, "it is a folder"};
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> in(std::fopen(file.c_str(), "rbe"), &std::fclose);
  if (in == nullptr) return open_error(errno);
  std::string text;
  char block[16384];
  while (const std::size_t count = std::fread(block, 1, sizeof block, in.get())) {
    if (text.size() + count > size_max) {
      return Error{ErrorKind::invalid, fmt::format("it is larger than {} KiB", size_max / 1024)};
    }
    text.append(block, count);
  }
  if (std::ferror(in.get()) != 0) return open_error(errno);
  return text;
}

std::optional<std::size_t> find_invalid_utf8(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  for (std::size_t i = 0; i < text.size();) {
    const std::uint8_t lead = byte(i);
    if (lead < 0x80) {
      ++i;
      continue;
    }
    const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || i + length > text.size()) return i;
    // The second byte also rules out overlong forms, surrogates and what lies beyond U+10FFFF: RFC 3629, 4.
    const std::uint8_t low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    const std::uint8_t high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    if (byte(i + 1) < low || byte(i + 1) > high) return i;
    for (std::size_t k = 2; k < length; ++k) {
      if (byte(i + k) < 0x80 || byte(i + k) > 0xbf) return i;
    }
    i += length;
  }
  return std::nullopt;
}

}  // namespace leat::host
