// Files that people wrote: read whole, as checked UTF-8 text.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "leat/result.hpp"

namespace leat::host {

// The file's bytes. not_found, denied or invalid (a folder, larger than size_max) with one line that does not name the
// file.
Result<std::string> read_text_file(const std::filesystem::path& file, std::size_t size_max);

// Byte offset of the first byte that is not UTF-8.
std::optional<std::size_t> find_invalid_utf8(std::string_view text);

}  // namespace leat::host
