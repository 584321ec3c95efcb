// The formats of record files.
#pragma once

#include <cstdint>
#include <string_view>

#include "leat/result.hpp"

namespace leat::file {

enum class Format : std::uint8_t {
  ndjson,  // one JSON document per line
  json,    // one array, its elements are the records
  csv,     // RFC 4180 with a header row
};

// The option when it is set; else what the path's extension says: .ndjson and .jsonl, .json, .csv. `-` is ndjson.
Result<Format> choose_format(std::string_view option, std::string_view path);

// "," or "\t": the one character between two values. invalid: longer, or one that CSV uses itself.
Result<char> parse_delimiter(std::string_view option);

}  // namespace leat::file
